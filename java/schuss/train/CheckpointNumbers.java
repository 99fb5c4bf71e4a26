package schuss.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import schuss.DType;
import schuss.Shape;
import schuss.backend.Backend;
import schuss.backend.Memory;
import schuss.io.FormatException;
import schuss.ir.Layout;
import schuss.trace.Declarations;
import schuss.trace.Slots;
import schuss.train.CheckpointFile.Numbers;

/**
 * The numbers on a device that training goes on from, by name: {@code weights/0.dense/bias}, {@code optimizer.v/0.dense/bias}
 * and the like. On the device's thread.
 */
final class CheckpointNumbers {
    private record Place(Memory memory, DType type, long index, Shape shape) {}

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
        }
        Control control = work.control();
        places.put("accumulated weight", new Place(control.slot(Slots.UPDATE_WEIGHT), type, 0, Shape.of()));
        places.put("totals", new Place(control.slot(Slots.TOTALS), DType.F64, 0, Shape.of(control.totals())));
    }

    private void add(String prefix, Memory memory, Layout layout) {
        layout.entries()
                .forEach((path, entry) ->
                        places.put(prefix + path, new Place(memory, type, entry.offset(), entry.shape())));
    }

    /** Copies of all. */
    Map<String, Numbers> read() {
        Map<String, Numbers> numbers = new LinkedHashMap<>();
        places.forEach((name, place) -> {
            int bytes = Math.toIntExact(place.shape().size() * place.type().bytes());
            ByteBuffer copy = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
            place.memory().read(place.type(), place.index(), copy);
            numbers.put(name, new Numbers(place.type(), place.shape(), copy));
        });
        return numbers;
    }

    /**
     * Fails where a file's numbers are not of these names, types and shapes.
     *
     * @throws FormatException naming both
     */
    void check(Path file, Map<String, Numbers> numbers) {
        Map<String, String> expected = new LinkedHashMap<>();
        places.forEach(
                (name, place) -> expected.put(name, place.type() + place.shape().toString()));
        Map<String, String> got = new LinkedHashMap<>();
        numbers.forEach((name, n) -> got.put(name, n.type() + n.shape().toString()));
        if (!got.equals(expected)) {
            throw new FormatException(file + ": expected " + expected + ", got " + got);
        }
    }

    /**
     * Fails where training could not go on from a file's numbers: where some are not finite.
     *
     * @throws FormatException naming the first
     */
    static void expectFinite(Path file, Map<String, Numbers> numbers) {
        CheckpointNotes.others(numbers).forEach((name, n) -> {
            long count = name.indexOf('/') < 0 ? 0 : n.shape().size(); // no totals: a metric may be NaN
            for (long i = 0; i < count; i++) {
                double number = switch (n.type()) {
                    case F32 -> n.bytes().getFloat(Math.toIntExact(i * Float.BYTES));
                    case F64 -> n.bytes().getDouble(Math.toIntExact(i * Double.BYTES));
                    default -> 0;
                };
                if (!Double.isFinite(number)) {
                    throw new FormatException(file + ": expected finite numbers, got " + number + " in " + name);
                }
            }
        });
    }

    /** Replaces all by those that {@link #check} has passed. */
    void write(Map<String, Numbers> numbers) {
        places.forEach((name, place) -> place.memory()
                .write(place.type(), place.index(), numbers.get(name).bytes()));
    }
}
