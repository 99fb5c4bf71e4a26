package schuss.backend.cuda.runtime;

import static org.bytedeco.cuda.global.cudart.*;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.javacpp.BytePointer;

/**
 * The kernels of one GPU, by file of {@code native/cuda}. A file was compiled for many chips when the library was
 * built. If it was not, or not for this chip, its source is compiled here, unless the result is cached.
 */
public final class Modules implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Modules.class.getName());
    private static final String FOLDER = "/schuss/backend/cuda/";

    private final int computeCapability;
    private final KernelCache cache;
    private final Map<String, CUmod_st> files = new HashMap<>();
    private final Map<String, CUfunc_st> functions = new HashMap<>();
    private final List<CUmod_st> loaded = new ArrayList<>();
    private boolean warned; // that compiled kernels do not load

    Modules(int computeCapability, KernelCache cache) {
        this.computeCapability = computeCapability;
        this.cache = cache;
    }

    /** A kernel of a file. */
    synchronized CUfunc_st function(String file, String kernel) {
        return functions.computeIfAbsent(
                file + ' ' + kernel, key -> function(files.computeIfAbsent(file, this::load), file, kernel));
    }

    /** The kernels of a source that is compiled here, or was before; the module stays until this closes. */
    synchronized CUmod_st compile(String name, String source) {
        if (!Nvrtc.isAvailable()) {
            throw new IllegalStateException("kernels of " + name + ": expected machine code for compute capability "
                    + computeCapability / 10 + "." + computeCapability % 10
                    + " in the jar, or NVRTC to make it, got neither; install CUDA's NVRTC 13");
        }
        String key = Nvrtc.key(source, computeCapability);
        byte[] kept = cache.get(key).orElse(null);
        CUmod_st module = new CUmod_st();
        if (kept != null && loadData(module, kept) == CUDA_SUCCESS) {
            return keep(module);
        }
        byte[] image = Nvrtc.compile(name, source, computeCapability);
        cache.put(key, image);
        return keep(load(image, name));
    }

    static CUfunc_st function(CUmod_st module, String file, String kernel) {
        CUfunc_st function = new CUfunc_st();
        Status.check(cuModuleGetFunction(function, module, kernel), "kernel " + kernel + " of " + file + ".cu");
        return function;
    }

    private CUmod_st load(String file) {
        byte[] fatbin = resource(file + ".fatbin");
        if (fatbin != null) {
            CUmod_st module = new CUmod_st();
            int status = loadData(module, fatbin);
            if (status == CUDA_SUCCESS) {
                return keep(module);
            }
            // for a chip that is newer than the library's kernels this is as it should be; else one warning says enough
            boolean isKnown = warned || status == CUDA_ERROR_NO_BINARY_FOR_GPU;
            warned |= !isKnown;
            LOG.log(
                    isKnown ? Level.DEBUG : Level.WARNING,
                    () -> Status.describe(status, "loading the compiled kernels of " + file + ".cu")
                            + "; they, and others that do not load, are compiled here instead");
        }
        byte[] source = resource("source/" + file + ".cu");
        if (source == null) {
            throw new IllegalStateException("kernels: expected " + file + ".cu or its fatbin in the jar, got neither");
        }
        return compile(file + ".cu", new String(source, StandardCharsets.UTF_8));
    }

    private CUmod_st keep(CUmod_st module) {
        loaded.add(module);
        return module;
    }

    private static CUmod_st load(byte[] image, String name) {
        CUmod_st module = new CUmod_st();
        Status.check(loadData(module, image), "loading the kernels of " + name);
        return module;
    }

    private static int loadData(CUmod_st module, byte[] image) {
        try (BytePointer pointer = new BytePointer(image)) {
            return cuModuleLoadData(module, pointer);
        }
    }

    /** A file beside the backend's class; null where there is none. */
    public static byte[] resource(String path) {
        try (InputStream in = Modules.class.getResourceAsStream(FOLDER + path)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        loaded.forEach(module -> cuModuleUnload(module));
        loaded.clear();
        files.clear();
        functions.clear();
    }
}
