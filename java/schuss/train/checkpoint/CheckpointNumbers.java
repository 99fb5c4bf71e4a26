package schuss.train.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import schuss.DType;
import schuss.FormatException;
import schuss.Shape;
import schuss.backend.Backend;
import schuss.backend.Memory;
import schuss.io.Safetensors;
import schuss.ir.Layout;
import schuss.trace.Declarations;
import schuss.trace.Slots;
import schuss.train.loop.Control;
import schuss.train.loop.TrainingState;
import schuss.train.loop.Workspace;

/**
 * The numbers on a device that training goes on from, by name: {@code weights/0.dense/bias}, {@code optimizer.v/0.dense/bias}
 * and the like. On the device's thread.
 */
final class CheckpointNumbers {
    private record Place(Memory memory, DType type, long index, Shape shape) {}

    static final String TOTALS = "totals";

    private final Map<String, Place> places = new LinkedHashMap<>();
    private final DType type; // what the backend keeps a single in

    /** Those of a workspace that follows the rule of training. */
    CheckpointNumbers(Workspace work, Backend backend, Declarations declarations) {
        Layout layout = declarations.layout();
        type = backend.bytes(DType.F32) == DType.F64.bytes() ? DType.F64 : DType.F32;
        TrainingState state = work.state();
        add("weights/", state.weights().parameters(), layout);
        add("states/", state.weights().states(), declarations.stateLayout());
        state.optimizer().forEach((name, memory) -> add("optimizer." + name + "/", memory, layout));
        if (state.shown() != state.weights()) {
            add("average/", state.shown().parameters(), layout);
        }
        if (work.accumulated() != null) {
            add("accumulated/", work.accumulated(), layout);
            add("used rows/", work.usedRows(), declarations.rows());
        }
        Control control = work.control();
        places.put("accumulated weight", new Place(control.slot(Slots.UPDATE_WEIGHT), type, 0, Shape.of()));
        places.put(TOTALS, new Place(control.slot(Slots.TOTALS), DType.F64, 0, Shape.of(control.totals())));
    }

    private void add(String prefix, Memory memory, Layout layout) {
        layout.entries()
                .forEach((path, entry) ->
                        places.put(prefix + path, new Place(memory, type, entry.offset(), entry.shape())));
    }

    /** All of them, read from the device while they are written. */
    Map<String, Safetensors.Entry> entries() {
        Map<String, Safetensors.Entry> entries = new LinkedHashMap<>();
        places.forEach((name, place) -> entries.put(
                name,
                Safetensors.Entry.of(
                        place.type(),
                        place.shape(),
                        (index, into) -> place.memory().read(place.type(), place.index() + index, into))));
        return entries;
    }

    /**
     * Fails where a file's numbers are not of these names, types and shapes.
     *
     * @throws FormatException naming the first that is not
     */
    void check(Path file, Map<String, Safetensors.Entry> numbers) {
        places.forEach((name, place) -> {
            Safetensors.Entry got = numbers.get(name);
            if (got == null || got.dtype() != place.type() || !got.shape().equals(place.shape())) {
                throw new FormatException(file + ": expected " + name + " as " + place.type() + place.shape() + ", got "
                        + (got == null ? "none" : got.dtype().toString() + got.shape()));
            }
        });
        numbers.keySet().stream()
                .filter(name -> !places.containsKey(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new FormatException(file + ": expected numbers of this run alone, got " + name + " too");
                });
    }

    /**
     * Fails where training could not go on from a file's numbers: where some are not finite.
     *
     * @throws FormatException naming the first
     */
    static void expectFinite(Path file, Map<String, Safetensors.Entry> numbers) throws IOException {
        for (Map.Entry<String, Safetensors.Entry> named :
                CheckpointNotes.others(numbers).entrySet()) {
            if (named.getKey().indexOf('/') < 0) { // no totals: a metric may be NaN
                continue;
            }
            DType type = named.getValue().dtype();
            named.getValue().forEach((index, part) -> {
                double wrong = firstNotFinite(type, part);
                if (!Double.isFinite(wrong)) {
                    throw new FormatException(
                            file + ": expected finite numbers, got " + wrong + " in " + named.getKey());
                }
            });
        }
    }

    /** The first such number of a part, or 0. */
    private static double firstNotFinite(DType type, ByteBuffer part) {
        int step = type.bytes();
        for (int at = part.position(); at < part.limit() && (type == DType.F32 || type == DType.F64); at += step) {
            double number = type == DType.F32 ? part.getFloat(at) : part.getDouble(at);
            if (!Double.isFinite(number)) {
                return number;
            }
        }
        return 0;
    }

    /** Replaces all by those that {@link #check} has passed. */
    void write(Map<String, Safetensors.Entry> numbers) throws IOException {
        for (Map.Entry<String, Place> named : places.entrySet()) {
            Place place = named.getValue();
            numbers.get(named.getKey())
                    .forEach((index, part) -> place.memory().write(place.type(), place.index() + index, part));
        }
    }
}
