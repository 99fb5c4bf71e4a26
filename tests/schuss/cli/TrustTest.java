package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.LogRecords;
import schuss.ModelDescription;
import schuss.Shape;
import schuss.data.image.ImageOptions.Background;
import schuss.io.Safetensors;

/** Files of others: what they may not do, and what they are told to be. */
class TrustTest {
    @TempDir
    private Path folder;

    private Path table() throws IOException {
        StringBuilder rows = new StringBuilder("a,b,kind\n");
        for (int i = 0; i < 30; i++) {
            rows.append(i)
                    .append(',')
                    .append(i * 7 % 5)
                    .append(',')
                    .append(i % 2 == 0 ? "x" : "y")
                    .append('\n');
        }
        return Files.writeString(folder.resolve("t.csv"), rows);
    }

    /** An argument that begins with @ is a file of that name, not one with more arguments. */
    @Test
    void noFileIsReadAsArguments() throws IOException {
        Path model = folder.resolve("m.safetensors");
        assertEquals(
                0,
                CommandRun.of("train", table().toString(), "--epochs=1", "--save=" + model)
                        .code());
        Path victim = Files.writeString(folder.resolve("victim"), "precious");
        Path arguments = folder.resolve("x.csv");
        Files.writeString(arguments, "--output\n" + victim + "\n" + table() + "\n");
        CommandRun run = CommandRun.of("predict", "--model=" + model, "@" + arguments);
        assertEquals(2, run.code());
        assertEquals("precious", Files.readString(victim));
    }

    /** Values of a settings file are what they are, whatever they look like. */
    @Test
    void settingsExpandNothing() throws IOException {
        Path config = Files.writeString(folder.resolve("c.json"), "{\"seed\": \"${sys:java.specification.version}\"}");
        CommandRun run = CommandRun.of("train", table().toString(), "--epochs=1", "--config=" + config);
        assertEquals(2, run.code());
        assertTrue(run.err().contains("--seed: expected a whole number, got ${sys:"), run.err());
    }

    /** A terminal obeys control characters. */
    @Test
    void controlCharactersAreShown() throws IOException {
        Path path = folder.resolve("m.safetensors");
        Map<String, Safetensors.Entry> entries = new LinkedHashMap<>();
        entries.put("a\u001b[2J", Safetensors.Entry.of(Shape.of(1), new float[1]));
        Safetensors.write(path, entries, Map.of("title", "\u001b]0;pwned\u0007", "k\u009b", "v"));
        CommandRun inspected = CommandRun.of("inspect", path.toString());
        CommandRun refused = CommandRun.of("predict", "--model=" + path, table().toString());
        assertEquals(0, inspected.code(), inspected.err());
        assertEquals(2, refused.code());
        for (String text : List.of(inspected.out(), refused.err())) {
            assertFalse(text.codePoints().anyMatch(c -> c != '\n' && Character.isISOControl(c)), text);
        }
        assertTrue(inspected.out().contains("title = \\u001b]0;pwned\\u0007"), inspected.out());
    }

