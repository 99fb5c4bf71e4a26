package schuss.backend.cuda.runtime;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Loader;
import schuss.backend.cuda.discovery.CudaLibrary;
import schuss.backend.cuda.discovery.CudaUnavailable;
import schuss.backend.cuda.discovery.Discovery;
import schuss.backend.cuda.discovery.ElfFile;
import schuss.backend.cuda.discovery.Installation;
import schuss.backend.cuda.discovery.MappedLibraries;
import schuss.backend.cuda.discovery.Surroundings;
import schuss.backend.kernels.LibraryFile;
import schuss.internal.CacheFolder;

/**
 * CUDA in this process: the libraries are searched, loaded and asked for a GPU once, and the result is remembered,
 * since nothing can be unloaded. Classes of the JavaCPP presets are used only after everything they need is loaded: a
 * class whose initialisation fails stays unusable for the life of the process.
 */
public final class CudaLibraries {
    private static final System.Logger LOG = System.getLogger("schuss");

    /** What errors about it begin with. */
    public static final String UNAVAILABLE = "cuda: unavailable: ";

    /** The presets' glue, which needs what was loaded before it; the last one only with a compiler. */
    private static final List<String> GLUE = List.of("cudart", "cublas", "cudnn");

    private static final String COMPILER_GLUE = "nvrtc";

    private static final String CHECK_PRESETS = "Check that " + Surroundings.PRESETS + " and its native jar are whole";

    private static Installation loaded;
    private static String cause; // why not, once that is known

    private CudaLibraries() {}

    /** Why CUDA cannot be used here, with what to do about it; empty when it can. The first call loads it. */
    public static Optional<String> unavailabilityCause() {
        try {
            installation();
            return Optional.empty();
        } catch (CudaUnavailable e) {
            return Optional.of(e.getMessage());
        }
    }

    /**
     * Loads CUDA where that has not been done.
     *
     * @throws IllegalStateException naming the cause when it is not available
     */
    public static void load() {
        unavailabilityCause().ifPresent(why -> {
            throw new IllegalStateException(UNAVAILABLE + why);
        });
    }

    /**
     * What is in use.
     *
     * @throws IllegalStateException naming the cause when CUDA is not available
     */
    public static CudaInfo info() {
        try {
            return GpuQuery.info(installation());
        } catch (CudaUnavailable e) {
            throw new IllegalStateException(UNAVAILABLE + e.getMessage(), e);
        }
    }

    /** Whether something says that there is to be a GPU: a driver's device file, or the property for its libraries. */
    public static boolean isExpected() {
        return Discovery.isExpected(Surroundings.ofThisProcess());
    }

    /** Whether kernels can be compiled at run time, CUDA being available; where not, nvrtc must not be touched. */
    static synchronized boolean hasCompiler() {
        return loaded != null && loaded.hasCompiler();
    }

    private static synchronized Installation installation() throws CudaUnavailable {
        if (cause != null) {
            throw new CudaUnavailable(cause);
        }
        if (loaded == null) {
            try {
                loaded = findAndLoad();
            } catch (CudaUnavailable e) {
                cause = e.getMessage();
                throw e;
            }
        }
        return loaded;
    }

    private static Installation findAndLoad() throws CudaUnavailable {
        Surroundings around = Surroundings.ofThisProcess();
        Installation installation = Discovery.find(around);
        if (!installation.hasCompiler() && Modules.resource("softmax.fatbin") == null) {
            throw new CudaUnavailable(
                    CudaLibrary.NVRTC.file() + " not found, and this build holds no kernels compiled beforehand",
                    "Install it (pip install nvidia-cuda-nvrtc), or build where nvcc is");
        }
        try {
            load(installation);
            MappedLibraries.of(around.at("/proc/self/maps")).expectOneCopy(installation.libraries());
            GpuQuery.expectUsable();
        } catch (LinkageError e) {
            throw new CudaUnavailable("the Java half of CUDA cannot be loaded: " + e, CHECK_PRESETS, e);
        }
        return installation;
    }

    private static void load(Installation installation) throws CudaUnavailable {
        chooseFolder();
        for (Map.Entry<CudaLibrary, Path> entry : installation.libraries().entrySet()) {
            Path file = entry.getValue();
            Optional<String> fault = ElfFile.fault(file);
            if (fault.isPresent()) {
                throw new CudaUnavailable(file + " " + fault.get(), "Install the package that it is of again");
            }
            try {
                System.load(file.toString());
                // Loaded already: now the presets know it. They would search for it again, with the toolkit's default
                // folder first, and load a second copy from there.
                for (String name : entry.getKey().presetNames()) {
                    Loader.loadLibrary(cudart.class, new URL[] {file.toUri().toURL()}, name);
                }
            } catch (UnsatisfiedLinkError e) {
                throw new CudaUnavailable(
                        file + " cannot be loaded: " + e.getMessage(), "Install it again, or what it misses", e);
            } catch (MalformedURLException e) {
                throw new CudaUnavailable(file + " has a name that Java cannot load", "Move it", e);
            }
        }
        for (String glue : GLUE) {
            loadGlue(glue);
        }
        if (installation.hasCompiler()) {
            loadGlue(COMPILER_GLUE);
        }
    }

    /**
     * Where JavaCPP unpacks the glue: it keeps files by the name of their jar and looks at nobody's permissions. Unless it was
     * used before, it is given a folder of ours that is named after their content.
     */
    private static void chooseFolder() throws CudaUnavailable {
        String set = System.getProperty(CacheFolder.PROPERTY);
        try {
            if (set == null) {
                System.setProperty(CacheFolder.PROPERTY, ownFolder().toString());
            }
            CacheFolder.make(Loader.getCacheDir().toPath()); // it looks at the property once
        } catch (IOException e) {
            throw new CudaUnavailable(
                    "the presets' libraries can be unpacked to no folder: " + e.getMessage(),
                    "Name another: -D" + CacheFolder.PROPERTY + "=FOLDER",
                    e);
        } finally {
            if (set == null) {
                System.clearProperty(CacheFolder.PROPERTY);
            }
        }
    }

    private static Path ownFolder() throws IOException {
        LibraryFile glue = LibraryFile.of(
                CudaLibraries.class.getClassLoader().getResource(Surroundings.nativePreset(GLUE.get(0))));
        String name = "natives/javacpp-" + glue.key();
        Optional<Path> users = CacheFolder.ofUser();
        if (users.isPresent()) {
            try {
                return CacheFolder.make(users.get().resolve(name));
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "the user's cache cannot be used", e);
            }
        }
        return CacheFolder.make(CacheFolder.temporary().resolve(name));
    }

    /** What a class of the presets would load when it is initialised, where a failure could not be caught. */
    private static void loadGlue(String name) throws CudaUnavailable {
        URL url = CudaLibraries.class.getClassLoader().getResource(Surroundings.nativePreset(name));
        try {
            Loader.loadLibrary(cudart.class, new URL[] {url}, "jni" + name);
        } catch (UnsatisfiedLinkError e) {
            throw new CudaUnavailable(
                    "the presets' library for " + name + " cannot be loaded: " + e.getMessage(),
                    String.valueOf(e.getMessage()).contains("another classloader")
                            ? "Put schuss and the presets where one class loader sees them: a JVM allows one only"
                            : CHECK_PRESETS,
                    e);
        }
    }
}
