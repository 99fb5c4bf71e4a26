package schuss.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.layers.Dense;

/** Where native libraries are unpacked to and loaded from, in processes of their own. */
class NativeLibrariesTest {
    private static final String CHOSEN = "org.bytedeco.javacpp.cachedir";
    private static final String OURS = "schuss/backend/cpu/linux-x86_64/libjnischuss.so";
    private static final int STRANGER = 54321;

    @TempDir
    Path root;

    private Path home;
    private Path temporary;
    private Path current;

    @BeforeEach
    void folders() throws IOException {
        assumeTrue(System.getProperty("os.name").equals("Linux"));
        home = Files.createDirectory(root.resolve("home"));
        temporary = Files.createDirectory(root.resolve("tmp"));
        current = Files.createDirectory(root.resolve("current"));
    }

    /** Predicts, and prints where our library and oneDNN were loaded from; or what went wrong. */
    public static final class Application {
        private Application() {}

        public static void main(String[] arguments) throws IOException {
            try (Device device = Device.cpu(1);
                    Model model = Model.create(new Dense(2), Shape.of(3), device, 1)) {
                System.out.println("predicted " + model.predict(new float[3]).length);
            } catch (IllegalStateException e) {
                System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
            }
            try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
                lines.filter(line -> line.matches(".*/lib(jnischuss|dnnl).*"))
                        .map(line -> line.substring(line.indexOf('/')))
                        .distinct()
                        .sorted(Comparator.reverseOrder()) // ours first
                        .forEach(System.out::println);
            }
        }
    }

    private record Said(int code, List<String> lines) {
        boolean predicted() {
            return code == 0 && lines.size() == 3 && lines.get(0).equals("predicted 2");
        }

        String folder() {
            return Path.of(lines.get(1).replace(" (deleted)", "")).getParent().toString();
        }
    }

    private Process start(String classPath, Map<String, String> environment, String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.add("-Djava.io.tmpdir=" + temporary);
        command.add("-Duser.home=" + home);
        command.addAll(List.of(options));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath, Application.class.getName()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).directory(current.toFile());
        builder.environment().keySet().removeAll(List.of("HOME", "XDG_CACHE_HOME", "SCHUSS_CACHE"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private Said run(Map<String, String> environment, String... options) throws Exception {
        return end(start(classPath(), environment, options));
    }

    private static Said end(Process process) throws Exception {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text.lines().toList());
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** The same classes with a library of other content: what another build has. */
    private String otherBuild() throws IOException {
        Path classes = root.resolve("other");
        Path library = classes.resolve(OURS);
        Files.createDirectories(library.getParent());
        try (var in = Native.class.getResourceAsStream("/" + OURS)) {
            Files.copy(in, library);
        }
        Files.write(library, new byte[100], StandardOpenOption.APPEND); // behind what is loaded
        return classes + File.pathSeparator + classPath();
    }

    @Test
    void severalFirstStartsOfTwoBuildsShareACache() throws Exception {
        String other = otherBuild();
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            processes.add(start(i % 2 == 0 ? classPath() : other, Map.of()));
        }
        List<Said> all = new ArrayList<>();
        for (Process process : processes) {
            all.add(end(process));
        }
        assertTrue(all.stream().allMatch(Said::predicted), all.toString());
        assertEquals(all.get(0).lines(), all.get(2).lines());
        assertEquals(all.get(1).lines(), all.get(3).lines());
        assertNotEquals(all.get(0).lines().get(1), all.get(1).lines().get(1));
        assertEquals(all.get(0).lines().get(2), all.get(1).lines().get(2)); // oneDNN's is one
        try (Stream<Path> files = Files.list(Path.of(all.get(0).folder()))) {
            assertEquals(8, files.count()); // five libraries, two of ours, a lock
        }
        assertTrue(all.get(0).folder().startsWith(home.toRealPath() + "/.cache/schuss/natives/"), all.toString());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(".cache"))));
    }

    @Test
    void theEnvironmentSaysWhere() throws Exception {
        Path caches = root.resolve("xdg");
        Said xdg = run(Map.of("XDG_CACHE_HOME", caches.toString()));
        assertTrue(
                xdg.predicted() && xdg.folder().startsWith(caches.toRealPath() + "/schuss/natives/"), xdg.toString());
        Said relative = run(Map.of("XDG_CACHE_HOME", "caches"));
        assertTrue(relative.folder().startsWith(home.toRealPath() + "/.cache/"), relative.toString());
        assertEmpty(current);
    }

    /** Java calls the home of a user without an entry in passwd "?". */
    @Test
    void withoutAHomeTemporaryFilesServe() throws Exception {
        for (String none : List.of("?", "")) {
            Said said = run(Map.of(), "-Duser.home=" + none);
            assertTrue(said.predicted(), said.toString());
            assertTrue(said.folder().startsWith(temporary.toRealPath() + "/schuss-"), said.toString());
        }
        assertEmpty(current);
        Said own = run(Map.of("HOME", home.toString()), "-Duser.home=?");
        assertTrue(own.folder().startsWith(home.toRealPath() + "/.cache/"), own.toString());
    }

    /** As where the home folder is read-only. */
    @Test
    void withoutACacheFolderTemporaryFilesServe() throws Exception {
        Files.createFile(home.resolve(".cache"));
        Said said = run(Map.of());
        assertTrue(said.predicted() && said.folder().startsWith(temporary.toRealPath() + "/schuss-"), said.toString());
    }

    @Test
    void whatIsDamagedIsReplacedAndNoLinkFollowed() throws Exception {
        Path folder = Path.of(run(Map.of()).folder());
        Path victim = Files.writeString(root.resolve("victim"), "precious");
        for (String name : List.of("libgomp.so.1", "libquadmath.so.0")) {
            Files.delete(folder.resolve(name));
        }
        Files.write(folder.resolve("libgomp.so.1"), new byte[10]);
        Files.createSymbolicLink(folder.resolve("libquadmath.so.0"), victim);
        Said said = run(Map.of());
        assertTrue(said.predicted(), said.toString());
        assertTrue(Files.size(folder.resolve("libgomp.so.1")) > 10);
        assertFalse(Files.isSymbolicLink(folder.resolve("libquadmath.so.0")));
        assertEquals("precious", Files.readString(victim));
    }

    @Test
    void whatOthersCanWriteIsNotUsed() throws Exception {
        Path open = Files.createDirectory(root.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        refused(run(Map.of(), "-D" + CHOSEN + "=" + open), open.toString(), "writable by its owner alone, got 777");
        Path below = Files.createDirectory(open.resolve("below"));
        refused(run(Map.of(), "-D" + CHOSEN + "=" + below), open.toString(), "writable by its owner alone, got 777");
        // one that nobody chose is passed over
        Said said = run(Map.of("XDG_CACHE_HOME", open.toString()));
        assertTrue(said.predicted() && said.folder().startsWith(temporary.toRealPath() + "/schuss-"), said.toString());
    }

    @Test
    void whatBelongsToOthersIsNotUsed() throws Exception {
        Path foreign = Files.createDirectory(root.resolve("foreign"));
        assumeTrue(isGivenTo(foreign, STRANGER), "only root may give files away");
        refused(run(Map.of(), "-D" + CHOSEN + "=" + foreign), foreign.toString(), "to belong to this user or root");
        // whoever takes the name that we would have among temporary files
        Path user = Path.of(run(Map.of(), "-Duser.home=?").folder()).getParent().getParent();
        assertTrue(isGivenTo(user, STRANGER));
        Said said = run(Map.of(), "-Duser.home=?");
        assertTrue(said.predicted(), said.toString());
        assertTrue(said.lines().get(1).endsWith(" (deleted)"), said.toString());
        try (Stream<Path> left = Files.list(temporary)) {
            assertEquals(
                    List.of(user.getFileName()), left.map(Path::getFileName).toList());
        }
        // a library that a stranger has put into a folder that was his once
        assertTrue(isGivenTo(user, 0));
        try (Stream<Path> all = Files.walk(user)) {
            Path library = all.filter(file -> file.endsWith("libdnnl.so.3"))
                    .findFirst()
                    .orElseThrow();
            assertTrue(isGivenTo(library, STRANGER));
        }
        Said third = run(Map.of(), "-Duser.home=?");
        assertFalse(third.folder().startsWith(user.toString()), third.toString());
    }

    private static boolean isGivenTo(Path path, int user) {
        try {
            Files.setAttribute(path, "unix:uid", user);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void saysWhatIsWrongWithTheFolder() throws Exception {
        Path file = Files.createFile(root.resolve("file"));
        refused(run(Map.of(), "-D" + CHOSEN + "=" + file), file.toString(), "Not a directory");
        Path inMemory = Path.of("/proc/self");
        refused(run(Map.of(), "-D" + CHOSEN + "=" + inMemory), "/proc/self", "no folder can be made there");
    }

    /** The size of files is limited, as a disk's room is. */
    @Test
    void saysThatThereIsNoRoom() throws Exception {
        List<String> command = List.of(
                "sh",
                "-c",
                "ulimit -f 2000; exec \"$0\" \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-D" + CHOSEN + "=" + root.resolve("small"),
                "-cp",
                classPath(),
                Application.class.getName());
        refused(
                end(new ProcessBuilder(command).redirectErrorStream(true).start()),
                root.resolve("small").toString(),
                "File too large");
        try (Stream<Path> left = Files.walk(root.resolve("small"))) {
            assertTrue(left.noneMatch(path -> path.toString().endsWith(".tmp")));
        }
    }

    @Test
    void theCommandLineSaysItInOneLine() throws Exception {
        Path file = Files.createFile(root.resolve("file"));
        Path table = Files.writeString(root.resolve("t.csv"), "a,k\n1,x\n2,y\n3,x\n4,y\n5,x\n6,y\n");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-D" + CHOSEN + "=" + file,
                "-cp",
                classPath(),
                "schuss.cli.Main",
                "train",
                table.toString());
        Said said = end(new ProcessBuilder(command).redirectErrorStream(true).start());
        assertEquals(2, said.code(), said.toString());
        assertEquals(2, said.lines().size(), said.toString()); // the first says what the table is
        assertTrue(
                said.lines().get(1).contains("cpu: unavailable: native libraries: expected a folder"), said.toString());
    }

    private static void refused(Said said, String folder, String reason) {
        String line = said.lines().get(0);
        assertTrue(
                line.startsWith("UnavailableException: native libraries: expected a folder to unpack them into"), line);
        assertTrue(line.contains(folder) && line.contains(reason), line);
        assertTrue(line.endsWith("; -D" + CHOSEN + "=FOLDER names another"), line);
        assertEquals(1, said.lines().size(), said.toString());
    }

    private static void assertEmpty(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            assertEquals(List.of(), all.toList());
        }
    }
}
