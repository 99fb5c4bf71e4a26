package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Reports of whole runs. */
class ReportTest {
    private static final Pattern LOADED = Pattern.compile("http|<script|<link|<iframe|@import|url\\(|src=\"(?!data:)");

    @TempDir
    static Path folder;

    private static Path data;

    @BeforeAll
    static void writeData() throws IOException {
        data = IdxSamples.write(folder.resolve("data"));
    }

    private static CommandRun train(Object... words) {
        List<String> args = new ArrayList<>(List.of("train"));
        Stream.of(words).map(Object::toString).forEach(args::add);
        return CommandRun.of(args.toArray(String[]::new));
    }

    /** The page, which loads nothing and is well-formed. */
    private static Document page(Path file) throws Exception {
        String html = Files.readString(file);
        assertFalse(LOADED.matcher(html).find(), "something to load");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(html.substring(html.indexOf('\n')))));
    }

    private static List<String> texts(Document page, String tag) {
        NodeList found = page.getElementsByTagName(tag);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            texts.add(found.item(i).getTextContent());
        }
        return texts;
    }

    @Test
    void aRunIsToldWhole() throws Exception {
        Path file = folder.resolve("run.html");
        Path history = folder.resolve("run.csv");
        CommandRun run = train(
                data, "--epochs", 3, "--validation-split", 0.2, "--seed", 4711, "--report", file, "--history", history);
        assertEquals(0, run.code(), run.err());
        Document page = page(file);
        List<String> headings = texts(page, "h2");
        assertTrue(
                headings.containsAll(
                        List.of("What the curves show", "Training", "Layers", "Classes", "Network", "Settings")),
                headings.toString());
        List<String> cells = texts(page, "td");
        assertTrue(cells.contains("4711"), cells.toString());
        // the same as on the last line of standard output
        double accuracy = Double.parseDouble(run.out().strip().split(" ")[2]);
        assertTrue(
                cells.stream()
                        .filter(c -> c.endsWith(" on 50 examples"))
                        .anyMatch(c -> Double.parseDouble(c.split(" ")[0]) == accuracy),
                accuracy + ": " + cells);
        List<String> titles = texts(page, "title"); // of points
        for (String line : Files.readAllLines(history).subList(1, 4)) {
            String[] numbers = line.split(",");
            assertTrue(
                    titles.stream()
                            .filter(t -> t.startsWith("validation, epoch " + numbers[0] + ": "))
                            .mapToDouble(t -> Double.parseDouble(t.substring(t.indexOf(':') + 2)))
                            .anyMatch(y -> Math.abs(y - Double.parseDouble(numbers[3])) <= 1e-5 * y),
                    line + ": " + titles);
        }
    }

    @Test
    void aRunThatFailsOnItsNumbersIsToldUpToThere() throws Exception {
        Path file = folder.resolve("failed.html");
        Path history = folder.resolve("failed.csv");
        CommandRun run =
                train(data, "--optimizer", "sgd", "--learning-rate", 1e30, "--report", file, "--history", history);
        assertEquals(2, run.code(), run.err());
        assertEquals("", run.out());
        List<String> lines = run.err().lines().toList();
        assertTrue(
                lines.contains("training failed; the history is in " + history + "; the report is in " + file),
                run.err());
        assertEquals("epoch", Files.readAllLines(history).get(0).split(",")[0]);
        String why = lines.get(lines.size() - 1);
        String warning = texts(page(file), "p").get(0);
        assertTrue(warning.startsWith("training stopped in epoch ") && why.endsWith(warning), why + "; " + warning);
    }

    @Test
    void whatCannotBeWrittenIsRefusedBeforeTraining() throws IOException {
        Path nowhere = folder.resolve("nowhere/run.html");
        CommandRun run = train(data, "--report", nowhere);
        assertEquals(2, run.code());
        assertTrue(run.err().startsWith("schuss train: --report: " + nowhere + ": expected"), run.err());
        assertEquals(1, run.err().lines().count(), run.err());

        Path table = Files.writeString(folder.resolve("table.csv"), "1,2\n".repeat(40) + "2,3\n".repeat(40));
        CommandRun folds = train(table, "--folds", 3, "--report", folder.resolve("folds.html"));
        assertEquals(2, folds.code());
        assertEquals(
                "schuss train: --report: expected only without --folds, which trains several models, got both",
                folds.err().strip());
        assertFalse(Files.exists(folder.resolve("folds.html")));
    }
}
