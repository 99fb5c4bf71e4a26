package schuss.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * That what the documentation shows is what the examples do. A block of code on a page stands below a comment that names a
 * file and, after #, the part of it between {@code // snippet: NAME} and {@code // end}:
 *
 * <pre>
 * &lt;!-- examples/first/src/main/java/First.java#train --&gt;
 * </pre>
 *
 * <p>{@code -Dschuss.docs=write} copies the examples' lines to the pages.
 */
class DocsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath();
    private static final int README_LINES = 150;
    private static final Pattern BLOCK = Pattern.compile(
            "(?m)^(?:<!-- (\\S+?)(?:#(\\S+))? -->\n)?```(java|xml)\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");

    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        for (String name : List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")) {
            pages.add(ROOT.resolve(name));
        }
        return pages;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void codeIsThatOfTheExamples(Path page) throws IOException {
        String text = Files.readString(page);
        StringBuilder right = new StringBuilder();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            assertTrue(
                    block.group(1) != null,
                    () -> page + ": expected a comment that names the example above:\n" + block.group(4));
            String head = "<!-- " + block.group(1) + (block.group(2) == null ? "" : "#" + block.group(2)) + " -->\n";
            String code = head + "```" + block.group(3) + "\n" + snippet(block.group(1), block.group(2)) + "```";
            block.appendReplacement(right, Matcher.quoteReplacement(code));
        }
        block.appendTail(right);
        if ("write".equals(System.getProperty("schuss.docs"))) {
            Files.writeString(page, right.toString());
        } else {
            assertEquals(right.toString(), text, () -> page + ": run this test with -Dschuss.docs=write");
        }
    }

    /** The part of a file, moved to the left as far as possible; the whole of it without a name. */
    private static String snippet(String file, String name) throws IOException {
        List<String> lines = Files.readAllLines(ROOT.resolve(file));
        if (name == null) {
            return String.join("\n", lines) + "\n";
        }
        boolean xml = file.endsWith(".xml");
        String begin = xml ? "<!-- snippet: " + name + " -->" : "// snippet: " + name;
        String end = xml ? "<!-- end -->" : "// end";
        List<String> part = new ArrayList<>();
        boolean inside = false;
        boolean found = false;
        for (String line : lines) {
            if (line.strip().equals(begin)) {
                inside = true;
                found = true;
            } else if (line.strip().equals(end)) {
                inside = false;
            } else if (inside && !line.strip().startsWith(xml ? "<!-- snippet: " : "// snippet: ")) {
                part.add(line);
            }
        }
        assertTrue(found, file + ": expected " + begin);
        int margin = part.stream()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length())
                .min()
                .orElse(0);
        return part.stream()
                .map(line -> line.isBlank() ? "" : line.substring(margin))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadSomewhere(Path page) throws IOException {
        Matcher link = LINK.matcher(Files.readString(page).replaceAll("(?s)```.*?```", ""));
        while (link.find()) {
            String target = link.group(1);
            if (!target.contains("://")) {
                assertTrue(Files.exists(page.resolveSibling(target)), page + ": " + target);
            }
        }
    }

    @Test
    void readmeFitsAHead() throws IOException {
        long lines = Files.readString(ROOT.resolve("README.md")).lines().count();
        assertTrue(lines <= README_LINES, "README.md: expected at most " + README_LINES + " lines, got " + lines);
    }
}
