package schuss.cli.options;

import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that choose the network and its settings, as far as they are given. */
public final class NetworkOptions {
    private static final Widths TABLE_WIDTHS = Widths.of(64, 64);

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "mlp",
            converter = KnownNetwork.Name.class,
            description = "The network: mlp (hidden layers with ReLU), lenet, resnet20, resnet18 or mobilenet.")
    private KnownNetwork network;

    @Option(
            names = "--hidden",
            paramLabel = "N,N,...",
            converter = Convert.WidthList.class,
            description = "Widths of the hidden layers; 500,500 unless given, 64,64 with tables. Only with mlp.")
    private Widths hidden;

    @Option(
            names = "--dropout",
            paramLabel = "X",
            converter = Convert.Share.class,
            description = "Share of hidden units to drop; 0 unless given with mlp, 0.5 with lenet.")
    private Double dropout;

    @Option(
            names = "--input-dropout",
            paramLabel = "X",
            converter = Convert.Share.class,
            description = "Share of inputs to drop; 0 unless given. Only with mlp.")
    private Double inputDropout;

    @Option(names = "--batch-norm", description = "Normalise what hidden layers sum, batch by batch. Only with mlp.")
    private boolean batchNorm;

    public KnownNetwork network() {
        return network;
    }

    /** The network as it is wanted; refuses settings that it does not have. */
    public NetworkChoice choice() {
        Map<Setting, Object> given = new EnumMap<>(Setting.class);
        put(given, Setting.HIDDEN, hidden);
        put(given, Setting.DROPOUT, dropout);
        put(given, Setting.INPUT_DROPOUT, inputDropout);
        put(given, Setting.BATCH_NORM, batchNorm ? true : null);
        return NetworkChoice.of(network, given);
    }

    /** The network for a table, which is narrower unless told otherwise. */
    public NetworkChoice tableChoice() {
        if (network != KnownNetwork.MLP) {
            throw new BadInput("--model: expected mlp with a table, got a network for images");
        }
        NetworkChoice choice = choice();
        return hidden != null ? choice : choice.with(Setting.HIDDEN, TABLE_WIDTHS);
    }

    private static void put(Map<Setting, Object> given, Setting setting, Object value) {
        if (value != null) {
            given.put(setting, value);
        }
    }
}
