package schuss.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Gradients;
import schuss.Model;
import schuss.Shape;
import schuss.backend.Prepared;
import schuss.layers.Dense;
import schuss.layers.Layer;
import schuss.layers.Sequential;
import schuss.ops.Op;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.passes.Requirements;

/** A kernel that saves what its gradient needs, in a buffer whose size only it knows. */
class SavedBufferTest {
    /** y = x^3; saves the slopes 3 x^2. */
    record Cube() implements Op {
        @Override
        public List<Type> infer(List<Type> inputs) {
            return List.of(inputs.get(0), Type.SAVED);
        }

        @Override
        public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
            return List.of(Value.of(new Gradient(), y[1], dy[0]));
        }

        /** dx = slopes * dy. */
        record Gradient() implements Op {
            @Override
            public List<Type> infer(List<Type> inputs) {
                return List.of(inputs.get(1));
            }
        }
    }

    private static final Layer CUBE = (scope, x) -> Value.outputs(new Cube(), x).get(0);
    private static final Layer PLAIN = (scope, x) -> x.mul(x).mul(x);

    private static Prepared cube(Type type) {
        Prepared prepared = at -> {
            ArrayView x = new ArrayView(at.input(0), type);
            ArrayView y = new ArrayView(at.output(0), type);
            ArrayView slopes = new ArrayView(at.output(1), type);
            return () -> {
                x.load();
                Arrays.setAll(y.elements(), i -> Math.pow(x.elements()[i], 3));
                Arrays.setAll(slopes.elements(), i -> 3 * x.elements()[i] * x.elements()[i]);
                y.store();
                slopes.store();
            };
        };
        return prepared.withNeeds(Requirements.NONE.saving(1, type.bytes()));
    }

    private static Prepared gradient(Type type) {
        return at -> {
            ArrayView slopes = new ArrayView(at.input(0), type);
            ArrayView dy = new ArrayView(at.input(1), type);
            ArrayView dx = new ArrayView(at.output(0), type);
            return () -> {
                slopes.load();
                dy.load();
                Arrays.setAll(dx.elements(), i -> slopes.elements()[i] * dy.elements()[i]);
                dx.store();
            };
        };
    }

    /** Two of them with layers between that would lie on the saved numbers if these had but one byte. */
    @Test
    void whatIsSavedIsThereForTheGradient() {
        Layer saving = Sequential.of(new Dense(100), CUBE, new Dense(100), CUBE);
        Layer plain = Sequential.of(new Dense(100), PLAIN, new Dense(100), PLAIN);
        float[] examples = new float[3 * 50];
        for (int i = 0; i < examples.length; i++) {
            examples[i] = (float) Math.sin(i);
        }
        try (Device device = Device.cpu()) {
            device.registerNative(
                    Cube.class, (op, step, threads) -> cube(step.inputTypes().get(0)));
            device.registerNative(
                    Cube.Gradient.class,
                    (op, step, threads) -> gradient(step.inputTypes().get(1)));
            float[] expected = slopes(plain, device, examples);
            double largest = IntStream.range(0, expected.length)
                    .mapToDouble(i -> Math.abs(expected[i]))
                    .max()
                    .getAsDouble();
            // slopes through two layers of a hundred terms, in single precision
            assertArrayEquals(expected, slopes(saving, device, examples), (float) (1e-5 * largest));
        }
    }

    private static float[] slopes(Layer layer, Device device, float[] examples) {
        try (Model model = Model.create(layer, Shape.of(50), device, 1);
                Gradients gradients =
                        Gradients.of(model, 3, outputs -> outputs.get("output").sum())) {
            return gradients.run(examples).withRespectTo("input");
        }
    }
}
