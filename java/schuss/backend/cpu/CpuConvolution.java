package schuss.backend.cpu;

import static schuss.DType.F32;
import static schuss.DType.U8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import schuss.backend.Kernels;
import schuss.backend.Signature;
import schuss.backend.kernels.ConvolutionTask;
import schuss.backend.kernels.ConvolutionTask.Pass;
import schuss.ir.Step;
import schuss.ops.Convolution;
import schuss.ops.FusedConvolution;
import schuss.ops.Op;
import schuss.ops.Pack;
import schuss.ops.Packed;
import schuss.ops.Type;
import schuss.ops.Value;

/**
 * Convolutions and their two gradients, by oneDNN or by our own kernels over OpenBLAS. oneDNN prefers a different
 * layout of the weights for each pass; weights that depend only on parameters are packed into it.
 */
final class CpuConvolution {
    private static final int WEIGHTS = 1; // the input that may come packed

    /** What the weights' memory holds, in the order of the native library. */
    private enum Form {
        PLAIN,
        PACKED,
        TO_PACK
    }

    private final boolean openBlasOnly;

    CpuConvolution(boolean openBlasOnly) {
        this.openBlasOnly = openBlasOnly;
    }

    void register(Kernels kernels) {
        for (Class<? extends Op> kind : List.of(
                Convolution.class,
                FusedConvolution.class,
                Convolution.DataGradient.class,
                Convolution.WeightGradient.class)) {
            kernels.register(
                    kind,
                    Signature.ALL_F32,
                    (op, step, threads) ->
                            prepare(op, types(step), Form.PLAIN, threads).product());
        }
        kernels.register(Packed.class, Signature.each(F32, U8), (op, step, threads) -> {
            List<Type> types = new ArrayList<>(types(step));
            types.set(op.input(), op.plain());
            return prepare(op.op(), types, Form.PACKED, threads).product();
        });
        kernels.register(
                Pack.class,
                Signature.ALL_F32,
                (op, step, threads) -> prepare(op.reader(), op.operands(), Form.TO_PACK, threads)
                        .product());
    }

    /** How the weights of a convolution come into oneDNN's order. */
    Optional<Pack> packs(Step step, int input, int threads) {
        boolean reads = step.op() instanceof Convolution
                || step.op() instanceof FusedConvolution
                || step.op() instanceof Convolution.DataGradient;
        if (!reads || input != WEIGHTS || step.inputs().get(input).dtype() != F32) {
            return Optional.empty();
        }
        Made made = prepare(step.op(), types(step), Form.PACKED, threads);
        made.product.close();
        return made.packedBytes == 0
                ? Optional.empty()
                : Optional.of(new Pack(step.op(), types(step), input, Math.toIntExact(made.packedBytes)));
    }

    private static List<Type> types(Step step) {
        return step.inputs().stream().map(Value::type).toList();
    }

    private record Made(PreparedProduct product, long packedBytes) {}

    private Made prepare(Op op, List<Type> inputs, Form form, int threads) {
        ConvolutionTask task = ConvolutionTask.of(op, inputs);
        Epilogue epilogue = op instanceof FusedConvolution fused ? Epilogue.of(fused) : Epilogue.NONE;
        long[] bytes = new long[2]; // of scratch memory, of packed weights
        long prepared = Bound.checked(Native.schuss_convolution_prepare(
                provider(task).ordinal(),
                task.pass().ordinal(),
                form.ordinal(),
                task.sizes(),
                epilogue.bias() ? 1 : 0,
                epilogue.kind().ordinal(),
                epilogue.alpha(),
                bytes,
                ThreadChoice.of(task.multiplyAdds(), threads)));
        return new Made(new PreparedProduct(prepared, form == Form.TO_PACK ? 1 : inputs.size(), bytes[0]), bytes[1]);
    }

    /** oneDNN, but for the data gradient of a single channel, of which it makes sixteen: 22 ms against 4. */
    private PreparedProduct.Provider provider(ConvolutionTask task) {
        boolean oneChannel = task.pass() == Pass.DATA_GRADIENT && task.x().dim(-1) == 1;
        return openBlasOnly || oneChannel ? PreparedProduct.Provider.OURS : PreparedProduct.Provider.ONEDNN;
    }
}
