package schuss.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.backend.Computation;
import schuss.layers.Conv1d;
import schuss.layers.Conv2d;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.Padding;
import schuss.layers.Relu;
import schuss.layers.Residual;
import schuss.layers.Scope;
import schuss.layers.Sequential;
import schuss.losses.MeanSquaredError;
import schuss.losses.OutputActivation;
import schuss.ops.AveragePool;
import schuss.ops.Footprint;
import schuss.ops.MaxPool;
import schuss.ops.Op;
import schuss.ops.PoolWindow;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.optim.Adam;

class ModelSummaryTest {
    /** An op that looks through a square window; padded so that the stride divides the extents. */
    private record Look(int kernel, int stride, int dilation) implements Op {
        @Override
        public List<Type> infer(List<Type> inputs) {
            Shape x = inputs.get(0).shape();
            return List.of(Type.f32(x.with(1, x.dim(1) / stride).with(2, x.dim(2) / stride)));
        }

        @Override
        public Footprint footprint(List<Type> inputs) {
            return new Footprint(kernel, kernel, stride, stride, dilation, dilation);
        }
    }

    private static Layer look(int kernel, int stride) {
        return (scope, x) -> Value.of(new Look(kernel, stride, 1), x);
    }

    private static List<ModelSummary.Row> rows(Layer layer, Shape input) {
        Spec spec = new Spec("input", DType.F32, input).batched(1);
        return ModelSummary.rows(
                Computation.inference(layer, spec, OutputActivation.OUTPUT).trace());
    }

    private static String last(List<ModelSummary.Row> rows) {
        return rows.get(rows.size() - 1).receptiveField();
    }

    /** Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks", Distill 2019. */
    @Test
    void receptiveFieldsOfKnownNets() {
        Layer alexNet = Sequential.of(
                look(11, 4),
                new Relu(),
                look(3, 2),
                look(5, 1),
                new Relu(),
                look(3, 2),
                look(3, 1),
                look(3, 1),
                look(3, 1),
                look(3, 2));
        assertEquals("195x195/32x32", last(rows(alexNet, Shape.of(256, 256, 3))));
        List<Layer> vgg = new ArrayList<>();
        for (int convolutions : new int[] {2, 2, 3, 3, 3}) {
            for (int i = 0; i < convolutions; i++) {
                vgg.add(look(3, 1));
                vgg.add(new Relu());
            }
            vgg.add(look(2, 2));
        }
        assertEquals("212x212/32x32", last(rows(new Sequential(vgg), Shape.of(256, 256, 3))));
    }

    @Test
    void receptiveFieldsOfBranchesAndReshapes() {
        Layer branches = (scope, x) -> Value.of(new Look(3, 1, 4), x).add(Value.of(new Look(5, 1, 1), x));
        assertEquals("9x9/1x1", last(rows(branches, Shape.of(16, 16, 3))));
        // a dense layer over channels is a convolution of 1 x 1; flattened, each unit sees all
        List<ModelSummary.Row> rows = rows(
                Sequential.of(look(3, 2), new Dense(7), look(3, 1), new Flatten(), new Dense(5)), Shape.of(16, 16, 3));
        assertEquals(
                List.of("3x3/2x2", "3x3/2x2", "7x7/2x2", "-", "-"),
                rows.stream().map(ModelSummary.Row::receptiveField).toList());
        // a sequence as an image of one row, and back
        Layer sequence = (scope, x) -> {
            Value image = x.reshape(
                    Shape.of(x.shape().dim(0), 1, x.shape().dim(1), x.shape().dim(2)));
            Value seen = Value.of(new Look(3, 1, 2), image);
            return seen.reshape(x.shape());
        };
        assertEquals("5/1", last(rows(sequence, Shape.of(10, 4))));
        assertEquals("-", last(rows(new Relu(), Shape.of(10))));
    }

