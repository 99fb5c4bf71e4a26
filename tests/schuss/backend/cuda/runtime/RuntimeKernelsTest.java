package schuss.backend.cuda.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.CudaOptions;
import schuss.DType;
import schuss.Device;
import schuss.backend.Kernel;
import schuss.backend.cuda.pointwise.CompiledPointwise;
import schuss.backend.kernels.Bytecode;
import schuss.backend.kernels.Elementwise;
import schuss.ops.Expression;

/** Kernels that are compiled at run time, and kept. */
@Tag("cuda")
class RuntimeKernelsTest {
    private static final String SOURCE = "#include \"kernel.h\"\n"
            + "extern \"C\" __global__ void __launch_bounds__(256) twice(const float* x, float* y, int64_t n) {\n"
            + "    for (int64_t i = first_element(); i < n; i += element_stride()) y[i] = 2 * x[i];\n"
            + "}\n";

    @TempDir
    private Path folder;

    private Gpu gpu;
    private KernelCache cache;

    @BeforeEach
    void open() {
        assertEquals(Optional.empty(), Device.cudaUnavailabilityCause());
        gpu = Gpu.open(CudaOptions.DEFAULT);
        gpu.enter();
        cache = new KernelCache(folder);
    }

    @AfterEach
    void close() {
        gpu.close();
    }

    private Modules modules() {
        return new Modules(gpu.computeCapability(), cache);
    }

    /** What a kernel named {@code twice} makes of 21. */
    private float twice(Modules modules, String source) {
        try (CudaMemory x = new CudaMemory(gpu, Float.BYTES);
                CudaMemory y = new CudaMemory(gpu, Float.BYTES)) {
            float[] value = {21};
            x.write(0, value, 0, 1);
            new Launch.Builder(gpu, "twice", Modules.function(modules.compile("twice", source), "twice", "twice"))
                    .pointer(x.address())
                    .pointer(y.address())
                    .int64(1)
                    .build()
                    .run();
            y.read(0, value, 0, 1);
            return value[0];
        }
    }

    private String key(String source) {
        return Nvrtc.key(source, gpu.computeCapability());
    }

    @Test
    void machineCodeIsKeptAndReadAgain() {
        String other = SOURCE.replace("2 * x[i]", "3 * x[i]");
        try (Modules modules = modules()) {
            assertEquals(42, twice(modules, SOURCE));
            assertEquals(63, twice(modules, other));
        }
        cache.put(key(SOURCE), cache.get(key(other)).orElseThrow()); // what comes from disk is seen by this
        try (Modules modules = modules()) {
            assertEquals(63, twice(modules, SOURCE));
        }
    }

    @Test
    void whatIsDamagedOrRefusedIsCompiledAnew() throws IOException {
        try (Modules modules = modules()) {
            twice(modules, SOURCE);
        }
        byte[] image = cache.get(key(SOURCE)).orElseThrow();
        try (Stream<Path> files = Files.list(folder)) {
            Files.write(files.findFirst().orElseThrow(), new byte[] {1, 2, 3});
        }
        try (Modules modules = modules()) {
            assertEquals(42, twice(modules, SOURCE));
            assertEquals(image.length, cache.get(key(SOURCE)).orElseThrow().length);
        }
        cache.put(key(SOURCE), "no machine code of any GPU".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        try (Modules modules = modules()) {
            assertEquals(42, twice(modules, SOURCE));
            assertEquals(image.length, cache.get(key(SOURCE)).orElseThrow().length);
        }
    }

    @Test
    void keysTellChipsAndSourcesApart() {
        assertEquals(key(SOURCE), key(SOURCE));
        assertTrue(!key(SOURCE).equals(key(SOURCE + " ")));
        assertTrue(!Nvrtc.key(SOURCE, 80).equals(Nvrtc.key(SOURCE, 90)));
    }

    @Test
    void allThatIsAnnouncedIsCompiledTogether() throws IOException {
        try (Modules modules = modules()) {
            RuntimeKernels kernels = new RuntimeKernels(modules, "#include \"kernel.h\"\n");
            for (String name : List.of("c", "a", "b")) {
                kernels.announce(
                        name,
                        "extern \"C\" __global__ void " + name + "(float* y) { if (first_element() == 0) *y = 1; }\n");
            }
            kernels.function("b");
            kernels.function("a");
            try (Stream<Path> files = Files.list(folder)) {
                assertEquals(1, files.count());
            }
        }
    }

    @Test
    void aSourceThatIsWrongIsToldWithTheCompilersWords() {
        try (Modules modules = modules()) {
            String message = assertThrows(CudaException.class, () -> modules.compile("wrong", "no such thing"))
                    .getMessage();
            assertTrue(message.startsWith("compiling wrong: expected success, got "), message);
            assertTrue(message.lines().count() > 1, message);
        }
    }

    /** Vectors lie on multiples of 16 bytes; other addresses, and rests, are taken one by one. */
    @Test
    void anyAlignmentWillDo() {
        Expression a = Expression.input(0);
        int n = 1003;
        List<DType> single = List.of(DType.F32);
        Elementwise formulas =
                new Elementwise(Bytecode.of(List.of(a.mul(a)), 1), single, single, new long[] {1}, new long[] {n});
        Elementwise.Formula square = new CompiledPointwise(gpu).prepare(formulas, 1);
        float[] values = new float[n + 8];
        for (int i = 0; i < values.length; i++) {
            values[i] = i - 500;
        }
        try (CudaMemory x = new CudaMemory(gpu, values.length * Float.BYTES);
                CudaMemory y = new CudaMemory(gpu, values.length * Float.BYTES)) {
            x.write(0, values, 0, values.length);
            for (int from = 0; from < 5; from++) {
                for (int to = 0; to < 5; to++) {
                    y.write(0, values, 0, values.length);
                    Kernel kernel = square.bind(
                            new long[] {x.address() + from * Float.BYTES},
                            new long[] {y.address() + to * Float.BYTES},
                            0);
                    kernel.run();
                    float[] expected = values.clone();
                    for (int i = 0; i < n; i++) {
                        expected[to + i] = values[from + i] * values[from + i];
                    }
                    float[] actual = new float[values.length];
                    y.read(0, actual, 0, actual.length);
                    assertArrayEquals(expected, actual, "from " + from + " to " + to);
                }
            }
        }
    }
}
