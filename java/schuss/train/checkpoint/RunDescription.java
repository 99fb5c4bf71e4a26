package schuss.train.checkpoint;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import schuss.Device;
import schuss.FormatException;
import schuss.Spec;
import schuss.backend.Backend;
import schuss.data.Dataset;
import schuss.internal.Inside;
import schuss.ir.Layout;
import schuss.ir.Program;
import schuss.ir.Step;
import schuss.metrics.Watched;
import schuss.train.Callback;
import schuss.train.loop.HostBatch;
import schuss.train.loop.Settings;

/** What a run must have in common with the one that it goes on from, for both to be one: as text by key. */
public final class RunDescription {
    private static final String PREFIX = "run.";
    private static final String EPOCHS = "epochs";
    private static final int EXAMPLES = 256;
    private static final Set<String> SETTINGS =
            Set.of("batch size", "epochs", "seed", "augmentation", "update", "rates", "metrics", "callbacks");
    private static final String FIELD_ENDS = "[\\[\\]](, )?|, (?=\\w+=)"; // of records as text

    private final Dataset data;
    private final List<Callback> callbacks;
    private final String network; // made once: it takes a while
    private final String content;
    private Dataset validated; // whose content was looked at last
    private String validatedContent;

    /** Of the network, the loss and the metrics as programs have them. */
    public RunDescription(Settings settings, Dataset data, List<Callback> callbacks) {
        this.data = data;
        this.callbacks = callbacks;
        content = content(data);
        network = digest(
                settings.training(data, settings.batches(data), 0).maker().get().program());
    }

    /** By key, in the order in which they are compared: what explains a difference stands before what follows from it. */
    public Map<String, String> describe(Settings settings) {
        Device device = settings.model().device();
        Map<String, String> text = new LinkedHashMap<>();
        text.put("device", Inside.of(device, Backend.class).name());
        text.put("threads", Integer.toString(device.threads()));
        text.put("data", describe(data));
        text.put("examples like", content);
        text.put("parameters", describe(settings.model().declarations().layout()));
        text.put("states", describe(settings.model().declarations().stateLayout()));
        text.put("batch size", Integer.toString(settings.batchSize()));
        text.put(EPOCHS, Integer.toString(settings.epochs()));
        text.put("seed", Long.toString(settings.seed()));
        text.put("augmentation", settings.loading().augmentation().toString());
        text.put("update", stable(settings.rule().toString()));
        text.put("rates", stable(settings.rates().toString()));
        text.put(
                "metrics",
                String.join(
                        ", ",
                        settings.goal().metrics().stream().map(Watched::name).toList()));
        Dataset validation = settings.validation();
        text.put("validation", validation == null ? "none" : describe(validation));
        text.put("validation examples like", validation == null ? "none" : validatedContent(validation));
        text.put("callbacks", CheckpointNotes.names(callbacks));
        text.put("network, loss and metrics", network);
        return text;
    }

    private static String describe(Dataset data) {
        return data.size() + " examples of " + fields(data.inputs()) + " with " + fields(data.targets()) + ", "
                + data.classes() + " classes" + (data.weighted() ? ", weighted" : "");
    }

    /** One field as it is, several as a list. */
    private static String fields(List<Spec> specs) {
        return specs.size() == 1 ? specs.get(0).toString() : specs.toString();
    }

    private String validatedContent(Dataset validation) {
        if (validation != validated) {
            validatedContent = content(validation);
            validated = validation;
        }
        return validatedContent;
    }

    /** A digest of some examples from everywhere: of all of them it could take longer than an epoch. */
    private static String content(Dataset data) {
        int count = Math.min(data.size(), EXAMPLES);
        int[] some = IntStream.range(0, count)
                .map(i -> (int) ((long) (data.size() - 1) * i / Math.max(1, count - 1)))
                .toArray();
        HostBatch batch = HostBatch.of(data, count);
        batch.read(data, some, 0, count, null);
        MessageDigest sha = CheckpointFile.sha256();
        for (int i = 0; i < data.inputs().size(); i++) {
            sha.update(batch.inputs(i, count));
        }
        for (int i = 0; i < data.targets().size(); i++) {
            sha.update(batch.targets(i, count));
        }
        for (float weight : batch.weights()) {
            sha.update(Float.toString(weight).getBytes(StandardCharsets.UTF_8));
        }
        return "SHA-256 " + HexFormat.of().formatHex(sha.digest());
    }

    private static String describe(Layout layout) {
        Map<String, String> shapes = new LinkedHashMap<>();
        layout.entries().forEach((path, entry) -> shapes.put(path, entry.shape().toString()));
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
     * @throws FormatException naming the differences; what follows from settings, such as which examples a seed draws, only
     *     where these are alike
     */
    static void check(CheckpointText text, Map<String, String> expected) {
        List<String> keys = expected.keySet().stream()
                .filter(key -> !expected.get(key).equals(text.text().get(PREFIX + key)))
                .filter(key -> !key.equals(EPOCHS) || further(text, expected) < 0)
                .toList();
        List<String> settings = keys.stream().filter(SETTINGS::contains).toList();
        List<String> told = settings.isEmpty() ? keys.stream().limit(1).toList() : settings;
        if (!told.isEmpty()) {
            List<String> wanted = new ArrayList<>();
            List<String> got = new ArrayList<>();
            for (String key : told) {
                String there = text.text().get(PREFIX + key);
                wanted.add(key + " " + differing(expected.get(key), there));
                got.add((told.size() == 1 ? "" : key + " ") + differing(there, expected.get(key)));
            }
            throw new FormatException(text.file() + ": expected a checkpoint of a run with " + String.join(", ", wanted)
                    + ", got " + String.join(", ", got));
        }
    }

    /** By how many epochs a run goes further than the one that it goes on from. */
    static int further(CheckpointText text, Map<String, String> expected) {
        int epochs = (int) text.whole(PREFIX + EPOCHS, 1, Integer.MAX_VALUE);
        return Integer.parseInt(expected.get(EPOCHS)) - epochs;
    }

    /** What of a text another has not: of records like {@code A[b=1, c=2]} the fields that differ, else all of it. */
    private static String differing(String text, String other) {
        if (text == null || other == null) {
            return text;
        }
        String[] fields = text.split(FIELD_ENDS);
        String[] others = other.split(FIELD_ENDS);
        if (fields.length < 2 || fields.length != others.length) {
            return text;
        }
        return IntStream.range(0, fields.length)
                .filter(i -> !fields[i].equals(others[i]))
                .mapToObj(i -> fields[i])
                .collect(Collectors.joining(", "));
    }
}