    @Test
    void countsByHand() {
        Layer shared = new Dense(6);
        record Twice(Layer inner) implements Layer {
            @Override
            public Value forward(Scope scope, Value x) {
                return x.add(scope.apply("inner", inner, scope.apply("inner", inner, x)));
            }
        }
        Layer net = Sequential.of(
                new Flatten(), new Dense(6), new Relu(), Dropout.drop(0.2), new Twice(shared), new Dense(4));
        List<ModelSummary.Row> rows = rows(net, Shape.of(2, 5));
        assertEquals(
                List.of(
                        "0.flatten",
                        "1.dense",
                        "2.relu",
                        "3.dropout",
                        "4.twice/inner",
                        "4.twice/inner",
                        "4.twice",
                        "5.dense"),
                rows.stream().map(ModelSummary.Row::path).toList());
        assertEquals(
                List.of(0L, 66L, 0L, 0L, 42L, 0L, 0L, 28L),
                rows.stream().map(ModelSummary.Row::parameters).toList());
        assertEquals(
                List.of(0L, 60L, 0L, 0L, 72L, 0L, 0L, 24L),
                rows.stream().map(ModelSummary.Row::multiplyAdds).toList());
        assertEquals(Shape.of(6), rows.get(1).output());
        assertEquals("Dense", rows.get(1).kind());
        try (Device cpu = Device.cpu(1);
                Model model = Model.create(net, Shape.of(2, 5), cpu, 1)) {
            ModelSummary summary = model.summary();
            assertEquals(rows, summary.rows());
            assertEquals(66 + 42 + 28, summary.parameters());
            assertEquals(60 + 72 + 24, summary.multiplyAdds());
            // six parameters, each on a whole number of 256 bytes
            assertEquals(6 * 256, summary.memory().parameters());
            assertEquals(4 * 6 * 256, summary.memory().trainedParameters());
            // at least the six units of every example, which the backward pass needs; and less than everything
            assertTrue(summary.memory().training() >= 128 * 6 * 4, summary.toString());
            assertTrue(summary.memory().training() < 128 * 200 * 4, summary.toString());
            assertTrue(summary.memory().inference() < summary.memory().training(), summary.toString());
            String[] lines = summary.toString().split("\n", -1);
            assertEquals(rows.size() + 6, lines.length, summary.toString());
            assertTrue(lines[2].matches("1\\.dense +Dense +\\(6\\) +66 +- +60"), lines[2]);
        }
    }

    /** Krizhevsky, Sutskever and Hinton 2012: the first layer has 96 kernels of 11 x 11 x 3 and makes 55 x 55 x 96. */
    @Test
    void convolutions() {
        Layer net = Sequential.of(
                new Conv2d(96, 11).withStride(4).withPadding(Padding.valid()),
                new Relu(),
                new Conv2d(256, 5).withGroups(2),
                new Flatten(),
                new Dense(10));
        List<ModelSummary.Row> rows = rows(net, Shape.of(227, 227, 3));
        assertEquals(Shape.of(55, 55, 96), rows.get(0).output());
        assertEquals(11 * 11 * 3 * 96 + 96, rows.get(0).parameters());
        assertEquals(55L * 55 * 96 * 11 * 11 * 3, rows.get(0).multiplyAdds()); // 105.4 million
        assertEquals("11x11/4x4", rows.get(1).receptiveField());
        assertEquals(5 * 5 * 48 * 256 + 256, rows.get(2).parameters());
        assertEquals(55L * 55 * 256 * 5 * 5 * 48, rows.get(2).multiplyAdds());
        assertEquals("27x27/4x4", rows.get(2).receptiveField());
        List<ModelSummary.Row> sequence =
                rows(Sequential.of(new Conv1d(8, 3).withDilation(2), new Conv1d(8, 5).withStride(2)), Shape.of(32, 4));
        assertEquals("5/1", sequence.get(0).receptiveField());
        assertEquals("9/2", sequence.get(1).receptiveField());
        assertEquals(16L * 8 * 5 * 8, sequence.get(1).multiplyAdds());
    }

    @Test
    void poolingAndResiduals() {
        Layer max = (scope, x) -> Value.of(new MaxPool(PoolWindow.of(2, 2)), x);
        Layer mean = (scope, x) -> Value.of(new AveragePool(PoolWindow.of(3, 3).withStride(2, 2), false), x);
        Layer all = (scope, x) -> x.mean(1, 2);
        Layer net = Sequential.of(new Conv2d(8, 3), max, new Residual(new Conv2d(8, 3)), mean, all, new Dense(4));
        assertEquals(
                List.of("3x3/1x1", "4x4/2x2", "8x8/2x2", "8x8/2x2", "12x12/4x4", "-", "-"),
                rows(net, Shape.of(32, 32, 3)).stream()
                        .map(ModelSummary.Row::receptiveField)
                        .toList());
    }

    @Test
    void convolutionsTrainThreefoldToo() {
        Layer net = Sequential.of(new Conv2d(6, 3).withStride(2), new Relu(), new Conv2d(4, 3), new Flatten());
        Spec input = new Spec("input", DType.F32, Shape.of(2, 8, 8, 3));
        Spec target = new Spec("target", DType.F32, Shape.of(2, 64));
        Computation training = Computation.training(net, input, target, new MeanSquaredError(), List.of(), new Adam());
        long first = 2L * 4 * 4 * 6 * 27;
        long second = 2L * 4 * 4 * 4 * 54;
        assertEquals(2 * first + 3 * second, training.program().multiplyAdds());
    }

    @Test
    void trainingMultipliesThreefoldButForTheInput() {
        Layer net = Sequential.of(new Dense(20), new Relu(), new Dense(5));
        Spec input = new Spec("input", DType.F32, Shape.of(8, 10));
        Spec target = new Spec("target", DType.F32, Shape.of(8, 5));
        Computation training = Computation.training(net, input, target, new MeanSquaredError(), List.of(), new Adam());
        long forward = 8 * (10 * 20 + 20 * 5);
        assertEquals(3 * forward - 8 * 10 * 20, training.program().multiplyAdds());
    }
}
