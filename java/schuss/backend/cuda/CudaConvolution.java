package schuss.backend.cuda;

import static schuss.DType.F32;
import static schuss.DType.U8;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.global.cudnn;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Signature;
import schuss.backend.cuda.convolution.ConvolutionChooser;
import schuss.backend.cuda.convolution.ConvolutionMethod;
import schuss.backend.cuda.convolution.Cudnn;
import schuss.backend.cuda.convolution.Engine;
import schuss.backend.cuda.convolution.EngineConvolution;
import schuss.backend.cuda.convolution.PlanChoices;
import schuss.backend.cuda.convolution.PlanTarget;
import schuss.backend.cuda.convolution.PreparedConvolution;
import schuss.backend.cuda.convolution.WeightOrder;
import schuss.backend.cuda.runtime.CudaException;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.cuda.runtime.KernelCache;
import schuss.backend.kernels.ConvolutionTask;
import schuss.ir.Step;
import schuss.ops.Convolution;
import schuss.ops.Op;
import schuss.ops.Pack;
import schuss.ops.Packed;
import schuss.ops.Type;
import schuss.ops.Value;

/**
 * Convolutions and their two gradients, by cuDNN, or by our own kernels where it has none. cuDNN has a weight layout of
 * its own, the same for both passes that read weights. Weights that depend only on parameters are packed into it;
 * others, and the gradient of the weights, are converted through scratch memory.
 *
 * <p>Bias and activation are not part of a convolution here: one pointwise step does both. In single precision cuDNN
 * could fuse them, but only with a single engine.
 */
public final class CudaConvolution implements AutoCloseable {
    private static final Logger LOG = System.getLogger(CudaConvolution.class.getName());
    private static final int WEIGHTS = 1; // the input that may come packed
    private static final int RULES = 2; // by which engines are chosen: a choice by others is made anew

    private final Gpu gpu;
    private final cudnnContext library = new cudnnContext();
    private final PlanTarget target;
    private final ConvolutionChooser chooser;
    private final PlanChoices choices;
    private final boolean ownOnly =
            System.getProperty("schuss.cuda.convolution", "").equals("own"); // for tests

    public CudaConvolution(Gpu gpu) {
        this.gpu = gpu;
        Cudnn.check(cudnn.cudnnCreate(library), "cudnnCreate");
        try {
            Cudnn.check(cudnn.cudnnSetStream(library, gpu.stream()), "cudnnSetStream");
        } catch (CudaException e) {
            cudnn.cudnnDestroy(library);
            throw e;
        }
        target = PlanTarget.of(library);
        chooser = new ConvolutionChooser(gpu, library, target);
        choices = new PlanChoices(
                gpu.name() + ", cuDNN " + cudnn.cudnnGetVersion() + ", rules " + RULES, KernelCache.ofUser());
    }

    void register(Kernels kernels) {
        for (Class<? extends Op> kind :
                List.of(Convolution.class, Convolution.DataGradient.class, Convolution.WeightGradient.class)) {
            kernels.register(
                    kind,
                    Signature.ALL_F32,
                    (op, step, threads) -> prepare(ConvolutionTask.of(op, types(step)), false));
        }
        kernels.register(Packed.class, Signature.each(F32, U8), (op, step, threads) -> {
            List<Type> types = new ArrayList<>(types(step));
            types.set(op.input(), op.plain());
            return prepare(ConvolutionTask.of(op.op(), types), true);
        });
        kernels.register(Pack.class, Signature.ALL_F32, (op, step, threads) -> {
            WeightOrder order =
                    new WeightOrder(gpu, op.operands().get(op.input()).shape());
            return at -> order.toLibrary(at.input(0), at.output(0));
        });
    }

    public cudnnContext library() {
        return library;
    }

    /** Who computes which convolution, as far as it has been found out. */
    public PlanChoices choices() {
        return choices;
    }

    /** How the weights of a convolution come into cuDNN's order; the same op for both passes, which so share it. */
    public Optional<Pack> packs(Step step, int input) {
        boolean reads = step.op() instanceof Convolution || step.op() instanceof Convolution.DataGradient;
        if (!reads || input != WEIGHTS || step.inputs().get(input).dtype() != F32) {
            return Optional.empty();
        }
        ConvolutionTask task = ConvolutionTask.of(step.op(), types(step));
        List<Type> operands = List.of(Type.f32(task.x()), Type.f32(task.w()));
        int bytes = Math.toIntExact(task.w().size() * Float.BYTES);
        return choice(task).map(engine -> new Pack(task.op(), operands, WEIGHTS, bytes));
    }

    private static List<Type> types(Step step) {
        return step.inputs().stream().map(Value::type).toList();
    }

    /** Who computes it, found out now if that is not known yet: an engine, or empty for our own kernels. */
    public Optional<Engine> choice(ConvolutionTask task) {
        if (ownOnly) {
            return Optional.empty();
        }
        Optional<Engine> choice = choices.of(name(task));
        return choice != null ? choice : chosenNow(task);
    }

    private Optional<Engine> chosenNow(ConvolutionTask task) {
        Optional<Engine> choice = chooser.choose(task);
        choices.put(name(task), choice);
        return choice;
    }

    private String name(ConvolutionTask task) {
        return task.describe() + (gpu.tf32() ? " tf32" : "");
    }

    /** @param packed whether the weights come in the library's form */
    public Prepared prepare(ConvolutionTask task, boolean packed) {
        return new PreparedConvolution(task, method(task), new WeightOrder(gpu, task.w()), packed);
    }

    private ConvolutionMethod method(ConvolutionTask task) {
        try {
            return method(task, choice(task));
        } catch (CudaException e) { // a choice that was restored
            LOG.log(Level.DEBUG, "{0}: choosing anew, {1}", task.describe(), e.getMessage());
            return method(task, chosenNow(task));
        }
    }

    private ConvolutionMethod method(ConvolutionTask task, Optional<Engine> choice) {
        return choice.isPresent()
                ? new EngineConvolution(library, target, task, choice.get())
                : ConvolutionMethod.ours(gpu, task);
    }

    @Override
    public void close() {
        target.close();
        Cudnn.check(cudnn.cudnnDestroy(library), "cudnnDestroy");
    }
}
