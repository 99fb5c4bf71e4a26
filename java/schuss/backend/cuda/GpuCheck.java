package schuss.backend.cuda;

import static org.bytedeco.cuda.global.cudart.cuMemGetInfo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.SizeTPointer;
import schuss.CudaOptions;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.backend.Memory;
import schuss.backend.OutOfMemoryException;
import schuss.backend.Storage;
import schuss.backend.cuda.runtime.CudaException;
import schuss.backend.cuda.runtime.CudaLibraries;
import schuss.backend.cuda.runtime.Nvrtc;
import schuss.backend.cuda.runtime.Status;
import schuss.backend.runtime.Arena;
import schuss.backend.runtime.Executable;
import schuss.ir.Program;
import schuss.layers.Conv2d;
import schuss.layers.Layer;
import schuss.layers.Network;
import schuss.trace.Programs;
import schuss.trace.Trace;

/**
 * A check that a GPU which was found works. It opens the GPU, computes a little with each of the libraries, and
 * compares the results with numbers worked out by hand. Takes a second or two.
 *
 * @param failures what does not work; empty if everything does
 * @param freeBytes the free memory of the GPU before the check took any; 0 if unknown
 * @param totalBytes the memory of the GPU
 * @param compiler the version of NVRTC, if it is there
 * @param seconds how long the check took
 */
