package schuss.backend.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import schuss.DType;
import schuss.Shape;
import schuss.backend.Kernel;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.ops.Blend;
import schuss.ops.BroadcastTo;
import schuss.ops.Expression;
import schuss.ops.Pointwise;
import schuss.optim.Optimizer;
import schuss.optim.OptimizerStep;
import schuss.program.Needs;
import schuss.program.Step;

/** Elementwise formulas on the native interpreter: pointwise ops, and optimisers without a kernel of their own. */
final class CpuPointwise {
    private CpuPointwise() {}

    static Prepared pointwise(Pointwise op, Step step, int threads) {
        return prepared(op.expression(), step, threads);
    }

    static Prepared broadcastTo(BroadcastTo op, Step step, int threads) {
        return prepared(Expression.input(0), step, threads);
    }

    private static Prepared prepared(Expression expression, Step step, int threads) {
        Shape shape = step.outputs().get(0).shape();
        Tape tape = Tape.of(List.of(expression), step.inputs().size());
        int[] types = step.inputs().stream().mapToInt(v -> type(v.dtype())).toArray();
        int rank = shape.rank();
        long[] strides = new long[types.length * rank];
        for (int i = 0; i < types.length; i++) {
            fillStrides(step.inputs().get(i).shape(), shape, strides, i * rank);
        }
        long[] extents = IntStream.range(0, rank).mapToLong(shape::dim).toArray();
        // an input that is read at the place of each result may give its memory to the output
        List<Integer> overwrites = IntStream.range(0, types.length)
                .filter(i -> step.inputs().get(i).dtype() == DType.F32
                        && step.inputs().get(i).shape().equals(shape))
                .boxed()
                .toList();
        Prepared prepared = at -> {
            long[] inputs =
                    IntStream.range(0, types.length).mapToLong(at::input).toArray();
            return bound(tape, inputs, types, strides, new long[] {at.output(0)}, extents, 0, threads);
        };
        return prepared.withNeeds(new Needs(0, overwrites));
    }

    /** Elements between neighbours along each axis of {@code target}; 0 where this shape repeats. */
    private static void fillStrides(Shape shape, Shape target, long[] strides, int at) {
        long stride = 1;
        for (int axis = 1; axis <= shape.rank(); axis++) {
            strides[at + target.rank() - axis] = shape.dim(-axis) == 1 ? 0 : stride;
            stride *= shape.dim(-axis);
        }
    }

    /**
     * An optimiser's formula, run after run: within one, a group's coefficients are scalars. Every element is read before
     * it is written, so results lie where the inputs lay.
     */
    static Prepared optimizerStep(OptimizerStep op, int threads) {
        Optimizer.Update formula = op.formula();
        int states = op.optimizer().state().size();
        int vectors = 2 + states; // parameters, gradients, state
        int inputCount = op.formulaInputs();
        List<Expression> results = new ArrayList<>(List.of(formula.parameter()));
        results.addAll(formula.state());
        Tape tape = Tape.of(results, inputCount);
        long[] strides = new long[inputCount];
        Arrays.fill(strides, 0, vectors, 1);
        return at -> {
            List<Kernel> passes = new ArrayList<>();
            for (OptimizerStep.Run run : op.runs()) {
                long[] inputs = new long[inputCount];
                long coefficients =
                        at.input(vectors + 1) + (long) run.group() * OptimizerStep.GROUP_COEFFICIENTS * Float.BYTES;
                Arrays.setAll(
                        inputs,
                        i -> i < vectors
                                ? at.input(i) + run.from() * Float.BYTES
                                : i < vectors + OptimizerStep.GROUP_COEFFICIENTS
                                        ? coefficients + (long) (i - vectors) * Float.BYTES
                                        : at.input(vectors + 3)); // the scale
                long[] outputs = new long[1 + states];
                Arrays.setAll(outputs, i -> inputs[i == 0 ? 0 : 1 + i]);
                long[] extents = {run.count()};
                passes.add(bound(
                        tape, inputs, new int[inputCount], strides, outputs, extents, at.input(vectors + 2), threads));
            }
            return new Sequence(passes);
        };
    }

    static Prepared blend(Blend op, Step step, int threads) {
        Expression x = Expression.input(0);
        Expression s = Expression.input(1);
        Tape tape = Tape.of(List.of(op.weight() == 1 ? x : s.add(x.sub(s).mul(op.weight()))), 2);
        long[] extents = {step.inputs().get(0).shape().size()};
        return at -> {
            long[] inputs = {at.input(0), at.input(1)};
            long[] outputs = {at.input(1)};
            return bound(tape, inputs, new int[2], new long[] {1, 1}, outputs, extents, at.input(2), threads);
        };
    }

    private static Kernel bound(
            Tape tape,
            long[] inputs,
            int[] types,
            long[] strides,
            long[] outputs,
            long[] extents,
            long skip,
            int threads) {
        long address = Native.schuss_pointwise_bind(
                tape.code(),
                tape.code().length / 5,
                tape.constants(),
                tape.constants().length,
                inputs,
                types,
                inputs.length,
                strides,
                outputs,
                tape.outputs(),
                outputs.length,
                extents,
                extents.length,
                tape.slots(),
                skip,
                threads);
        return new Bound(Bound.checked(address), Native::schuss_pointwise_run, Native::schuss_pointwise_free);
    }

    private static int type(DType type) {
        return switch (type) {
            case F32 -> 0;
            case U8 -> 1;
            case I32 -> 2;
            case BOOL -> 3;
            case BF16, I64, F64 ->
                throw new IllegalStateException("cpu backend: expected elements of f32, u8, i32 or bool, got " + type);
        };
    }
}
