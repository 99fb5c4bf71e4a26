package schuss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.data.DataException;
import schuss.data.Dataset;
import schuss.data.ExampleReader;
import schuss.data.table.Table;
import schuss.data.table.TableOptions;
import schuss.initializers.Initializer;
import schuss.layers.BatchNorm;
import schuss.layers.Concatenate;
import schuss.layers.Conv1d;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Embedding;
import schuss.layers.Flatten;
import schuss.layers.Gelu;
import schuss.layers.Layer;
import schuss.layers.LayerNorm;
import schuss.layers.LayerText;
import schuss.layers.Network;
import schuss.layers.Padding;
import schuss.layers.Relu;
import schuss.layers.Rescale;
import schuss.layers.Reshape;
import schuss.layers.Residual;
import schuss.layers.Scope;
import schuss.layers.Sequential;
import schuss.layers.Tanh;
import schuss.layers.TiedDense;
import schuss.losses.OutputActivation;
import schuss.ops.Value;
import schuss.zoo.Zoo;

/** Files that say what they are: a model comes back without its network being told again. */
class ModelFileTest {
    @TempDir
    Path folder;

    /** A layer of a user's. */
    public record Scaled(double factor, Layer inner) implements Layer {
        @Override
        public Value forward(Scope scope, Value x) {
            return scope.apply("inner", inner, x).mul(factor);
        }
    }

