package schuss.cli;

import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which network, and its settings as far as they are given. */
final class NetworkOptions {
    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "mlp",
            converter = Network.Name.class,
            description = "The network: mlp, hidden layers with ReLU.")
    private Network network;

    @Option(
            names = "--hidden",
            paramLabel = "N,N,...",
            converter = Convert.WidthList.class,
            description = "Widths of the hidden layers; 500,500 unless given. Of mlp.")
    private Widths hidden;

    @Option(
            names = "--dropout",
            paramLabel = "X",
            converter = Convert.Share.class,
            description = "Share of hidden units to drop; 0 unless given. Of mlp.")
    private Double dropout;

    @Option(
            names = "--input-dropout",
            paramLabel = "X",
            converter = Convert.Share.class,
            description = "Share of inputs to drop; 0 unless given. Of mlp.")
    private Double inputDropout;

    Network network() {
        return network;
    }

    /** The network as it is wanted; refuses settings that it does not have. */
    NetworkChoice choice() {
        Map<Setting, Object> given = new EnumMap<>(Setting.class);
        put(given, Setting.HIDDEN, hidden);
        put(given, Setting.DROPOUT, dropout);
        put(given, Setting.INPUT_DROPOUT, inputDropout);
        return NetworkChoice.of(network, given);
    }

    private static void put(Map<Setting, Object> given, Setting setting, Object value) {
        if (value != null) {
            given.put(setting, value);
        }
    }
}
