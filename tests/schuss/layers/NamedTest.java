package schuss.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import schuss.Device;
import schuss.Model;
import schuss.Shape;

class NamedTest {
    @TempDir
    private Path folder;

    private static List<String> paths(Model model) {
        return model.declarations().parameters().stream().map(Parameter::path).toList();
    }

    @Test
    void theNameStandsInPathsAndInFiles() throws IOException {
        Layer net = Sequential.of(new Dense(3).named("hidden"), new Relu(), new Dense(2));
        Path file = folder.resolve("named.safetensors");
        float[] x = {1, -2, 3, 4};
        try (Device device = Device.cpu(1);
                Model model = Model.create(net, Shape.of(4), device, 1)) {
            assertEquals(
                    Set.of("hidden/bias", "hidden/weight", "2.dense/bias", "2.dense/weight"), Set.copyOf(paths(model)));
            model.save(file);
            try (Model again = Model.load(file, device)) {
                assertEquals(paths(model), paths(again));
                assertArrayEquals(model.predict(x), again.predict(x));
            }
        }
    }

    @Test
    void aSharedLayerIsSharedUnderAnyName() {
        Dense shared = new Dense(4);
        Layer net = Sequential.of(shared.named("first"), new Relu(), shared.named("second"));
        try (Device device = Device.cpu(1);
                Model model = Model.create(net, Shape.of(4), device, 1)) {
            assertEquals(2, paths(model).size(), paths(model).toString());
        }
    }

    @Test
    void namesAreUsedOnce() {
        Layer net = Sequential.of(new Dense(4).named("a"), new Dense(4).named("a"));
        try (Device device = Device.cpu(1)) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> Model.create(net, Shape.of(4), device, 1));
            assertTrue(e.getMessage().contains("got \"a\""), e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a/b", "a*"})
    void strangeNamesAreRefused(String name) {
        assertThrows(IllegalArgumentException.class, () -> new Relu().named(name));
    }
}
