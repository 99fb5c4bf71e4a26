package schuss.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.global.cudnn;
import schuss.Shape;
import schuss.backend.Addresses;
import schuss.backend.ConvolutionTask;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.ops.Convolution;
import schuss.ops.Op;
import schuss.ops.Pack;
import schuss.ops.Packed;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.program.Needs;
import schuss.program.Plan;
import schuss.program.Step;

/**
 * Convolutions and their two gradients: by cuDNN, or by kernels of ours where it has none. cuDNN reads weights in an order
 * of its own, the same for both passes that read them; where they depend on nothing but parameters they come packed, else
 * they pass through scratch memory, and so does their gradient.
 *
 * <p>Bias and activation are no part of a convolution here: cuDNN has nothing for them in singles, and one pointwise step
 * does both.
 */
final class CudaConvolution implements AutoCloseable {
    private static final int WEIGHTS = 1; // the input that may come packed
    private static final int TILE = 32; // of the transposition

    private final Gpu gpu;
    private final cudnnContext library = new cudnnContext();
    private final PlanTarget target;
    private final ConvolutionChooser chooser;
    private final PlanChoices choices;

    CudaConvolution(Gpu gpu) {
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
        choices = new PlanChoices(gpu.name() + ", cuDNN " + cudnn.cudnnGetVersion());
    }

    void register(Kernels kernels) {
        for (Class<? extends Op> kind :
                List.of(Convolution.class, Convolution.DataGradient.class, Convolution.WeightGradient.class)) {
            kernels.register(kind, (op, step, threads) -> prepare(ConvolutionTask.of(op, types(step)), false));
        }
        kernels.register(Packed.class, (op, step, threads) -> {
            List<Type> types = new ArrayList<>(types(step));
            types.set(op.input(), op.plain());
            return prepare(ConvolutionTask.of(op.op(), types), true);
        });
        kernels.register(Pack.class, (op, step, threads) -> {
            Shape w = op.operands().get(op.input()).shape();
            return at -> toLibrary(w, at.input(0), at.output(0));
        });
    }

    /** Who computes which convolution, as far as it has been found out. */
    PlanChoices choices() {
        return choices;
    }

    /** How the weights of a convolution come into cuDNN's order; the same op for both passes, which so share it. */
    Optional<Pack> packs(Step step, int input) {
        boolean reads = step.op() instanceof Convolution || step.op() instanceof Convolution.DataGradient;
        if (!reads || input != WEIGHTS) {
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

    private Optional<Engine> choice(ConvolutionTask task) {
        String name = task.describe() + (gpu.tf32() ? " tf32" : "");
        Optional<Engine> choice = choices.of(name);
        if (choice == null) {
            choice = chooser.choose(task);
            choices.put(name, choice);
        }
        return choice;
    }

    /** @param packed whether the weights come in the library's form */
    private Prepared prepare(ConvolutionTask task, boolean packed) {
        Optional<Engine> choice = choice(task);
        ConvolutionMethod method = choice.isPresent()
                ? new EngineConvolution(library, target, task, choice.get())
                : new DirectConvolution(gpu, task);
        return new Chosen(this, task, method, packed);
    }

    /** A convolution with what brings its weights into the form that it wants, or their gradient into ours. */
    private record Chosen(CudaConvolution here, ConvolutionTask task, ConvolutionMethod method, boolean packed)
            implements Prepared {
        private boolean converts() {
            return method.libraryWeights() != packed;
        }

        private long workspaceAt() { // in scratch memory, after converted weights
            long bytes = converts() ? task.w().size() * Float.BYTES : 0;
            return (bytes + Plan.ALIGNMENT - 1) / Plan.ALIGNMENT * Plan.ALIGNMENT;
        }

        @Override
        public Needs needs() {
            return Needs.scratch(workspaceAt() + method.workspaceBytes());
        }

        @Override
        public Kernel bind(Addresses at) {
            long workspace = at.scratch() + workspaceAt();
            long first = at.input(0);
            long second = at.input(1);
            long w = at.scratch();
            return switch (task.pass()) {
                case FORWARD ->
                    reading(second, method.bind(first, converts() ? w : second, at.output(0), workspace), w);
                case DATA_GRADIENT ->
                    reading(second, method.bind(at.output(0), converts() ? w : second, first, workspace), w);
                case WEIGHT_GRADIENT ->
                    converts()
                            ? new Sequence(List.of(
                                    method.bind(first, w, second, workspace), here.toOurs(task.w(), w, at.output(0))))
                            : method.bind(first, at.output(0), second, workspace);
            };
        }

        private Kernel reading(long weights, Kernel convolution, long converted) {
            if (!converts()) {
                return convolution;
            }
            Kernel conversion =
                    packed ? here.toOurs(task.w(), weights, converted) : here.toLibrary(task.w(), weights, converted);
            return new Sequence(List.of(conversion, convolution));
        }

        @Override
        public void close() {
            method.close();
        }
    }

    private Kernel toLibrary(Shape w, long from, long to) {
        return transpose(from, to, w.size() / w.dim(-1), w.dim(-1));
    }

    private Kernel toOurs(Shape w, long from, long to) {
        return transpose(from, to, w.dim(-1), w.size() / w.dim(-1));
    }

    private Kernel transpose(long from, long to, long rows, long columns) {
        long tiles = (rows + TILE - 1) / TILE * ((columns + TILE - 1) / TILE);
        return gpu.launch("weights", "weights_transpose")
                .grid(tiles)
                .pointer(from)
                .pointer(to)
                .int64(rows)
                .int64(columns)
                .build();
    }

    @Override
    public void close() {
        target.close();
        Cudnn.check(cudnn.cudnnDestroy(library), "cudnnDestroy");
    }
}