    private static float[] numbers(int count) {
        Random random = new Random(1);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    static Stream<Arguments> networks() {
        Embedding words = new Embedding(20, 4);
        Dense twice = new Dense(6);
        return Stream.of(
                Arguments.of(
                        Zoo.mlp(3, 8, 8).withBatchNorm().withDropout(0.25), new Spec("input", DType.F32, Shape.of(6))),
                Arguments.of(Zoo.lenet(3), new Spec("input", DType.F32, Shape.of(28, 28, 1))),
                Arguments.of(Zoo.resnet20(3), new Spec("input", DType.F32, Shape.of(16, 16, 3))),
                Arguments.of(Zoo.resnet18(3), new Spec("input", DType.F32, Shape.of(16, 16, 3))),
                Arguments.of(Zoo.mobilenet(3), new Spec("input", DType.F32, Shape.of(16, 16, 3))),
                Arguments.of(
                        Sequential.of(words, new Flatten(), new Dense(4), new TiedDense(words).withoutBias()),
                        new Spec("words", DType.I32, Shape.of(3))),
                Arguments.of(
                        Sequential.of(twice, new Relu(), twice, Concatenate.of(new Tanh(), new Gelu(true))),
                        new Spec("input", DType.F32, Shape.of(6))),
                Arguments.of(
                        Sequential.of(
                                new Rescale(List.of(1f, 2f, 3f, 4f), List.of(2f, 2f, 2f, 2f)),
                                new Reshape(Shape.of(4, 1)),
                                new Conv1d(3, 3).withPadding(Padding.same()),
                                new Residual(
                                        new LayerNorm(), new Dense(3).withWeights(Initializer.truncatedNormal(0.5))),
                                new Flatten(),
                                Dropout.drop(0.5),
                                new Dense(2)),
                        new Spec("input", DType.F32, Shape.of(4))));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void aModelComesBackFromItsFile(Layer network, Spec input) throws IOException {
        Path path = folder.resolve("model.safetensors");
        Path again = folder.resolve("again.safetensors");
        int size = Math.toIntExact(2 * input.shape().size());
        try (Device device = Device.cpu();
                Model made = Model.create(network, input, device, 3)) {
            made.setPrediction(OutputActivation.SOFTMAX);
            made.save(path, Map.of("title", "a"));
            try (Model loaded = Model.load(path, device)) {
                assertEquals(made.inputs(), loaded.inputs());
                assertEquals("a", loaded.metadata().get("title"));
                assertArrayEquals(predict(made, input, size), predict(loaded, input, size));
                loaded.save(again);
                assertEquals(-1, Files.mismatch(path, again), "the same bytes");
                try (Model fresh = Model.create(loaded.layer().orElseThrow(), input, device, 3)) {
                    fresh.setPrediction(OutputActivation.SOFTMAX);
                    if (!network.toString().contains("Rescale")) { // what was fitted is in the weights
                        assertArrayEquals(
                                predict(made, input, size), predict(fresh, input, size), "the same beginning");
                    }
                }
            }
        }
    }

    private static float[] predict(Model model, Spec input, int size) {
        return input.dtype() == DType.I32
                ? model.predict(new int[] {1, 2, 3, 17, 0, 19})
                : model.predict(numbers(size));
    }

    @Test
    void layersOfTheUsersAreNamedWhenLoading() throws IOException {
        Path path = folder.resolve("model.safetensors");
        Layer network = Sequential.of(new Scaled(0.5, new Dense(3)), new Relu());
        try (Device device = Device.cpu();
                Model made = Model.create(network, Shape.of(2), device, 3)) {
            made.save(path);
            String message = assertThrows(FormatException.class, () -> Model.load(path, device))
                    .getMessage();
            assertTrue(message.contains("network.layers.0: expected a known layer"), message);
            assertTrue(message.contains("got schuss.ModelFileTest$Scaled"), message);
            try (Model loaded = Model.load(path, device, Scaled.class)) {
                assertArrayEquals(made.predict(numbers(4)), loaded.predict(numbers(4)));
            }
        }
    }

    @Test
    void layersThatNoFileCanTellAreRefused() throws IOException {
        Path path = folder.resolve("model.safetensors");
        Layer network = Sequential.of(new Dense(3), (scope, x) -> x.mul(x));
        Network two = (scope, in) -> Map.of("y", in.get("a").mul(in.get("b")));
        try (Device device = Device.cpu();
                Model made = Model.create(network, Shape.of(2), device, 3);
                Model pair = Model.create(
                        two,
                        List.of(new Spec("a", DType.F32, Shape.of(2)), new Spec("b", DType.F32, Shape.of(2))),
                        device,
                        3)) {
            made.save(path);
            String message = assertThrows(FormatException.class, () -> Model.load(path, device))
                    .getMessage();
            assertTrue(message.contains("layers.1: expected layers that a file can tell, got lambda"), message);
            try (Model loaded = Model.load(path, network, Shape.of(2), device)) {
                assertArrayEquals(made.predict(numbers(4)), loaded.predict(numbers(4)));
            }
            pair.save(path);
            String none = assertThrows(FormatException.class, () -> Model.load(path, device))
                    .getMessage();
            assertTrue(none.contains("expected a model whose file tells its network"), none);
        }
    }

    /** Weights of equal shapes are no proof of an equal network. */
    @Test
    void anotherNetworkIsRefusedByItsStructure() throws IOException {
        Path path = folder.resolve("model.safetensors");
        Layer network = Sequential.of(new Dense(3), new Relu(), new BatchNorm(), new Dense(2));
        try (Device device = Device.cpu();
                Model made = Model.create(network, Shape.of(4), device, 3)) {
            made.save(path);
            for (Object[] other : new Object[][] {
                {Sequential.of(new Dense(3), new Tanh(), new BatchNorm(), new Dense(2)), "layers.1.type: Relu and Tanh"
                },
                {
                    Sequential.of(new Dense(3), new Relu(), new BatchNorm().withEpsilon(1e-3), new Dense(2)),
                    "layers.2.epsilon: 1.0E-5 and 0.001"
                },
                {
                    Sequential.of(new Dense(3), new Relu(), new BatchNorm(), new Dense(2), new Relu()),
                    "layers: 4 of them and 5 of them"
                },
            }) {
                String message = assertThrows(
                                FormatException.class, () -> Model.load(path, (Layer) other[0], Shape.of(4), device))
                        .getMessage();
                assertTrue(message.endsWith("got another, at " + other[1]), message);
            }
            Layer drawn = Sequential.of(
                    new Dense(3).withWeights(Initializer.zeros()), new Relu(), new BatchNorm(), new Dense(2));
            Layer nested = Sequential.of(new Dense(3), new Relu(), new BatchNorm(), new Dense(2), Dropout.drop(0.5));
            Model.load(path, nested, Shape.of(4), device).close(); // predicts the same
            Model.load(path, drawn, Shape.of(4), device).close(); // what weights began with is of no matter now
        }
    }

    @Test
    void differencesAreFound() {
        String one = LayerText.write(Sequential.of(new Dense(3), new Relu()));
        assertNull(LayerText.difference("x", one, one));
        assertEquals("type: Sequential and Dense", LayerText.difference("x", one, LayerText.write(new Dense(3))));
        assertNull(LayerText.difference("x", one, LayerText.write((scope, x) -> x)), "nothing is known of it");
    }

    /** A file of a stranger makes no other objects than layers. */
    @Test
    void nothingElseIsMade() {
        for (String text : List.of(
                "{\"type\":\"java.lang.Thread\"}",
                "{\"type\":\"LayerText\"}",
                "{\"type\":\"Parameter\"}",
                "{\"type\":\"zoo.Zoo\"}",
                "{\"type\":\"../x\"}",
                "{\"type\":\"dense\"}",
                "{\"type\":\"Dense\",\"units\":1e9,\"weights\":{\"initializer\":\"Philox\"},\"bias\":true}",
                "{\"type\":\"Dense\",\"units\":0.5,\"weights\":null,\"bias\":true}",
                "{\"type\":\"Dense\",\"units\":\"3\",\"weights\":null,\"bias\":true}",
                "{\"type\":\"Sequential\",\"layers\":{}}",
                "{\"type\":\"Sequential\",\"layers\":[null]}",
                "{\"type\":\"Sequential\",\"layers\":[{\"same\":0}]}",
                "{\"type\":\"Reshape\",\"shape\":[-1]}",
                "{\"type\":\"Relu\",\"type\":\"Tanh\"}",
                "[".repeat(5000),
                "{\"type\":\"Residual\",\"shortcut\":null,\"inner\":".repeat(1000),
                "1",
                "")) {
            String message = assertThrows(FormatException.class, () -> LayerText.read("file", text, List.of()), text)
                    .getMessage();
            assertTrue(message.startsWith("file") && message.contains("expected"), message);
        }
    }

    @Test
    void tablesPredictRows() throws IOException {
        Path csv = folder.resolve("rows.csv");
        StringBuilder text = new StringBuilder("id,size,town,day,kind\n");
        for (int i = 0; i < 60; i++) {
            text.append("K")
                    .append(i)
                    .append(',')
                    .append(i % 2 == 0 ? 10 + i / 10.0 : 90 + i / 10.0)
                    .append(" m,");
            text.append(i % 3 == 0 ? "Bern" : "Basel").append(",2024-01-").append(10 + i % 20);
            text.append(i % 2 == 0 ? ",hut\n" : ",house\n");
        }
        Files.writeString(csv, text);
        Table table = Table.read(csv, TableOptions.DEFAULT.withIgnored("id").withDates(TableOptions.Dates.NUMBER));
        Dataset train = table.dataset();
        Path path = folder.resolve("rows.safetensors");
        record House(double size, String town, LocalDate day) {}
        try (Device device = Device.cpu();
                TableModel made =
                        TableModel.of(Model.create(Zoo.mlp(2, 8), train.input().shape(), device, 3), table.schema())) {
            made.model().setPrediction(OutputActivation.SOFTMAX);
            made.save(path);
            ExampleReader row = new ExampleReader(train);
            row.read(3);
            float[] expected = made.model().predict(row.inputs());
            try (TableModel loaded = TableModel.load(path, device)) {
                Map<String, Object> values = Map.of("size", "90.3 m", "town", "Bern", "day", "2024-01-13");
                Answer answer = loaded.predict(values);
                assertEquals(
                        List.of("house", "hut"),
                        List.copyOf(answer.probabilities().keySet()));
                assertEquals(expected[0], answer.probabilities().get("house").floatValue());
                assertEquals(expected[0] > expected[1] ? "house" : "hut", answer.name());
                assertEquals(answer, loaded.predict(new House(90.3, "Bern", LocalDate.of(2024, 1, 13))));
                List<Answer> all = loaded.predict(table);
                assertEquals(table.size(), all.size());
                assertEquals(answer.name(), all.get(3).name());
                assertEquals(
                        answer.top(2).get(0).probability(),
                        all.get(3).top(2).get(0).probability(),
                        1e-5);
                assertEquals(all, Answer.of(loaded.model(), train));
                for (Object[] bad : new Object[][] {
                    {Map.of("size", 1, "town", "Bern"), "expected a value for the column day, null if it is missing"},
                    {
                        Map.of("size", 1, "town", "Genf", "day", "2024-01-13"),
                        "column town: expected one of Basel, Bern, got Genf"
                    },
                    {Map.of("size", 1, "town", "Bern", "day", "2024-01-13", "x", 1), "row: expected columns [id, size"},
                    {
                        Map.of("size", "x", "town", "Bern", "day", "2024-01-13"),
                        "column size: expected a number in m, got x"
                    },
                    {
                        Map.of("size", 1 / 0.0, "town", "Bern", "day", "2024-01-13"),
                        "expected a finite number, got Infinity"
                    },
                }) {
                    @SuppressWarnings("unchecked")
                    Map<String, Object> wrong = (Map<String, Object>) bad[0];
                    String message = assertThrows(DataException.class, () -> loaded.predict(wrong))
                            .getMessage();
                    assertTrue(message.contains((String) bad[1]), message);
                }
            }
            assertThrows(
                    IllegalArgumentException.class,
                    () -> TableModel.of(Model.create(Zoo.mlp(2, 8), Shape.of(9), device, 3), table.schema()));
        }
    }
}
