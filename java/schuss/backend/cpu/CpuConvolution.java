package schuss.backend.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import schuss.Shape;
import schuss.backend.Kernels;
import schuss.ops.Convolution;
import schuss.ops.FusedConvolution;
import schuss.ops.Op;
import schuss.ops.Pack;
import schuss.ops.Packed;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.program.Step;

/**
 * Convolutions and their two gradients: by oneDNN, or by kernels of ours over OpenBLAS. oneDNN reads weights in orders of
 * its own, another for each pass; where they depend on nothing but parameters they come packed.
 */
final class CpuConvolution {
    private static final int WEIGHTS = 1; // the input that may come packed
    private static final int IN = 3; // of the sizes

    /** In the order of the native library. */
    private enum Pass {
        FORWARD,
        DATA_GRADIENT,
        WEIGHT_GRADIENT
    }

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
                    (op, step, threads) ->
                            prepare(op, types(step), Form.PLAIN, threads).product());
        }
        kernels.register(Packed.class, (op, step, threads) -> {
            List<Type> types = new ArrayList<>(types(step));
            types.set(op.input(), op.plain());
            return prepare(op.op(), types, Form.PACKED, threads).product();
        });
        kernels.register(
                Pack.class,
                (op, step, threads) -> prepare(op.reader(), op.operands(), Form.TO_PACK, threads)
                        .product());
    }

    /** How the weights of a convolution come into oneDNN's order. */
    Optional<Pack> packs(Step step, int input, int threads) {
        boolean reads = step.op() instanceof Convolution
                || step.op() instanceof FusedConvolution
                || step.op() instanceof Convolution.DataGradient;
        if (!reads || input != WEIGHTS) {
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
        Shape a = inputs.get(0).shape();
        Shape b = inputs.get(1).shape();
        Shape c = op.infer(inputs).get(0).shape();
        if (op instanceof Convolution forward) {
            return prepare(Pass.FORWARD, form, sizes(forward, a, b, c), Epilogue.NONE, inputs.size(), threads);
        } else if (op instanceof FusedConvolution fused) {
            long[] sizes = sizes(fused.product(), a, b, c);
            return prepare(Pass.FORWARD, form, sizes, Epilogue.of(fused), inputs.size(), threads);
        } else if (op instanceof Convolution.DataGradient data) {
            long[] sizes = sizes(data.of(), c, b, a);
            return prepare(Pass.DATA_GRADIENT, form, sizes, Epilogue.NONE, inputs.size(), threads);
        } else if (op instanceof Convolution.WeightGradient weight) {
            long[] sizes = sizes(weight.of(), a, c, b);
            return prepare(Pass.WEIGHT_GRADIENT, form, sizes, Epilogue.NONE, inputs.size(), threads);
        }
        throw new IllegalArgumentException("expected a convolution, got " + op);
    }

    private Made prepare(Pass pass, Form form, long[] sizes, Epilogue epilogue, int inputs, int threads) {
        long[] bytes = new long[2]; // of scratch memory, of packed weights
        long prepared = Bound.checked(Native.schuss_convolution_prepare(
                provider(pass, sizes).ordinal(),
                pass.ordinal(),
                form.ordinal(),
                sizes,
                epilogue.bias() ? 1 : 0,
                epilogue.kind().ordinal(),
                epilogue.alpha(),
                bytes,
                threads));
        return new Made(new PreparedProduct(prepared, form == Form.TO_PACK ? 1 : inputs, bytes[0]), bytes[1]);
    }

    /** oneDNN, but for the data gradient of a single channel, of which it makes sixteen: 22 ms against 4. */
    private PreparedProduct.Provider provider(Pass pass, long[] sizes) {
        boolean ours = openBlasOnly || (pass == Pass.DATA_GRADIENT && sizes[IN] == 1);
        return ours ? PreparedProduct.Provider.OURS : PreparedProduct.Provider.ONEDNN;
    }

    /** In the order of the native library. */
    private static long[] sizes(Convolution op, Shape x, Shape w, Shape y) {
        return new long[] {
            x.dim(0),
            x.dim(1),
            x.dim(2),
            x.dim(3),
            y.dim(1),
            y.dim(2),
            y.dim(3),
            w.dim(0),
            w.dim(1),
            op.strideH(),
            op.strideW(),
            op.padTop(),
            op.padBottom(),
            op.padLeft(),
            op.padRight(),
            op.dilationH(),
            op.dilationW(),
            op.groups()
        };
    }
}
