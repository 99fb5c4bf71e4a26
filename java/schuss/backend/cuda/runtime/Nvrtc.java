package schuss.backend.cuda.runtime;

import static org.bytedeco.cuda.global.nvrtc.*;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.cuda.nvrtc._nvrtcProgram;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;
import schuss.backend.cuda.discovery.CudaLibrary;

/** Compiles CUDA C++ for one chip at run time, with NVRTC. */
public final class Nvrtc {
    private static final Pattern INCLUDE = Pattern.compile("^#include \"([^\"]+)\"", Pattern.MULTILINE);

    private Nvrtc() {}

    /** Whether the compiler is there; where not, nothing else here may be called. */
    public static boolean isAvailable() {
        return CudaLibraries.hasCompiler();
    }

    /** What tells the machine code of a source from all other: all that it is made from and by. */
    static String key(String source, int computeCapability) {
        return Digest.of(source
                + '\0'
                + headers(source)
                + '\0'
                + String.join(" ", options(computeCapability))
                + '\0'
                + version());
    }

    /** Like 13.1. */
    public static String version() {
        int[] major = new int[1];
        int[] minor = new int[1];
        check(nvrtcVersion(major, minor), "NVRTC's version", "");
        return major[0] + "." + minor[0];
    }

    /**
     * Machine code of a source.
     *
     * @param name the file's name in messages
     * @param computeCapability 90 for 9.0
     * @throws CudaException with the compiler's words, or where there is no compiler
     */
    static byte[] compile(String name, String source, int computeCapability) {
        if (!CudaLibraries.hasCompiler()) {
            throw new CudaException("compiling " + name + ": expected " + CudaLibrary.NVRTC.file()
                    + " beside CUDA's other libraries, got none; install it (pip install nvidia-cuda-nvrtc)");
        }
        return machineCode(name, source, computeCapability);
    }

    /** The same where the compiler is loaded for certain. */
    public static byte[] machineCode(String name, String source, int computeCapability) {
        Map<String, String> headers = headers(source);
        String[] options = options(computeCapability);
        _nvrtcProgram program = new _nvrtcProgram();
        try (PointerPointer<BytePointer> names =
                        new PointerPointer<>(headers.keySet().toArray(String[]::new));
                PointerPointer<BytePointer> texts =
                        new PointerPointer<>(headers.values().toArray(String[]::new));
                PointerPointer<BytePointer> arguments = new PointerPointer<>(options);
                BytePointer text = new BytePointer(source);
                BytePointer file = new BytePointer(name)) {
            check(nvrtcCreateProgram(program, text, file, headers.size(), texts, names), name, "");
            try {
                int status = nvrtcCompileProgram(program, options.length, arguments);
                check(status, name, status == NVRTC_SUCCESS ? "" : log(program));
                return image(program, name);
            } finally {
                nvrtcDestroyProgram(program);
            }
        }
    }

    private static String[] options(int computeCapability) {
        return new String[] {
            "--gpu-architecture=sm_" + computeCapability,
            "--std=c++17",
            "--fmad=true",
            "--device-as-default-execution-space"
        };
    }

    private static Map<String, String> headers(String source) {
        Map<String, String> headers = new LinkedHashMap<>();
        gatherHeaders(source, headers);
        return headers;
    }

    /** All that a source includes, directly or not, by the names it uses. */
    private static void gatherHeaders(String source, Map<String, String> headers) {
        Matcher include = INCLUDE.matcher(source);
        while (include.find()) {
            String name = include.group(1);
            if (!headers.containsKey(name)) {
                byte[] text = Modules.resource("source/" + name);
                if (text == null) {
                    throw new IllegalStateException("kernels: expected the header " + name + " in the jar, got none");
                }
                headers.put(name, new String(text, StandardCharsets.UTF_8));
                gatherHeaders(headers.get(name), headers);
            }
        }
    }

    private static String log(_nvrtcProgram program) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            nvrtcGetProgramLogSize(program, size);
            byte[] text = new byte[Math.toIntExact(size.get())];
            nvrtcGetProgramLog(program, text);
            return "\n" + new String(text, StandardCharsets.UTF_8).strip();
        }
    }

    private static byte[] image(_nvrtcProgram program, String name) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            check(nvrtcGetCUBINSize(program, size), name, "");
            byte[] image = new byte[Math.toIntExact(size.get())];
            check(nvrtcGetCUBIN(program, image), name, "");
            return image;
        }
    }

    private static void check(int status, String name, String log) {
        if (status != NVRTC_SUCCESS) {
            throw new CudaException("compiling " + name + ": expected success, got "
                    + nvrtcGetErrorString(status).getString() + log);
        }
    }
}
