package schuss.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import schuss.DType;
import schuss.FormatException;
import schuss.Shape;
import schuss.io.Safetensors;

/** A checkpoint whose digest is right and whose content is not: it is a stranger's, or was changed with care. */
class StrangeCheckpointTest {
    @TempDir
    Path root;

    private static String refused(Map<String, String> text, Map<String, Safetensors.Entry> numbers) {
        return assertThrows(FormatException.class, () -> CheckpointReader.resume(text, numbers))
                .getMessage();
    }

    private static Map<String, String> text() throws IOException {
        return new TreeMap<>(CheckpointReader.whole().text());
    }

    private static Map<String, Safetensors.Entry> numbers() throws IOException {
        return new LinkedHashMap<>(CheckpointReader.whole().numbers());
    }

    @Test
    void theWholeOneServes() throws IOException {
        CheckpointReader.resume(text(), numbers());
    }

    /** An epoch has 3 batches, a fit 3 epochs; the run has done 4 batches. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "batches|1", // fewer than in this epoch
                "batches|-5",
                "batches|9223372036854775807",
                "batches|five",
                "batches|5.0",
                "batches|",
                "updates|6", // more than batches
                "updates|0", // fewer than in this epoch
                "total_updates|3",
                "total_updates|999999999",
                "averaged_from|-1",
                "averaged_from|6",
                "epochs|4",
                "epochs|-1",
                "epochs|99999999999",
                "last_epoch|2147483647",
                "last_epoch|0",
                "epoch_batch|4",
                "epoch_batch|-1",
                "epoch_batch|2147483648",
                "epoch_batch|2", // the totals are of one
                "epoch_seconds|-1",
                "epoch_seconds|NaN",
                "epoch_seconds|Infinity",
                "plateau|1.0 Infinity 0",
                "plateau|2.0 Infinity 0 0",
                "plateau|1.0 NaN 0 0",
                "plateau|1.0 Infinity -1 0",
                "plateau|1.0 Infinity 0 0 0",
                "plateau|1e999 Infinity 0 0",
                "history|",
                "history|1",
                "run.seed|43",
                "run.seed|-9223372036854775809",
                "run.epochs|4",
            })
    void aTextOfAnotherRunIsRefused(String key, String value) throws IOException {
        Map<String, String> text = text();
        assertTrue(text.containsKey(key), text.keySet().toString());
        text.put(key, value == null ? "" : value);
        if (key.equals("history") && value == null) {
            CheckpointReader.resume(text, numbers()); // of no epochs: nothing to tell
            return;
        }
        String message = refused(text, numbers());
        assertTrue(message.contains("expected"), message);
        assertTrue(message.length() < 1000, message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1\t0.5\t0.01\tloss\t1.5", // no validation loss
                "1\t0.5\t0.01\tloss\t1.5\tvalidation loss\tmuch",
                "2\t0.5\t0.01\tloss\t1.5\tvalidation loss\t1",
                "1\t-1\t0.01\tloss\t1.5\tvalidation loss\t1",
                "1\t0.5\tInfinity\tloss\t1.5\tvalidation loss\t1",
                "1\t0.5\t0.01\tloss\t1.5\tvalidation loss",
                "1\t0.5\t0.01\t\\x\t1.5\tvalidation loss\t1",
                "0\t0.5\t0.01\tloss\t1.5\tvalidation loss\t1\n1\t0.5\t0.01\tloss\t1.5\tvalidation loss\t1",
            })
    void aHistoryOfAnotherRunIsRefused(String history) throws IOException {
        Map<String, String> text = text();
        text.put("history", history);
        String message = refused(text, numbers());
        assertTrue(message.contains(": history: expected "), message);
    }

    @Test
    void everyTextIsNeeded() throws IOException {
        for (String key : text().keySet()) {
            Map<String, String> text = text();
            text.remove(key);
            if (!key.startsWith("schuss.")) {
                String message = refused(text, numbers());
                assertTrue(message.contains("expected"), message);
            }
        }
    }

    @Test
    void everyNumberIsNeededAsItIs() throws IOException {
        for (String name : numbers().keySet()) {
            Map<String, Safetensors.Entry> without = numbers();
            without.remove(name);
            refused(text(), without);
            Map<String, Safetensors.Entry> other = numbers();
            other.put(name, Safetensors.Entry.of(DType.I32, Shape.of(1), java.nio.ByteBuffer.allocate(4)));
            refused(text(), other);
        }
        Map<String, Safetensors.Entry> more = numbers();
        more.put("weights/9.dense/bias", Safetensors.Entry.of(Shape.of(1), new float[1]));
        assertTrue(refused(text(), more).endsWith("got weights/9.dense/bias too"));
    }

    @Test
    void lossesThatNoRunNotesAreRefused() throws IOException {
        List<float[]> strange = List.of(
                new float[1],
                new float[] {0, 0, 1, 0, 1},
                new float[] {0, 0, 0, 0}, // stretches of none
                new float[] {0, 0, 1, 2},
                new float[] {0, 0, 1, -1},
                new float[] {Float.NaN, 0, 1, 0},
                new float[] {0, 0, 1, 0, -1, 1, 1},
                new float[] {0, 0, 1, 0, 1, 1, 0},
                new float[] {0, 0, 1, 0, 2, 1, 1, 1, 1, 1},
                new float[4 + 3 * 2000]);
        for (float[] losses : strange) {
            Map<String, Safetensors.Entry> numbers = numbers();
            numbers.put("noted/losses", Safetensors.Entry.of(Shape.of(losses.length), losses));
            assertTrue(refused(text(), numbers).contains("noted/losses"), losses.length + " numbers");
        }
    }

    @Test
    void weightsThatCallbacksKeepAreOfTheNetwork() throws IOException {
        String kept = "noted/callback 0/parameters";
        assertTrue(numbers().containsKey(kept), numbers().keySet().toString());
        Map<String, Safetensors.Entry> numbers = numbers();
        numbers.put(kept, Safetensors.Entry.of(Shape.of(3), new float[3]));
        assertTrue(refused(text(), numbers).contains("EarlyStopping"));
    }

    @Test
    void manyWarningsTakeNoTimeToCompare() throws IOException {
        Map<String, String> text = text();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            lines.append("warning ").append(i).append('\n');
        }
        text.put("warnings", lines.toString());
        long begin = System.nanoTime();
        CheckpointReader.resume(text, numbers());
        assertTrue(System.nanoTime() - begin < 20_000_000_000L);
    }

    @Test
    void whatIsNoFileIsNoCheckpoint() throws IOException, InterruptedException {
        Path folder = Files.createDirectory(root.resolve("checkpoints"));
        Files.createDirectory(folder.resolve("batch-000000003.safetensors"));
        Files.writeString(folder.resolve("batch-000000002.safetensors"), "short", StandardCharsets.UTF_8);
        Files.createSymbolicLink(folder.resolve("batch-000000001.safetensors"), root.resolve("nothing"));
        assertEquals(
                0,
                new ProcessBuilder(
                                "mkfifo",
                                folder.resolve("batch-000000004.safetensors").toString())
                        .start()
                        .waitFor());
        List<String> notices = new ArrayList<>();
        String message = assertThrows(FormatException.class, () -> new CheckpointFolder(folder).newest(notices::add))
                .getMessage();
        assertTrue(message.contains("got 4 damaged"), message);
        assertTrue(notices.get(0).endsWith("expected a safetensors file, got no regular file"), notices.get(0));
        assertTrue(notices.get(1).endsWith("expected a safetensors file, got a folder"), notices.get(1));
    }
}