public record GpuCheck(
        List<Failure> failures, long freeBytes, long totalBytes, Optional<String> compiler, double seconds) {
    private static final int COPIED = 1 << 18; // numbers
    private static final int CHANNELS = 8; // enough for cuDNN to be asked

    /**
     * Something that does not work.
     *
     * @param what it is and how it failed
     * @param fix what to do about it
     */
    public record Failure(String what, String fix) {
        @Override
        public String toString() {
            return "FAILED: " + what + ". Fix: " + fix;
        }
    }

    public GpuCheck {
        failures = List.copyOf(failures);
    }

    /**
     * Checks the first GPU.
     *
     * @throws IllegalStateException naming the cause when CUDA is not available
     */
    public static GpuCheck run() {
        return run(CudaOptions.DEFAULT);
    }

    static GpuCheck run(CudaOptions options) {
        CudaLibraries.load();
        long began = System.nanoTime();
        List<Failure> failures = new ArrayList<>();
        long[] memory = new long[2];
        attempt("opening the GPU", failures, () -> {
            try (CudaBackend backend = new CudaBackend(options)) {
                backend.enter();
                attempt("asking for its memory", failures, () -> askForMemory(memory));
                boolean holds = attempt("memory", failures, () -> copy(backend));
                if (holds) {
                    attempt("a kernel of Schuss", failures, () -> softmax(backend));
                    attempt("a formula", failures, () -> formula(backend));
                    attempt("a matrix product", failures, () -> product(backend));
                    attempt("a convolution", failures, () -> convolution(backend));
                }
            }
        });
        return new GpuCheck(
                failures,
                memory[0],
                memory[1],
                Nvrtc.isAvailable() ? Optional.of(Nvrtc.version()) : Optional.empty(),
                (System.nanoTime() - began) / 1e9);
    }

    /** Whether it went well; where not, that is noted. */
    private static boolean attempt(String what, List<Failure> failures, Runnable check) {
        try {
            check.run();
            return true;
        } catch (RuntimeException | LinkageError e) {
            String message = String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\n\\s*", "; ");
            failures.add(new Failure(what + ": " + message, fix(what, e)));
            return false;
        }
    }

    /** What to do about a failure, by the words of whoever failed. */
    static String fix(String what, Throwable failure) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (failure instanceof OutOfMemoryException || has(message, "out_of_memory", "alloc_failed")) {
            return "let other processes leave the GPU; nvidia-smi names them";
        } else if (has(message, "device_unavailable")) {
            return "let the process that has the GPU for itself leave it; nvidia-smi names it";
        } else if (has(message, "no_binary_for_gpu", "unsupported_ptx", "invalid_ptx", "invalid_image", "jit_")) {
            return "install a newer NVIDIA driver, 580 or later: this one does not know the kernels' machine code";
        } else if (has(message, "nvrtc")) {
            return "install the compiler of CUDA 13 beside CUDA's other libraries (pip install nvidia-cuda-nvrtc)";
        } else if (has(message, "cudnn") || what.contains("convolution")) {
            return "install cuDNN 9 for CUDA 13 again (pip install nvidia-cudnn-cu13), and see that the folders of its"
                    + " libraries hold no second copy of another version";
        } else if (has(message, "cublas") || what.contains("product")) {
            return "install cuBLAS of CUDA 13 again (pip install nvidia-cublas), from where CUDA's other libraries are";
        }
        return "see what nvidia-smi says; a driver that was just updated wants a restart, and so does a GPU that has"
                + " failed before";
    }

    private static boolean has(String message, String... words) {
        return Arrays.stream(words).anyMatch(message::contains);
    }

    private static void askForMemory(long[] freeAndTotal) {
        try (SizeTPointer free = new SizeTPointer(1);
                SizeTPointer total = new SizeTPointer(1)) {
            Status.check(cuMemGetInfo(free, total), "cuMemGetInfo");
            freeAndTotal[0] = free.get();
            freeAndTotal[1] = total.get();
        }
    }

    /** There, to another place, and back. */
    private static void copy(CudaBackend backend) {
        float[] values = new float[COPIED];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        try (Memory first = backend.allocate((long) COPIED * Float.BYTES);
                Memory second = backend.allocate((long) COPIED * Float.BYTES)) {
            first.write(0, values, 0, COPIED);
            second.copyFrom(first);
            float[] back = new float[COPIED];
            second.read(0, back, 0, COPIED);
            expect(values, back);
        }
    }

    /** Of equal numbers. */
    private static void softmax(CudaBackend backend) {
        expect(
                new float[] {0.25f, 0.25f, 0.25f, 0.25f},
                computed(backend, (scope, x) -> x.softmax(), Shape.of(1, 4), 3, 3, 3, 3));
    }

    /** 2 x + x * x: compiled here where there is a compiler. */
    private static void formula(CudaBackend backend) {
        expect(
                new float[] {3, 8, 15},
                computed(backend, (scope, x) -> x.map(e -> e.mul(2).add(e.mul(e))), Shape.of(1, 3), 1, 2, 3));
    }

    /** A matrix by itself. */
    private static void product(CudaBackend backend) {
        expect(new float[] {7, 10, 15, 22}, computed(backend, (scope, x) -> x.matmul(x), Shape.of(2, 2), 1, 2, 3, 4));
    }

    /** Of ones with ones, 3 x 3, which sees 2 x 2 positions in a corner, 2 x 3 at an edge and 3 x 3 inside. */
    private static void convolution(CudaBackend backend) {
        int size = 4;
        float[] ones = new float[size * size * CHANNELS];
        Arrays.fill(ones, 1);
        float[] expected = new float[ones.length];
        for (int i = 0; i < expected.length; i++) {
            int row = i / CHANNELS / size;
            int column = i / CHANNELS % size;
            int rows = row == 0 || row == size - 1 ? 2 : 3;
            int columns = column == 0 || column == size - 1 ? 2 : 3;
            expected[i] = rows * columns * CHANNELS;
        }
        Layer layer = new Conv2d(CHANNELS, 3).withoutBias();
        expect(expected, computed(backend, layer, Shape.of(1, size, size, CHANNELS), ones));
    }

    /** What a layer makes of numbers with parameters that are all 1. */
    private static float[] computed(CudaBackend backend, Layer layer, Shape shape, float... x) {
        Trace trace = Programs.inference(Network.of(layer), List.of(new Spec("x", DType.F32, shape)), Map.of());
        Program program = trace.program();
        float[] ones = new float[Math.toIntExact(trace.declarations().layout().size())];
        Arrays.fill(ones, 1);
        try (Memory input = backend.allocate((long) x.length * Float.BYTES);
                Memory parameters = backend.allocate((long) ones.length * Float.BYTES);
                Arena arena = new Arena(backend);
                Executable executable = new Executable(program, backend, 1, arena, Storage.of(input, parameters))) {
            input.write(0, x, 0, x.length);
            parameters.write(0, ones, 0, ones.length);
            executable.whole().run();
            float[] y = new float
                    [Math.toIntExact(program.output(Network.OUTPUT).shape().size())];
            executable.read(program.output(Network.OUTPUT), y, 0, y.length);
            return y;
        }
    }

    private static void expect(float[] expected, float[] got) {
        int wrong = Arrays.mismatch(expected, got);
        if (wrong >= 0) {
            throw new CudaException(
                    "expected " + expected[wrong] + " as number " + (wrong + 1) + " of the result, got " + got[wrong]);
        }
    }
}
