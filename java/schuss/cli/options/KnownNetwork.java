package schuss.cli.options;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntFunction;
import schuss.layers.Layer;
import schuss.zoo.Mlp;
import schuss.zoo.Zoo;

/** The networks that the command line knows: their settings, how each is made, and how it is trained by default. */
public enum KnownNetwork {
    MLP(
            new Recipe(5, OptimizerName.ADAM, 1e-3, 0, RateSchedule.CONSTANT),
            Map.of(
                    Setting.HIDDEN,
                    Widths.of(500, 500),
                    Setting.DROPOUT,
                    0.0,
                    Setting.INPUT_DROPOUT,
                    0.0,
                    Setting.BATCH_NORM,
                    false),
            (classes, settings) -> new Mlp(
                    classes,
                    settings.get(Setting.HIDDEN, Widths.class).values(),
                    settings.get(Setting.DROPOUT, Double.class),
                    settings.get(Setting.INPUT_DROPOUT, Double.class),
                    settings.get(Setting.BATCH_NORM, Boolean.class))),
    LENET(
            new Recipe(10, OptimizerName.ADAM, 1e-3, 0, RateSchedule.CONSTANT),
            Map.of(Setting.DROPOUT, 0.5),
            (classes, settings) -> Zoo.lenet(classes, settings.get(Setting.DROPOUT, Double.class))),
    RESNET20(new Recipe(15, OptimizerName.MOMENTUM, 0.1, 1e-4, RateSchedule.COSINE), Zoo::resnet20),
    RESNET18(new Recipe(10, OptimizerName.MOMENTUM, 0.1, 5e-4, RateSchedule.COSINE), Zoo::resnet18),
    MOBILENET(new Recipe(15, OptimizerName.MOMENTUM, 0.1, 1e-4, RateSchedule.COSINE), Zoo::mobilenet);

    private final Recipe recipe;
    private final Map<Setting, Object> defaults;
    private final Maker maker;

    private interface Maker {
        Layer make(int classes, NetworkChoice settings);
    }

    KnownNetwork(Recipe recipe, Map<Setting, Object> defaults, Maker maker) {
        this.recipe = recipe;
        this.defaults = defaults;
        this.maker = maker;
    }

    KnownNetwork(Recipe recipe, IntFunction<Layer> maker) {
        this(recipe, Map.of(), (classes, settings) -> maker.apply(classes));
    }

    public Recipe recipe() {
        return recipe;
    }

    /** All that can be set of it, with what holds where nothing is said. */
    Map<Setting, Object> defaults() {
        Map<Setting, Object> copy = new EnumMap<>(Setting.class);
        copy.putAll(defaults);
        return copy;
    }

    Layer layer(int classes, NetworkChoice settings) {
        return maker.make(classes, settings);
    }

    /** Accepts the names of networks. */
    static final class Name extends Convert.Name<KnownNetwork> {
        Name() {
            super(KnownNetwork.class);
        }
    }
}
