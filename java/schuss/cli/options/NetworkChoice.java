package schuss.cli.options;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import schuss.Device;
import schuss.Model;
import schuss.ModelDescription;
import schuss.layers.Layer;

/**
 * A network with all its settings, ready to be made.
 *
 * @param network the kind of network
 * @param settings a value for each setting of that network
 */
public record NetworkChoice(KnownNetwork network, Map<Setting, Object> settings) {
    /**
     * A network with some settings of the user's and the rest as it has them.
     *
     * @throws BadInput if it has no such setting
     */
    public static NetworkChoice of(KnownNetwork network, Map<Setting, Object> given) {
        Map<Setting, Object> settings = network.defaults();
        given.forEach((setting, value) -> {
            if (settings.replace(setting, value) == null) {
                throw new BadInput(setting.option() + ": expected only with --model " + networksWith(setting)
                        + ", got it with " + name(network));
            }
        });
        return new NetworkChoice(network, Collections.unmodifiableMap(settings));
    }

    /** The same but for one setting that it has. */
    NetworkChoice with(Setting setting, Object value) {
        Map<Setting, Object> changed = new EnumMap<>(settings);
        changed.put(setting, value);
        return new NetworkChoice(network, Collections.unmodifiableMap(changed));
    }

    private static String networksWith(Setting setting) {
        return Arrays.stream(KnownNetwork.values())
                .filter(network -> network.defaults().containsKey(setting))
                .map(NetworkChoice::name)
                .collect(Collectors.joining(" or "));
    }

    private static String name(KnownNetwork network) {
        return network.name().toLowerCase(Locale.ROOT);
    }

    /** Writes down all settings by the names of their options. */
    public void describe(Map<String, Object> options) {
        settings.forEach((setting, value) ->
                options.put(setting.option().substring(2), value instanceof Widths ? value.toString() : value));
    }

    <T> T get(Setting setting, Class<T> type) {
        return type.cast(settings.get(setting));
    }

    Layer layer(int classes) {
        return network.layer(classes, this);
    }

    /** A model to be trained. */
    public Model create(ModelDescription description, Device device, long seed) {
        return Model.create(layer(description.outputs()), description.input(), device, seed);
    }
}
