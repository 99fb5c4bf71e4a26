package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options out of a file, and the file that a run writes. */
class ConfigurationTest {
    @TempDir
    Path folder;

    private Path data;

    @BeforeEach
    void write() throws IOException {
        data = IdxSamples.write(folder.resolve("data"));
    }

    private Path config(String text) throws IOException {
        return Files.writeString(folder.resolve("run.json"), text);
    }

    private static CommandRun train(Path config, String... more) {
        List<String> args = new ArrayList<>(List.of("train", "--config", config.toString()));
        args.addAll(List.of(more));
        return CommandRun.of(args.toArray(String[]::new));
    }

    @Test
    void whatARunWritesRepeatsIt() throws IOException {
        Path save = folder.resolve("model.safetensors");
        Path written = folder.resolve("model.safetensors.json");
        CommandRun first = CommandRun.of(
                "train",
                data.toString(),
                "--device=cpu",
                "--hidden=8,4",
                "--epochs=2",
                "--batch-norm",
                "--save=" + save);
        assertEquals(0, first.code(), first.err());
        byte[] model = Files.readAllBytes(save);
        String text = Files.readString(written);
        for (String line : List.of(
                "\"batch-norm\" : true",
                "\"hidden\" : \"8,4\"",
                "\"learning-rate\" : 0.001",
                "\"optimizer\" : \"adam\"",
                "\"schedule\" : \"constant\"",
                "\"device\" : \"cpu\"",
                "\"batch-size\" : 128",
                "\"epochs\" : 2")) {
            assertTrue(text.contains("  " + line), text);
        }
        Path config = config(text);
        Files.delete(save);
        assertTrue(!text.contains("save"), text); // who repeats it says where to write
        CommandRun again = train(config, "--save=" + save);
        assertEquals(first.out(), again.out(), again.err());
        assertEquals(-1, Arrays.mismatch(model, Files.readAllBytes(save)));
        assertEquals(text, Files.readString(written));
    }

    @Test
    void theCommandLineWins() throws IOException {
        Path config = config("{\"data\": \"nowhere\", \"epochs\": 50, \"hidden\": [8, 4], \"batch-norm\": true}");
        Path save = folder.resolve("model");
        CommandRun run = train(config, data.toString(), "--epochs=1", "--batch-norm", "--save", save.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(run.err().startsWith("epoch 1/1: "), run.err());
        String used = Files.readString(folder.resolve("model.json"));
        assertTrue(used.contains("\"hidden\" : \"8,4\""), used);
        assertTrue(used.contains("\"batch-norm\" : true"), used);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"epochs\": 1 | line 1: expected JSON",
                "[1] | line 1: expected an object",
                "{\"epochs\": null} | line 1: \"epochs\": expected a text, a number",
                "{\"epochs\": 1, \"epochs\": 2} | line 1: expected JSON",
                "{\"epoch\": 1} | expected names of options, like \"epochs\", got \"epoch\"",
                "{\"config\": \"x\"} | expected names of options",
                "{\"help\": true} | expected names of options",
                "{\"save\": \"x\"} | expected settings, got \"save\", which says where to write",
                "{\"history\": \"x\"} | expected settings, got \"history\"",
                "{\"report\": \"x\"} | expected settings, got \"report\"",
                "{\"checkpoint\": \"x\"} | expected settings, got \"checkpoint\"",
                "{\"epochs\": 1} {} | line 1: expected nothing behind the object",
            })
    void refusesWhatIsNone(String text, String problem) throws IOException {
        Path config = config(text);
        CommandRun run = train(config, data.toString());
        assertEquals(2, run.code());
        assertTrue(run.err().startsWith("schuss train: --config: " + config + ": "), run.err());
        assertTrue(run.err().contains(problem), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    @Test
    void refusesValuesAndFilesThatAreNot() throws IOException {
        CommandRun value = train(config("{\"epochs\": \"many\"}"), data.toString());
        assertEquals("schuss train: --epochs: expected a whole number of at least 1, got many\n", value.err());
        assertEquals(2, value.code());
        Path none = folder.resolve("none.json");
        assertEquals(
                "schuss train: --config: " + none + ": expected a file with settings, got none that can be read\n",
                train(none, data.toString()).err());
    }

    @Test
    void checkpointOptionsBelongTogether() {
        CommandRun resume = CommandRun.of("train", data.toString(), "--resume");
        assertEquals("schuss train: --resume: expected with --checkpoint DIR, got it without\n", resume.err());
        CommandRun file = CommandRun.of("train", data.toString(), "--checkpoint", data + "/train-images-idx3-ubyte");
        assertTrue(file.err().startsWith("schuss train: --checkpoint: expected a folder, got the file "), file.err());
        CommandRun deep = CommandRun.of("train", data.toString(), "--checkpoint", data + "/a/b");
        assertTrue(deep.err().contains("expected an existing folder "), deep.err());
        assertEquals(2, deep.code());
    }

    @Test
    void aCheckpointOfAnotherRunIsLeftAlone() throws IOException {
        String checkpoint = "--checkpoint=" + folder.resolve("checkpoints");
        assertEquals(
                0,
                CommandRun.of("train", data.toString(), "--hidden=4", "--epochs=2", checkpoint)
                        .code());
        Path written = folder.resolve("checkpoints/run.json");
        String text = Files.readString(written);
        CommandRun other = CommandRun.of("train", data.toString(), "--hidden=4", "--epochs=1", checkpoint, "--resume");
        assertEquals(2, other.code());
        assertTrue(other.err().contains("expected a checkpoint of a run with epochs 1, got 2"), other.err());
        assertEquals(text, Files.readString(written));
        CommandRun fresh = CommandRun.of("train", data.toString(), "--hidden=4", "--epochs=1", checkpoint);
        assertEquals(2, fresh.code());
        assertTrue(fresh.err().contains("expected a folder without checkpoints"), fresh.err());
    }
}
