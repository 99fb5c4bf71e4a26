package schuss;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import schuss.layers.Network;
import schuss.losses.OutputActivation;

/** What is made of outputs, as a model's file says it in its metadata. */
final class PredictionText {
    private static final String KEY = "schuss.prediction";

    private PredictionText() {}

    static Map<String, OutputActivation> read(Path path, Map<String, String> metadata, Set<String> outputs) {
        Map<String, OutputActivation> predictions = new TreeMap<>();
        for (String output : outputs) {
            String kind = metadata.get(key(output));
            if (kind != null) {
                predictions.put(output, prediction(path, key(output), kind));
            }
        }
        return predictions;
    }

    static void write(Map<String, OutputActivation> predictions, Map<String, String> metadata) {
        predictions.forEach((output, made) -> metadata.put(key(output), made.name()));
    }

    private static String key(String output) {
        return output.equals(Network.OUTPUT) ? KEY : KEY + "." + output;
    }

    private static OutputActivation prediction(Path path, String key, String kind) {
        try {
            return OutputActivation.valueOf(kind);
        } catch (IllegalArgumentException e) {
            throw new FormatException(path + ": expected " + key + " one of "
                    + Arrays.toString(OutputActivation.values()) + ", got " + kind);
        }
    }
}
