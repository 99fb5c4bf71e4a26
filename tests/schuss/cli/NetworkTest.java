package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** Every network trains, and what is saved says how to make it again. */
class NetworkTest {
    @TempDir
    static Path folder;

    private static Path data;

    @BeforeAll
    static void prepare() throws IOException {
        data = IdxSamples.write(folder.resolve("data"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mlp --hidden 8 --batch-norm --dropout 0.2 --input-dropout 0.1",
                "lenet --dropout 0.25",
                "resnet20",
                "resnet18",
                "mobilenet"
            })
    void savedModelsAreWhole(String network) throws IOException {
        Path saved = folder.resolve("saved.safetensors");
        String line = "train " + data + " --epochs 1 --batch-size 50 --save " + saved + " --model " + network;
        Run trained = Run.of(line.split(" "));
        assertEquals(0, trained.code(), trained.err());
        Run evaluated = Run.of("evaluate", "--model", saved.toString(), data.toString());
        assertEquals(trained.out(), evaluated.out(), evaluated.err());

        Run predicted = Run.of(
                "predict",
                "--model",
                saved.toString(),
                data.resolve("t10k-images-idx3-ubyte").toString());
        assertEquals(0, predicted.code(), predicted.err());
        assertEquals(1 + IdxSamples.TEST, predicted.outLines().size());
        long right = 0;
        for (int i = 0; i < IdxSamples.TEST; i++) {
            right += predicted.outLines().get(1 + i).startsWith(i % IdxSamples.SIDE + ",") ? 1 : 0;
        }
        assertTrue(trained.out().contains("(" + (IdxSamples.TEST - right) + " errors"), trained.out());

        String name = network.split(" ")[0];
        Run inspected = Run.of("inspect", saved.toString());
        assertEquals(0, inspected.code(), inspected.err());
        assertTrue(inspected.out().contains("schuss.model = " + name), inspected.out());
        assertTrue(inspected.out().contains("multiply-adds of one example"), inspected.out());
        Files.delete(saved);
    }

    @Test
    void residualNetworksLearn() {
        Run run = Run.of("train", data.toString(), "--model", "resnet20", "--epochs", "8", "--batch-size", "20");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().matches("test accuracy (1\\.0000|0\\.9\\d{3}) .*\\R"), run.out());
    }

    @ParameterizedTest
    @EnumSource(Network.class)
    void writtenDescriptionsReadTheSame(Network network) {
        NetworkChoice choice = NetworkChoice.of(network, Map.of());
        Map<String, String> text = new TreeMap<>();
        choice.write(text);
        assertEquals(choice, NetworkChoice.read(text));
    }

    @Test
    void settingsAreKept() {
        NetworkChoice choice = NetworkChoice.of(
                Network.MLP,
                Map.of(Setting.HIDDEN, new Widths(List.of(3, 4)), Setting.DROPOUT, 0.25, Setting.BATCH_NORM, true));
        Map<String, String> text = new TreeMap<>();
        choice.write(text);
        assertEquals(
                Map.of(
                        "schuss.model", "mlp",
                        "schuss.hidden", "3,4",
                        "schuss.dropout", "0.25",
                        "schuss.input_dropout", "0.0",
                        "schuss.batch_norm", "true"),
                text);
        assertEquals(choice, NetworkChoice.read(text));

        text.remove("schuss.batch_norm"); // as in files from before there was such a thing
        assertEquals(false, NetworkChoice.read(text).settings().get(Setting.BATCH_NORM));
    }

    @Test
    void damagedSettingsAreNamed() {
        Map<String, String> text = new TreeMap<>();
        NetworkChoice.of(Network.MLP, Map.of()).write(text);
        text.put("schuss.batch_norm", "yes");
        String message = assertThrows(TypeConversionException.class, () -> NetworkChoice.read(text))
                .getMessage();
        assertEquals("schuss.batch_norm: expected true or false, got yes", message);
    }
}
