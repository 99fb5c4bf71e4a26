package schuss.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * That every project below {@code examples} runs, with the libraries that its pom names and no others, and prints what is
 * written down in its {@code expected.txt}. Numbers may differ: they depend on the processor.
 */
class ExampleProjectsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath();
    private static final int MINUTES = 5;
    private static final Pattern DEPENDENCY = Pattern.compile(
            "<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>\\s*<version>([^<]+)</version>");
    private static final Pattern MAIN = Pattern.compile("<exec.mainClass>([^<]+)</exec.mainClass>");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+([.,:]\\d+)*(e-?\\d+)?");

    @TempDir
    private Path folder;

    static List<Path> projects() throws IOException {
        try (Stream<Path> all = Files.list(ROOT.resolve("examples"))) {
            return all.filter(project -> Files.exists(project.resolve("pom.xml")))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void thereAreSeveral() throws IOException {
        assertTrue(projects().size() >= 5, projects().toString());
    }

    @ParameterizedTest
    @MethodSource("projects")
    void namesTheVersionsThatAreTested(Path project) throws IOException {
        Map<String, String> tested = new TreeMap<>();
        for (String jar : classPath().split(File.pathSeparator)) {
            Path file = Path.of(jar);
            if (file.getNameCount() > 3) {
                tested.put(
                        file.getParent().getParent().getFileName().toString(),
                        file.getParent().getFileName().toString());
            }
        }
        Matcher dependency = DEPENDENCY.matcher(dependencies(project));
        while (dependency.find()) {
            String artifact = dependency.group(2);
            String expected = artifact.equals("schuss") ? version() : tested.get(artifact);
            assertEquals(expected, dependency.group(3), project + ": " + artifact);
        }
    }

    @ParameterizedTest
    @MethodSource("projects")
    void runs(Path project) throws Exception {
        Matcher main = MAIN.matcher(Files.readString(project.resolve("pom.xml")));
        assertTrue(main.find(), project + ": expected exec.mainClass in its pom");
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        Path classes = Files.createDirectory(folder.resolve("classes"));
        compile(project, classes);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classes + File.pathSeparator + classPath(project),
                main.group(1)));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), project + ": still running");
        assertEquals(0, process.exitValue(), Files.readString(err));
        Path expected = project.resolve("expected.txt");
        if ("write".equals(System.getProperty("schuss.docs"))) {
            Files.copy(out, expected, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        assertEquals(withoutNumbers(expected), withoutNumbers(out));
    }

    private static void compile(Path project, Path classes) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "-d",
                classes.toString(),
                "-cp",
                classPath(project),
                "--release",
                "17",
                "-proc:none",
                "-Xlint:all,-options"));
        try (Stream<Path> sources = Files.walk(project.resolve("src/main/java"))) {
            sources.filter(file -> file.toString().endsWith(".java")).forEach(file -> arguments.add(file.toString()));
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int code = ToolProvider.getSystemJavaCompiler().run(null, said, said, arguments.toArray(String[]::new));
        assertEquals("0", code + said.toString(StandardCharsets.UTF_8).strip(), project.toString());
    }

    private static String withoutNumbers(Path text) throws IOException {
        return NUMBER.matcher(Files.readString(text)).replaceAll("#");
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static String version() throws IOException {
        Matcher version =
                Pattern.compile("<version>([^<]+)</version>").matcher(Files.readString(ROOT.resolve("pom.xml")));
        assertTrue(version.find());
        return version.group(1);
    }

    private static String dependencies(Path project) throws IOException {
        String pom = Files.readString(project.resolve("pom.xml"));
        return pom.substring(pom.indexOf("<dependencies>"), pom.indexOf("</dependencies>"));
    }

    /** What a build of the project would have: Schuss, what it brings, what the pom names, and what these bring. */
    private static String classPath(Path project) throws IOException {
        List<String> wanted = new ArrayList<>(List.of("openblas", "dnnl", "javacpp"));
        Map<String, List<String>> brings = Map.of(
                "progressbar", List.of("jline-terminal", "jline-native"),
                "jackson-databind", List.of("jackson-core", "jackson-annotations"),
                "xchart",
                        List.of(
                                "VectorGraphics2D",
                                "graphics2d",
                                "pdfbox",
                                "pdfbox-io",
                                "fontbox",
                                "commons-logging",
                                "animated-gif-lib"),
                "imageio-jpeg",
                        List.of("imageio-core", "imageio-metadata", "common-lang", "common-io", "common-image"));
        Matcher dependency = DEPENDENCY.matcher(dependencies(project));
        while (dependency.find()) {
            wanted.add(dependency.group(2));
            wanted.addAll(brings.getOrDefault(dependency.group(2), List.of()));
        }
        List<String> found =
                new ArrayList<>(List.of(ROOT.resolve("target/classes").toString()));
        for (String jar : classPath().split(File.pathSeparator)) {
            Path file = Path.of(jar);
            boolean library = file.getNameCount() > 3
                    && wanted.contains(
                            file.getParent().getParent().getFileName().toString());
            if (library && !file.getFileName().toString().contains("cuda")) {
                found.add(jar);
            }
        }
        return String.join(File.pathSeparator, found);
    }
}
