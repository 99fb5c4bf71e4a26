package schuss.backend.cpu;

import java.util.List;
import schuss.Shape;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Signature;
import schuss.ir.Step;
import schuss.ops.LayerNorm;
import schuss.passes.Requirements;

/** Layer normalisation and its gradient, along rows. */
final class CpuLayerNorm {
    private CpuLayerNorm() {}

    static void register(Kernels kernels) {
        kernels.register(LayerNorm.class, Signature.ALL_F32, CpuLayerNorm::layerNorm);
        kernels.register(LayerNorm.Gradient.class, Signature.ALL_F32, CpuLayerNorm::layerNormGradient);
    }

    private static long columns(Step step, int axes) {
        Shape x = step.inputs().get(0).shape();
        long columns = 1;
        for (int i = 1; i <= axes; i++) {
            columns *= x.dim(-i);
        }
        return columns;
    }

    private static Prepared layerNorm(LayerNorm op, Step step, int threads) {
        long columns = columns(step, op.axes());
        long rows = step.inputs().get(0).shape().size() / columns;
        return at -> () -> Native.check(Native.schuss_layer_norm_forward(
                at.input(0),
                at.input(1),
                at.input(2),
                at.output(0),
                at.output(1),
                at.output(2),
                rows,
                columns,
                op.epsilon(),
                threads));
    }

    private static Prepared layerNormGradient(LayerNorm.Gradient op, Step step, int threads) {
        long columns = columns(step, op.axes());
        long rows = step.inputs().get(0).shape().size() / columns;
        Prepared prepared = at -> () -> Native.check(Native.schuss_layer_norm_backward(
                at.input(0),
                at.input(1),
                at.input(2),
                at.input(3),
                at.input(4),
                at.output(0),
                at.output(1),
                at.output(2),
                at.scratch(),
                rows,
                columns,
                op.epsilon(),
                threads));
        return prepared.withNeeds(new Requirements(Native.schuss_layer_norm_scratch(rows, columns), List.of(4)));
    }
}
