package schuss.backend.cuda.convolution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.bytedeco.cuda.global.cudnn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.CudaOptions;
import schuss.LogRecords;
import schuss.Shape;
import schuss.backend.cuda.CudaConvolution;
import schuss.backend.cuda.runtime.CudaException;
import schuss.backend.cuda.runtime.CudaLibraries;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.cuda.runtime.KernelCache;
import schuss.backend.kernels.ConvolutionTask;
import schuss.backend.kernels.ConvolutionTask.Pass;
import schuss.ir.Section;
import schuss.ir.Step;
import schuss.ops.Convolution;
import schuss.ops.Pack;
import schuss.ops.Type;
import schuss.ops.Value;

/**
 * Which of cuDNN's engines compute convolutions. The emulated cuDNN has one of each sort: 0 and 1 are as they should be, the
 * latter with a knob and a workspace; all others must not be chosen. 4 shows why only when it is recorded, 7 only by its
 * numbers. A GPU's cuDNN has engines of its own: there, what they are called is not compared.
 */
@Tag("cuda")
class ConvolutionChoiceTest {
    private static final Convolution PADDED = new Convolution(1, 1, 1, 1, 1, 1, 1, 1, 1);
    private static final Convolution DILATED = new Convolution(1, 1, 2, 2, 2, 2, 2, 2, 1);
    private static final Convolution ASYMMETRIC = new Convolution(2, 2, 0, 1, 0, 1, 1, 1, 1);
    private static final Shape X = Shape.of(2, 8, 8, 3);
    private static final Shape W = Shape.of(3, 3, 3, 4);

    private Gpu gpu;
    private CudaConvolution convolutions;

    @BeforeEach
    void open() {
        assertEquals(Optional.empty(), CudaLibraries.unavailabilityCause());
        gpu = Gpu.open(CudaOptions.DEFAULT);
        gpu.enter();
        convolutions = new CudaConvolution(gpu);
    }

    @AfterEach
    void close() {
        long held = gpu.allocatedBytes();
        convolutions.close();
        gpu.close();
        assertEquals(0, held, "bytes held after trying out");
    }

    private static ConvolutionTask task(Pass pass, Convolution op) {
        Shape y = op.infer(List.of(Type.f32(X), Type.f32(W))).get(0).shape();
        return new ConvolutionTask(pass, op, X, W, y);
    }

    private void assumeEmulated(String reason) {
        Assumptions.assumeTrue(gpu.name().startsWith("Emulated"), reason);
    }

    @Test
    void everyConvolutionIsComputedBySomebody() {
        for (Pass pass : Pass.values()) {
            for (Convolution op : List.of(PADDED, DILATED)) {
                convolutions.prepare(task(pass, op), false).close();
            }
        }
    }

    @Test
    void onlyRightExactRepeatableEnginesOfModestAppetiteThatCanBeRecordedAreChosen() {
        assumeEmulated("engines are numbered as in the emulation");
        Set<Engine> usable = Set.of(new Engine(0, Map.of()), new Engine(1, Map.of(2, 1L)));
        for (Pass pass : Pass.values()) {
            Optional<Engine> choice = convolutions.choice(task(pass, PADDED));
            assertTrue(choice.isEmpty() || usable.contains(choice.get()), pass + ": " + choice); // ours may be faster
        }
    }

    @Test
    void whereTheBestHeuristicHasNoneTheOtherIsAsked() {
        assumeEmulated("its heuristics are known");
        Engine ofTheOther = new Engine(0, Map.of());
        Optional<Engine> choice = convolutions.choice(task(Pass.FORWARD, DILATED));
        assertTrue(choice.isEmpty() || choice.get().equals(ofTheOther), choice + ""); // ours may be faster
    }

    @Test
    void whatCudnnCannotDoWeDoAndSaySo() {
        assumeEmulated("a GPU's cuDNN takes padding that is unequal at opposite sides");
        for (Pass pass : Pass.values()) {
            List<LogRecord> said;
            try (LogRecords log = new LogRecords(ConvolutionChooser.class.getName(), null)) {
                assertEquals(Optional.empty(), chooser().choose(task(pass, ASYMMETRIC)), pass.name());
                said = log.all();
            }
            assertEquals(1, said.size(), pass.name());
            assertEquals(Level.WARNING, said.get(0).getLevel());
            String text = said.get(0).getMessage();
            assertTrue(text.startsWith(task(pass, ASYMMETRIC).describe()), text);
        }
    }

    private ConvolutionChooser chooser() {
        return new ConvolutionChooser(gpu, convolutions.library(), PlanTarget.of(convolutions.library()));
    }

    /** Our own kernels would take minutes over it. */
    @Test
    void whatIsTooMuchForOurKernelsIsRefused() {
        assumeEmulated("a GPU's cuDNN takes padding that is unequal at opposite sides");
        Shape x = Shape.of(64, 512, 512, 64);
        Shape w = Shape.of(3, 3, 64, 128);
        Shape y = ASYMMETRIC.infer(List.of(Type.f32(x), Type.f32(w))).get(0).shape();
        ConvolutionTask task = new ConvolutionTask(Pass.DATA_GRADIENT, ASYMMETRIC, x, w, y);
        Exception e = assertThrows(CudaException.class, () -> convolutions.choice(task));
        assertTrue(e.getMessage().contains("309237645312"), e.getMessage()); // 64 x 256 x 256 x 128 x 9 x 64
        assertTrue(e.getMessage().contains(task.describe()), e.getMessage());
    }

