package schuss.train.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import schuss.DType;
import schuss.FormatException;
import schuss.Shape;
import schuss.io.Safetensors;
import schuss.train.Callback;
import schuss.train.KeepsWeights;
import schuss.train.LossCurve;
import schuss.train.Snapshot;

/** What a run notes on its way, beside its position: the losses within epochs, warnings, and what callbacks go on from. */
public record CheckpointNotes(LossCurve curve, List<String> warnings, List<Callback> callbacks) {
    private static final String PREFIX = "noted/";
    private static final String CURVE = PREFIX + "losses";
    private static final String WARNINGS = "warnings";

    /** The callbacks that keep something, in their order. */
    static String names(List<Callback> callbacks) {
        return callbacks.stream()
                .filter(c -> !c.state().isEmpty())
                .map(c -> RunDescription.stable(c.toString()))
                .collect(Collectors.joining(", "));
    }

    void write(Map<String, String> text, Map<String, Safetensors.Entry> numbers) {
        text.put(WARNINGS, String.join("\n", warnings));
        numbers.put(CURVE, entry(curve.state()));
        for (int i = 0; i < callbacks.size(); i++) {
            String prefix = prefix(i);
            callbacks.get(i).state().forEach((name, values) -> numbers.put(prefix + name, entry(values)));
            if (callbacks.get(i) instanceof KeepsWeights keeper && keeper.kept() != null) {
                keeper.kept().write(prefix, numbers);
            }
        }
    }

    /** Their place among those that keep something: others may come and go between two runs. */
    private String prefix(int callback) {
        long place = callbacks.subList(0, callback).stream()
                .filter(c -> !c.state().isEmpty())
                .count();
        return PREFIX + "callback " + place + "/";
    }

    /** What of a file's numbers is no note. */
    static Map<String, Safetensors.Entry> others(Map<String, Safetensors.Entry> numbers) {
        Map<String, Safetensors.Entry> others = new LinkedHashMap<>(numbers);
        others.keySet().removeIf(name -> name.startsWith(PREFIX));
        return others;
    }

    /**
     * Takes back the losses and the warnings.
     *
     * @throws FormatException if they are none that {@link #write} wrote
     */
    void restore(CheckpointFolder.Found found) throws IOException {
        Safetensors.Entry losses = found.content().numbers().get(CURVE);
        if (losses == null || losses.shape().size() > LossCurve.MOST_NUMBERS) {
            throw new FormatException(found.file() + ": expected " + CURVE + " of at most " + LossCurve.MOST_NUMBERS
                    + " numbers, got " + (losses == null ? "none" : losses.shape()));
        }
        Set<String> lines = new LinkedHashSet<>(warnings); // of which there may be many
        found.text().get(WARNINGS).lines().forEach(lines::add);
        if (!curve.restore(values(found.file(), CURVE, losses))) {
            throw new FormatException(found.file() + ": expected " + CURVE + " as a run notes them, got others");
        }
        warnings.clear();
        warnings.addAll(lines);
    }

    /**
     * Takes back what callbacks of the same {@link #names} remember; they have begun.
     *
     * @throws FormatException naming the first that cannot go on from it
     */
    void restoreCallbacks(CheckpointFolder.Found found) throws IOException {
        for (int i = 0; i < callbacks.size(); i++) {
            if (!callbacks.get(i).state().isEmpty()) {
                restore(callbacks.get(i), prefix(i), found);
            }
        }
    }

    private static void restore(Callback callback, String prefix, CheckpointFolder.Found found) throws IOException {
        Map<String, Safetensors.Entry> noted = new LinkedHashMap<>();
        found.content().numbers().forEach((name, entry) -> {
            if (name.startsWith(prefix)) {
                noted.put(name.substring(prefix.length()), entry);
            }
        });
        try {
            if (callback instanceof KeepsWeights keeper) {
                keeper.restoreKept(noted);
                Snapshot.NAMES.forEach(noted::remove);
            }
            Map<String, double[]> state = new LinkedHashMap<>();
            for (Map.Entry<String, Safetensors.Entry> named : noted.entrySet()) {
                state.put(named.getKey(), values(found.file(), prefix + named.getKey(), named.getValue()));
            }
            callback.restore(state);
        } catch (RuntimeException e) { // what it is given may be anything
            throw new FormatException(
                    found.file() + ": " + callback + ": expected to go on from what it has noted, got this: " + e, e);
        }
    }

    /** Weights are singles: as such they take half the room. */
    private static Safetensors.Entry entry(double[] values) {
        if (Arrays.stream(values).allMatch(v -> (float) v == v)) {
            float[] singles = new float[values.length];
            for (int i = 0; i < singles.length; i++) {
                singles[i] = (float) values[i];
            }
            return Safetensors.Entry.of(Shape.of(singles.length), singles);
        }
        return Safetensors.Entry.of(
                DType.F64,
                Shape.of(values.length),
                (index, into) -> into.asDoubleBuffer().put(values, (int) index, into.remaining() / Double.BYTES));
    }

    static double[] values(Path file, String name, Safetensors.Entry entry) throws IOException {
        boolean single = entry.dtype() == DType.F32;
        if ((!single && entry.dtype() != DType.F64) || entry.shape().size() > Integer.MAX_VALUE - 8) {
            throw new FormatException(
                    file + ": expected " + name + " as F32 or F64 in an array, got " + entry.dtype() + entry.shape());
        }
        double[] values = new double[(int) entry.shape().size()];
        entry.forEach((index, part) -> {
            int from = (int) index;
            if (single) {
                for (int i = 0; i < part.remaining() / Float.BYTES; i++) {
                    values[from + i] = part.getFloat(i * Float.BYTES);
                }
            } else {
                part.asDoubleBuffer().get(values, from, part.remaining() / Double.BYTES);
            }
        });
        return values;
    }
}
