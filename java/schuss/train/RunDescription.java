package schuss.train;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.Device;
import schuss.data.Dataset;
import schuss.io.FormatException;
import schuss.metrics.Metric;
import schuss.program.Layout;
import schuss.program.Passes;
import schuss.program.Program;
import schuss.program.Step;

/** What a run must have in common with the one that it goes on from, for both to be one: as text by key. */
final class RunDescription {
    private static final String PREFIX = "run.";

    private final Dataset data;
    private final List<Callback> callbacks;
    private final String network; // made once: it takes a while

    /** Of the network, the loss and the metrics as programs have them. */
    RunDescription(Settings settings, Dataset data, List<Callback> callbacks) {
        this.data = data;
        this.callbacks = callbacks;
        network = digest(Passes.unfused(settings.training(data, settings.batches(data), 0)));
    }

    /** By key, in the order in which they are compared: what explains a difference stands before what follows from it. */
    Map<String, String> describe(Settings settings) {
        Device device = settings.model().device();
        Map<String, String> text = new LinkedHashMap<>();
        text.put("device", device.backend().name());
        text.put("threads", Integer.toString(device.threads()));
        text.put("data", describe(data));
        text.put("parameters", describe(settings.model().layout()));
        text.put("states", describe(settings.model().stateLayout()));
        text.put("batch size", Integer.toString(settings.batchSize()));
        text.put("epochs", Integer.toString(settings.epochs()));
        text.put("seed", Long.toString(settings.seed()));
        text.put("augmentation", settings.loading().augmentation().toString());
        text.put("update", stable(settings.rule().toString()));
        text.put("rates", stable(settings.rates().toString()));
        text.put(
                "metrics",
                String.join(", ", settings.metrics().stream().map(Metric::name).toList()));
        Dataset validation = settings.validation();
        text.put("validation", validation == null ? "none" : describe(validation));
        text.put("callbacks", CheckpointNotes.names(callbacks));
        text.put("network, loss and metrics", network);
        return text;
    }

    private static String describe(Dataset data) {
        return data.size() + " examples of " + data.input() + " with " + data.target() + ", " + data.classes()
                + " classes" + (data.weighted() ? ", weighted" : "");
    }

    private static String describe(Layout layout) {
        Map<String, String> shapes = new LinkedHashMap<>();
        layout.entries()
                .forEach((path, entry) ->
                        shapes.put(path, entry.parameter().shape().toString()));
        return shapes.toString();
    }

    private static String digest(Program program) {
        MessageDigest sha = CheckpointFile.sha256();
        for (Step step : program.steps()) { // an op's own text has its attributes, a step's its place
            sha.update(stable(step.op() + " " + step + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return "SHA-256 " + HexFormat.of().formatHex(sha.digest());
    }

    /** Without what differs from one process to the next: identities of objects, and names of lambdas. */
    static String stable(String text) {
        return text.replaceAll("\\$\\$Lambda[$/\\w.]*", "lambda").replaceAll("@[0-9a-f]+", "");
    }

    static void write(Map<String, String> description, Map<String, String> text) {
        description.forEach((key, value) -> text.put(PREFIX + key, value));
    }

    /**
     * Fails where a checkpoint was made by another run.
     *
     * @throws FormatException naming the first difference
     */
    static void check(Path file, Map<String, String> expected, Map<String, String> text) {
        expected.forEach((key, value) -> {
            String got = text.get(PREFIX + key);
            if (!value.equals(got)) {
                throw new FormatException(
                        file + ": expected a checkpoint of a run with " + key + " " + value + ", got " + got);
            }
        });
    }
}
