package schuss.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.cuda.global.cudart;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The functions that we call exist in CUDA 13.0. The presets are made from a later one and link when a function is first
 * called: one that is missing ends the process without an exception.
 */
@Tag("cuda")
class NativeFunctionsTest {
    private static final Path LIST = Path.of("native/cuda/functions.txt");
    private static final String GLOBALS = "org.bytedeco.cuda.global.";

    /** Where CUDA 13.0 is, folders between colons; else in the usual place. */
    private static final String INSTALLATION = "schuss.cuda.installation";

    private static final List<String> USUAL =
            List.of("/usr/local/cuda/lib64", "/usr/local/cuda/targets/x86_64-linux/lib", "/usr/lib/x86_64-linux-gnu");
    private static final Path HEADER = Path.of("/usr/local/cuda/include/cuda.h");

    private static final Map<String, Set<String>> listed = new TreeMap<>(); // by library
    private static Set<String> called;

    @BeforeAll
    static void read() throws IOException {
        for (String line : Files.readAllLines(LIST)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] words = line.split(" ", -1);
                listed.computeIfAbsent(words[0], library -> new TreeSet<>()).add(words[1]);
            }
        }
        called = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("schuss.backend")
                        .stream()
                        .map(JavaClass::getMethodCallsFromSelf)
                        .flatMap(Set::stream)
                        .map(call -> call.getTarget())
                        .filter(target -> target.getOwner().getName().startsWith(GLOBALS))
                        .map(target -> target.getName())
                        .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(called.size() > 50, "calls: " + called);
    }

    @Test
    void theListIsWhatIsCalled() {
        Set<String> methods = functions()
                .map(NativeFunctionsTest::method)
                .map(m -> called.contains(m.get(0)) ? m.get(0) : m.get(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                String.join("\n", called),
                String.join("\n", methods),
                LIST + ": expected a line \"LIBRARY FUNCTION\" for each native function that is called, and no other");
    }

    private static Stream<String> functions() {
        return listed.values().stream().flatMap(Set::stream);
    }

    /** The names that a function's method can have: its own, or that without version and the mark of an inline wrapper. */
    private static List<String> method(String function) {
        return List.of(function, function.replaceFirst("(_v\\d+|_internal|WithFlags)$", ""));
    }

    /** A header may have a function by one name and the library by another: cuMemAlloc is cuMemAlloc_v2. */
    @Test
    void theListHasTheNamesThatThePresetsLink(@TempDir Path folder) throws IOException {
        Set<String> linked = new TreeSet<>();
        for (String glue : List.of("cudart", "cublas", "cudnn", "nvrtc")) {
            String file = "libjni" + glue + ".so";
            Path copy = folder.resolve(file);
            try (InputStream in = cudart.class.getResourceAsStream("/org/bytedeco/cuda/linux-x86_64/" + file)) {
                assertNotNull(in, file + " of the presets");
                Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            }
            linked.addAll(DynamicSymbols.of(copy).undefined());
        }
        List<String> unknown = functions().filter(f -> !linked.contains(f)).toList();
        assertEquals(List.of(), unknown, "listed, but not what the presets link");
    }

    @Test
    void theEmulationHasWhatIsListed() {
        Path folder = Path.of(System.getProperty("schuss.cuda.libraries"));
        listed.forEach((library, functions) -> {
            Set<String> missing = new TreeSet<>(functions);
            missing.removeAll(DynamicSymbols.of(folder.resolve(library)).defined());
            assertEquals(Set.of(), missing, "not in the emulated " + library);
        });
    }

    /** And no more of the libraries: what is there without being called is not tested either. */
    @Test
    void theEmulatedLibrariesHaveNothingElse() {
        Path folder = Path.of(System.getProperty("schuss.cuda.libraries"));
        for (String library : List.of("libcublasLt.so.13", "libcudnn_graph.so.9")) {
            Set<String> more =
                    new TreeSet<>(DynamicSymbols.of(folder.resolve(library)).defined());
            more.removeIf(symbol -> !symbol.startsWith("cublas") && !symbol.startsWith("cudnn"));
            more.removeAll(listed.get(library));
            assertEquals(Set.of(), more, "in the emulated " + library + ", but not listed");
        }
    }

    @Test
    void cuda130HasWhatIsListed() throws IOException {
        List<String> places = new ArrayList<>(USUAL);
        if (System.getProperty(INSTALLATION) != null) {
            places = List.of(System.getProperty(INSTALLATION).split(":", -1));
        }
        for (Map.Entry<String, Set<String>> library : listed.entrySet()) {
            Set<String> exported = exported(library.getKey(), places);
            if (exported.isEmpty()) {
                System.out.println("CUDA 13.0's " + library.getKey() + " is in none of " + places
                        + ": not compared; say where with -D" + INSTALLATION + "=FOLDER:FOLDER");
            } else {
                Set<String> missing = new TreeSet<>(library.getValue());
                missing.removeAll(exported);
                assertEquals(Set.of(), missing, "not in CUDA 13.0's " + library.getKey());
            }
        }
    }

    /** The functions of a library; those of the driver, which no toolkit has, by what its header declares. */
    private static Set<String> exported(String library, List<String> places) throws IOException {
        for (String place : places) {
            Path file = Path.of(place, library);
            if (Files.exists(file)) {
                return DynamicSymbols.of(file).defined();
            }
        }
        if (library.equals("libcuda.so.1") && Files.exists(HEADER)) {
            String header = Files.readString(HEADER);
            if (header.contains("#define CUDA_VERSION 13000")) {
                return new TreeSet<>(List.of(header.split("\\W+", -1)));
            }
        }
        return Set.of();
    }
}
