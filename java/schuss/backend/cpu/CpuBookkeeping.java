package schuss.backend.cpu;

import static schuss.DType.F32;
import static schuss.DType.I32;

import java.util.Arrays;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Signature;
import schuss.ir.Step;
import schuss.ops.Constant;
import schuss.ops.ExpectFinite;
import schuss.ops.Guard;
import schuss.ops.MaxNorm;
import schuss.passes.Requirements;

/**
 * Kernels of the ops around a network's layers: constants, the guard over the update, and the limit on weight norms.
 */
final class CpuBookkeeping {
    private CpuBookkeeping() {}

    static void register(Kernels kernels) {
        kernels.register(Constant.class, Signature.NONE, (op, step, threads) -> constant(op));
        kernels.register(Guard.class, Signature.of(F32, F32, I32), (op, step, threads) -> guard(step, threads));
        kernels.register(
                ExpectFinite.class, Signature.each(F32, I32), (op, step, threads) -> expectFinite(step, threads));
        kernels.register(MaxNorm.class, Signature.of(F32, I32), CpuBookkeeping::maxNorm);
    }

    private static Prepared constant(Constant op) {
        byte[] values = new byte[Math.toIntExact(op.value().type().bytes())];
        op.value().bytes().get(values);
        return at -> {
            long bound = Native.schuss_constant_bind(values, values.length, at.output(0));
            return new Bound(Bound.checked(bound), Native::schuss_constant_run, Native::schuss_constant_free);
        };
    }

    private static Prepared guard(Step step, int threads) {
        long size = step.inputs().get(1).shape().size();
        Prepared prepared = at -> {
            long loss = at.input(0);
            long gradients = at.input(1);
            long flag = at.input(2);
            long norm = at.output(0);
            long scratch = at.scratch();
            return () -> Native.check(Native.schuss_guard(loss, gradients, size, norm, flag, scratch, threads));
        };
        return prepared.withNeeds(Requirements.scratch(Native.schuss_guard_scratch(size)));
    }

    private static Prepared expectFinite(Step step, int threads) {
        int count = step.inputs().size() - 1;
        long[] sizes = new long[count];
        Arrays.setAll(sizes, i -> step.inputs().get(1 + i).shape().size());
        return at -> {
            long flag = at.input(0);
            long[] values = new long[count];
            Arrays.setAll(values, i -> at.input(1 + i));
            return () -> {
                for (int i = 0; i < count; i++) {
                    Native.check(Native.schuss_expect_finite(values[i], sizes[i], flag, threads));
                }
            };
        };
    }

    private static Prepared maxNorm(MaxNorm op, Step step, int threads) {
        MaxNorm.Part[] parts = op.parts().toArray(MaxNorm.Part[]::new);
        return at -> {
            long parameters = at.input(0);
            long skip = at.input(1);
            return () -> {
                for (MaxNorm.Part part : parts) {
                    long weight = parameters + part.from() * Float.BYTES;
                    Native.check(
                            Native.schuss_max_norm(weight, part.incoming(), part.units(), part.limit(), skip, threads));
                }
            };
        };
    }
}
