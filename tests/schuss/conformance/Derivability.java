package schuss.conformance;

import java.util.Map;
import schuss.DType;
import schuss.ir.Scan;
import schuss.ops.Accumulate;
import schuss.ops.Accuracy;
import schuss.ops.Blend;
import schuss.ops.Composite;
import schuss.ops.Constant;
import schuss.ops.CopyRows;
import schuss.ops.ExpectFinite;
import schuss.ops.ExpectFiniteRows;
import schuss.ops.Fill;
import schuss.ops.FusedBatchNorm;
import schuss.ops.FusedConvolution;
import schuss.ops.FusedMatMul;
import schuss.ops.GroupRows;
import schuss.ops.Guard;
import schuss.ops.Iota;
import schuss.ops.Max;
import schuss.ops.MaxNorm;
import schuss.ops.Op;
import schuss.ops.Pack;
import schuss.ops.Packed;
import schuss.ops.PutRows;
import schuss.ops.Value;
import schuss.optim.OptimizerStep;

/** Which ops have derivatives, and why the others have none. */
final class Derivability {
    private static final String NO_INPUTS = "reads nothing";
    private static final String FUSED = "made by fusing, after differentiation";
    private static final String CHANGES = "changes memory: an update is no function of its inputs";

    /** Ops without derivatives, each with the reason. */
    static final Map<Class<? extends Op>, String> NONE = Map.ofEntries(
            Map.entry(Fill.class, NO_INPUTS),
            Map.entry(Constant.class, NO_INPUTS),
            Map.entry(Iota.class, NO_INPUTS),
            Map.entry(FusedConvolution.class, FUSED),
            Map.entry(FusedMatMul.class, FUSED),
            Map.entry(FusedBatchNorm.class, FUSED),
            Map.entry(FusedBatchNorm.Gradient.class, FUSED),
            Map.entry(FusedBatchNorm.ResidualGradient.class, FUSED),
            Map.entry(Pack.class, FUSED),
            Map.entry(Packed.class, FUSED),
            Map.entry(Accumulate.class, CHANGES),
            Map.entry(Scan.class, "differentiated as a whole by the passes: see ScanTest"),
            Map.entry(Blend.class, CHANGES),
            Map.entry(Guard.class, CHANGES),
            Map.entry(ExpectFinite.class, CHANGES),
            Map.entry(ExpectFiniteRows.class, CHANGES),
            Map.entry(PutRows.class, CHANGES),
            Map.entry(CopyRows.class, CHANGES),
            Map.entry(GroupRows.class, "what updates are made of: behind all gradients"),
            Map.entry(OptimizerStep.class, CHANGES),
            Map.entry(MaxNorm.class, CHANGES),
            Map.entry(Accuracy.class, "counts, which has no slope but 0"));

    private Derivability() {}

    static boolean has(Op op) {
        return !NONE.containsKey(op.getClass());
    }

    /** Whether there is something to differentiate it with. */
    static boolean knowsBothModes(Class<?> op) {
        return Composite.class.isAssignableFrom(op) || (overrides(op, "gradient") && overrides(op, "tangent"));
    }

    private static boolean overrides(Class<?> op, String method) {
        try {
            return !op.getMethod(method, Value[].class, Value[].class, Value[].class)
                    .getDeclaringClass()
                    .isInterface();
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether outputs follow small changes of an input: not where it is no real number, or is compared with another. */
    static boolean isSmooth(OpCase c, int input) {
        boolean compared = c.op() instanceof Max.Gradient && input < 2;
        // bf16 gradients are rounded to bf16, which differences in double see as an error
        return c.inputs().get(input).type().dtype() == DType.F32 && !compared;
    }
}
