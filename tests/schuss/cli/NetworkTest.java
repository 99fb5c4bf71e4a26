package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import schuss.Device;
import schuss.Model;

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
        CommandRun trained = CommandRun.of(line.split(" "));
        assertEquals(0, trained.code(), trained.err());
        CommandRun evaluated = CommandRun.of("evaluate", "--model", saved.toString(), data.toString());
        assertEquals(trained.out(), evaluated.out(), evaluated.err());

        CommandRun predicted = CommandRun.of(
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

        CommandRun inspected = CommandRun.of("inspect", saved.toString());
        assertEquals(0, inspected.code(), inspected.err());
        assertTrue(inspected.out().contains("schuss.network = {\"type\":"), inspected.out());
        assertTrue(inspected.out().contains("multiply-adds of one example"), inspected.out());
        Path again = folder.resolve("again.safetensors");
        try (Device device = Device.cpu();
                Model model = Model.load(saved, device)) {
            model.save(again);
        }
        assertEquals(-1, Files.mismatch(saved, again), "what Java loads and saves is the same file");
        Files.delete(saved);
        Files.delete(again);
    }

    @Test
    void residualNetworksLearn() {
        CommandRun run =
                CommandRun.of("train", data.toString(), "--model", "resnet20", "--epochs", "8", "--batch-size", "20");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().matches("test accuracy (1\\.0000|0\\.9\\d{3}) .*\\R"), run.out());
    }
}