    @Test
    void choicesAreMadeOnce() {
        ConvolutionTask task = task(Pass.FORWARD, PADDED);
        Engine other = new Engine(1, Map.of(2, 1L));
        convolutions.choices().put(task.describe(), Optional.of(other));
        assertEquals(Optional.of(other), convolutions.choice(task));
    }

    /** An export of the same GPU and library may still name what is not there, if it was edited. */
    @Test
    void aChoiceThatCannotBeFollowedIsMadeAnew() {
        ConvolutionTask task = task(Pass.FORWARD, DILATED);
        Optional<Engine> nobody = Optional.of(new Engine(7777, Map.of()));
        convolutions.choices().put(task.describe(), nobody);
        convolutions.prepare(task, false).close();
        assertNotEquals(nobody, convolutions.choice(task));
    }

    @Test
    void bothPassesThatReadWeightsShareTheirLibraryForm() {
        Step forward = step(PADDED, X, W);
        Step data = step(new Convolution.DataGradient(PADDED, 8, 8), Shape.of(2, 8, 8, 4), W);
        Optional<Engine> engine = Optional.of(new Engine(0, Map.of()));
        convolutions.choices().put(task(Pass.FORWARD, PADDED).describe(), engine);
        convolutions.choices().put(task(Pass.DATA_GRADIENT, PADDED).describe(), engine);
        convolutions.choices().put(task(Pass.FORWARD, ASYMMETRIC).describe(), Optional.empty());
        Optional<Pack> pack = convolutions.packs(forward, 1);
        assertTrue(pack.isPresent());
        assertEquals(pack, convolutions.packs(data, 1));
        assertEquals(Optional.empty(), convolutions.packs(forward, 0), "of images");
        assertEquals(Optional.empty(), convolutions.packs(step(ASYMMETRIC, X, W), 1), "for our kernels");
    }

    private static Step step(schuss.ops.Op op, Shape a, Shape b) {
        List<Type> types = List.of(Type.f32(a), Type.f32(b));
        List<Value> inputs = List.of(new Value(null, 0, types.get(0)), new Value(null, 1, types.get(1)));
        return new Step(op, inputs, List.of(new Value(null, 2, op.infer(types).get(0))), "", Section.BODY);
    }

    private static boolean fits(Pass pass, boolean tf32, Integer... notes) {
        return new Engine.Proposed(new Engine(3, Map.of()), Set.of(notes)).fits(pass, tf32);
    }

    @Test
    void tensorCoresAreForTf32() {
        int tensorCore = cudnn.CUDNN_NUMERICAL_NOTE_TENSOR_CORE;
        int converts = cudnn.CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS;
        assertTrue(fits(Pass.FORWARD, true, tensorCore));
        assertFalse(fits(Pass.FORWARD, false, tensorCore));
        assertFalse(fits(Pass.FORWARD, true, tensorCore, converts));
    }

    /** A transform spreads NaN over its tile; the gradient of a weight sums over all tiles anyway. */
    @Test
    void transformsAreForWeightGradients() {
        for (int transform : List.of(
                cudnn.CUDNN_NUMERICAL_NOTE_WINOGRAD,
                cudnn.CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_4x4,
                cudnn.CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_6x6,
                cudnn.CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_13x13)) {
            assertFalse(fits(Pass.FORWARD, false, transform));
            assertFalse(fits(Pass.DATA_GRADIENT, false, transform));
            assertTrue(fits(Pass.WEIGHT_GRADIENT, false, transform));
        }
    }

    @Test
    void choicesGoThroughText() {
        PlanChoices choices = new PlanChoices("GPU, cuDNN 1");
        choices.put("forward a", Optional.of(new Engine(70, Map.of(18, 0L, 2, 8L))));
        choices.put("forward b", Optional.empty());
        choices.put("forward c", Optional.of(new Engine(0, Map.of())));
        assertEquals(
                "GPU, cuDNN 1\nforward a = engine 70 2=8 18=0\nforward b = direct\nforward c = engine 0\n",
                choices.export());
        PlanChoices restored = new PlanChoices("GPU, cuDNN 1");
        assertTrue(restored.restore(choices.export()));
        assertEquals(choices.export(), restored.export());
        PlanChoices elsewhere = new PlanChoices("GPU, cuDNN 2");
        assertFalse(elsewhere.restore(choices.export()), "choices of another library");
        assertEquals("GPU, cuDNN 2\n", elsewhere.export());
    }

    @Test
    void allOfAMachineChooseAlike(@TempDir Path folder) {
        KernelCache cache = new KernelCache(folder);
        PlanChoices one = new PlanChoices("GPU", cache);
        PlanChoices other = new PlanChoices("GPU", cache);
        assertNull(other.of("forward a"));
        one.put("forward a", Optional.of(new Engine(70, Map.of())));
        assertEquals(one.of("forward a"), other.of("forward a"));
        other.put("forward b", Optional.empty());
        one.put("forward c", Optional.empty());
        assertEquals(one.export(), exported(cache));
        assertNull(new PlanChoices("another GPU", cache).of("forward a"));
    }

    private static String exported(KernelCache cache) {
        PlanChoices choices = new PlanChoices("GPU", cache);
        assertNotNull(choices.of("forward a"));
        return choices.export();
    }

    @Test
    void whatIsNoChoiceIsRefusedWhole() {
        PlanChoices choices = new PlanChoices("GPU");
        for (String line :
                List.of("forward a", "forward a = engine", "forward a = engine x", "a = engine 1 2", "a = b")) {
            Exception e = assertThrows(
                    IllegalArgumentException.class, () -> choices.restore("GPU\nforward b = direct\n" + line), line);
            assertTrue(e.getMessage().contains("expected"), e.getMessage());
            assertEquals("GPU\n", choices.export());
        }
    }
}
