package schuss.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import schuss.DType;
import schuss.Shape;
import schuss.train.CheckpointFile.Numbers;

/** What a run notes on its way, beside its position: the losses within epochs, warnings, and what callbacks go on from. */
record CheckpointNotes(LossCurve curve, List<String> warnings, List<Callback> callbacks) {
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

    void write(Map<String, String> text, Map<String, Numbers> numbers) {
        text.put(WARNINGS, String.join("\n", warnings));
        numbers.put(CURVE, numbers(curve.state()));
        for (int i = 0; i < callbacks.size(); i++) {
            String prefix = prefix(i);
            callbacks.get(i).state().forEach((name, values) -> numbers.put(prefix + name, numbers(values)));
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
    static Map<String, Numbers> others(Map<String, Numbers> numbers) {
        Map<String, Numbers> others = new LinkedHashMap<>(numbers);
        others.keySet().removeIf(name -> name.startsWith(PREFIX));
        return others;
    }

    /** Takes back what {@link #write} wrote of a run with callbacks of the same {@link #names}, which have begun. */
    void restore(CheckpointFile content) {
        curve.restore(values(content.numbers().get(CURVE)));
        content.text()
                .get(WARNINGS)
                .lines()
                .filter(line -> !warnings.contains(line))
                .forEach(warnings::add);
        for (int i = 0; i < callbacks.size(); i++) {
            Map<String, double[]> state = new LinkedHashMap<>();
            String prefix = prefix(i);
            content.numbers().forEach((name, numbers) -> {
                if (name.startsWith(prefix)) {
                    state.put(name.substring(prefix.length()), values(numbers));
                }
            });
            if (!callbacks.get(i).state().isEmpty()) {
                callbacks.get(i).restore(state);
            }
        }
    }

    /** Weights are singles: as such they take half the room. */
    private static Numbers numbers(double[] values) {
        boolean single = Arrays.stream(values).allMatch(v -> (float) v == v);
        DType type = single ? DType.F32 : DType.F64;
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(values.length, type.bytes()))
                .order(ByteOrder.nativeOrder());
        for (double value : values) {
            if (single) {
                bytes.putFloat((float) value);
            } else {
                bytes.putDouble(value);
            }
        }
        return new Numbers(type, Shape.of(values.length), bytes.flip());
    }

    private static double[] values(Numbers numbers) {
        ByteBuffer bytes = numbers.bytes().duplicate().order(ByteOrder.nativeOrder());
        double[] values = new double[Math.toIntExact(numbers.shape().size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers.type() == DType.F32 ? bytes.getFloat() : bytes.getDouble();
        }
        return values;
    }
}