    /** A type of elements that is not known is shown too. */
    @Test
    void controlCharactersOfTypesAreShown() throws IOException {
        String header = "{\"x\":{\"dtype\":\"\\u001b[31m\",\"shape\":[1],\"data_offsets\":[0,4]}}";
        ByteBuffer file = ByteBuffer.allocate(Long.BYTES + header.length() + 4).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length()).put(header.getBytes(StandardCharsets.UTF_8));
        Path path = Files.write(folder.resolve("t.safetensors"), file.array());
        CommandRun inspected = CommandRun.of("inspect", path.toString());
        assertEquals(0, inspected.code(), inspected.err());
        assertTrue(inspected.out().contains("\\u001b[31m (1)"), inspected.out());
    }

    /** Nor are names in data obeyed, of columns and of classes. */
    @Test
    void controlCharactersOfDataAreShown() throws IOException {
        Path data = table();
        Files.writeString(
                data, Files.readString(data).replace("kind", "ki\u001b[2Jnd").replace("x", "x\u001b[2J"));
        Path model = folder.resolve("m.safetensors");
        CommandRun trained = CommandRun.of("train", data.toString(), "--epochs=1", "--save=" + model);
        CommandRun predicted = CommandRun.of("predict", "--model=" + model, data.toString());
        assertEquals(0, trained.code(), trained.err());
        assertEquals(0, predicted.code(), predicted.err());
        assertTrue(trained.err().contains("is \"ki\\u001b[2Jnd\""), trained.err());
        assertTrue(predicted.out().contains(",x\\u001b[2J,"), predicted.out());
        StringWriter notices = new StringWriter();
        Printable.to(new PrintWriter(notices, true)).accept("a\u001b[2J\nb");
        assertEquals("a\\u001b[2J\\u000ab", notices.toString().strip());
    }

    /** What a model is saved with lies beside it, and nowhere that a link of somebody's leads. */
    @Test
    void settingsBesideAModelFollowNoLink() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "precious");
        Path settings = Files.createSymbolicLink(folder.resolve("m.safetensors.json"), victim);
        CommandRun run =
                CommandRun.of("train", table().toString(), "--epochs=1", "--save=" + folder.resolve("m.safetensors"));
        assertEquals(0, run.code(), run.err());
        assertEquals("precious", Files.readString(victim));
        assertTrue(Files.isRegularFile(settings, LinkOption.NOFOLLOW_LINKS));
    }

    /** A spreadsheet computes cells that begin like formulas. */
    @Test
    void namesOfClassesAreNoFormulas() {
        StringWriter out = new StringWriter();
        Answers answers = new Answers(
                ModelDescription.of(Shape.of(1), List.of("=1+2,x", "-3", "@x", "-cmd"), Background.WHITE), false, out);
        answers.write(new float[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}, List.of());
        List<String> lines = out.toString().lines().toList();
        assertTrue(lines.get(1).startsWith("0,\"'=1+2,x\","), lines.get(1));
        assertTrue(lines.get(2).startsWith("1,-3,"), lines.get(2));
        assertTrue(lines.get(3).startsWith("2,'@x,"), lines.get(3));
        assertTrue(lines.get(4).startsWith("3,'-cmd,"), lines.get(4));
    }

    /** A weight that is NaN would make every answer one. */
    @Test
    void aModelThatIsNotFiniteIsRefused() throws IOException {
        Path model = folder.resolve("m.safetensors");
        assertEquals(
                0,
                CommandRun.of("train", table().toString(), "--epochs=1", "--save=" + model)
                        .code());
        Map<String, Safetensors.Entry> entries = new LinkedHashMap<>();
        Map<String, String> metadata;
        String last;
        try (Safetensors file = Safetensors.read(model)) {
            for (String name : file.names()) {
                entries.put(name, Safetensors.Entry.of(file.spec(name).shape(), file.floats(name)));
            }
            metadata = file.metadata();
            last = file.names().get(file.names().size() - 1);
            float[] bad = file.floats(last);
            bad[0] = Float.NaN;
            entries.put(last, Safetensors.Entry.of(file.spec(last).shape(), bad));
        }
        Safetensors.write(model, entries, metadata);
        for (String command : List.of("predict", "evaluate")) {
            CommandRun run;
            try (LogRecords log = new LogRecords("schuss", Level.WARNING)) {
                run = CommandRun.of(command, "--model=" + model, table().toString());
                assertEquals(List.of(), log.messages()); // it is said once
            }
            assertEquals(2, run.code(), run.err());
            assertTrue(run.err().contains("\"" + last + "\", number 0: expected a finite number, got NaN"), run.err());
            CommandRun allowed = CommandRun.of(command, "--model=" + model, "--allow-not-finite", table().toString());
            assertEquals(0, allowed.code(), allowed.err());
        }
    }

    /** What was mistyped is what the message is about. */
    @Test
    void whatIsMeantIsGuessed() throws IOException {
        CommandRun option = CommandRun.of("train", table().toString(), "--epoch=1");
        assertEquals(2, option.code());
        assertTrue(option.err().contains("perhaps ") && option.err().contains("--epochs"), option.err());
        assertTrue(option.err().strip().endsWith("got --epoch=1"), option.err());
        CommandRun data = CommandRun.of("train", folder.resolve("nosuch.csv").toString());
        assertTrue(data.err().contains("nosuch.csv, which is not there"), data.err());
    }

    /** What is written into a folder of checkpoints stays there, whatever lies there under its names. */
    @Test
    void noLinkLeadsOutOfAFolderOfCheckpoints() throws IOException {
        Path checkpoints = Files.createDirectory(folder.resolve("ck"));
        Path victim = Files.writeString(folder.resolve("victim"), "precious");
        Files.createSymbolicLink(checkpoints.resolve("run.json"), victim);
        CommandRun run = CommandRun.of(
                "train", table().toString(), "--epochs=2", "--batch-size=100", "--checkpoint=" + checkpoints);
        assertEquals(0, run.code(), run.err());
        assertEquals("precious", Files.readString(victim));
        assertTrue(Files.isRegularFile(checkpoints.resolve("run.json"), LinkOption.NOFOLLOW_LINKS));
        Path lock = checkpoints.resolve(".lock");
        Files.deleteIfExists(lock);
        Files.createSymbolicLink(lock, folder.resolve("made"));
        CommandRun locked = CommandRun.of("train", table().toString(), "--epochs=2", "--checkpoint=" + checkpoints);
        assertEquals(2, locked.code(), locked.err());
        assertFalse(Files.exists(folder.resolve("made")));
    }

    /** A link that the user names is one of his own. */
    @Test
    void savesToWhereALinkLeads() throws IOException {
        Path real = Files.createDirectory(folder.resolve("real")).resolve("m.safetensors");
        Path link = Files.createSymbolicLink(folder.resolve("link.safetensors"), Files.createFile(real));
        assertEquals(
                0,
                CommandRun.of("train", table().toString(), "--epochs=1", "--save=" + link)
                        .code());
        assertTrue(Files.isSymbolicLink(link) && Files.size(real) > 0);
    }
}
