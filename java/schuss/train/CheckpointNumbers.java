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
import schuss.program.Layout;
import schuss.program.Variable;
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
    CheckpointNumbers(Workspace work, Backend backend, Layout layout, Layout stateLayout) {
        type = backend.bytes(DType.F32) == DType.F64.bytes() ? DType.F64 : DType.F32;
        TrainingState state = work.state();
        add("weights/", state.weights().of(Variable.Kind.PARAMETERS), layout);
        add("states/", state.weights().of(Variable.Kind.MODEL_STATE), stateLayout);
        state.optimizer().forEach((name, memory) -> add("optimizer." + name + "/", memory, layout));
        if (state.shown() != state.weights()) {
            add("average/", state.shown().of(Variable.Kind.PARAMETERS), layout);
        }
        if (work.gathered() != null) {
            add("gathered/", work.gathered(), layout);
        }
        Control control = work.control();
        Memory weight = control.memory(new Variable(Variable.Kind.SCALAR, Variable.WEIGHT, ""));
        places.put("gathered weight", new Place(weight, type, 0, Shape.of()));
        Memory totals = control.memory(new Variable(Variable.Kind.TOTALS, 0, ""));
        places.put("totals", new Place(totals, DType.F64, 0, Shape.of(control.totals())));
    }

    private void add(String prefix, Memory memory, Layout layout) {
        layout.entries()
                .forEach((path, entry) -> places.put(
                        prefix + path,
                        new Place(
                                memory, type, entry.offset(), entry.parameter().shape())));
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

    /** Replaces all by those that {@link #check} has passed. */
    void write(Map<String, Numbers> numbers) {
        places.forEach((name, place) -> place.memory()
                .write(place.type(), place.index(), numbers.get(name).bytes()));
    }
}
