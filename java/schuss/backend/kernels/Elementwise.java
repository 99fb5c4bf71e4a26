package schuss.backend.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import schuss.DType;
import schuss.Shape;
import schuss.backend.Addresses;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.backend.Signature;
import schuss.ir.Step;
import schuss.ops.Blend;
import schuss.ops.BroadcastTo;
import schuss.ops.Cast;
import schuss.ops.Expression;
import schuss.ops.Pointwise;
import schuss.optim.Optimizer;
import schuss.optim.OptimizerStep;
import schuss.passes.Requirements;

/**
 * Element-wise formulas over strided inputs. Pointwise ops, running means, and optimisers without a kernel of their own
 * come down to this on every backend that has an {@link Engine} for it.
 *
 * @param tape the formulas, one for each output
 * @param types of the inputs
 * @param results the types of the outputs, which are contiguous
 * @param strides (inputs, rank): the number of elements between neighbours along each axis, 0 where an input is
 *     broadcast; along the other axes an input is contiguous
 * @param extents of the outputs
 */
public record Elementwise(Bytecode tape, List<DType> types, List<DType> results, long[] strides, long[] extents) {
    private static final Signature ELEMENTS =
            Signature.each(DType.F32, DType.BF16, DType.I32, DType.I64, DType.U8, DType.BOOL);

    /** What elements are made of, in the order of {@code schuss/opcodes.h}. */
    private static final List<DType> CODES = List.of(DType.F32, DType.U8, DType.I32, DType.BOOL, DType.BF16, DType.I64);

    /** What computes them. */
    @FunctionalInterface
    public interface Engine {
        Formula prepare(Elementwise formulas, int threads);
    }

    /** Ready for addresses. */
    @FunctionalInterface
    public interface Formula {
        /**
         * A kernel that does nothing where {@code skip} is an address with a number other than 0. An output may lie exactly
         * on an input that is contiguous.
         */
        Kernel bind(long[] inputs, long[] outputs, long skip);
    }

    /** Registers the ops that are formulas and nothing else. */
    public static void register(Kernels kernels, Engine engine) {
        kernels.register(Pointwise.class, ELEMENTS, (op, step, threads) -> {
            List<Expression> formula = List.of(op.expression());
            boolean integers = op.inIntegers(step.inputTypes());
            Bytecode tape = integers ? Bytecode.inIntegers(formula, op.arity()) : Bytecode.of(formula, op.arity());
            return broadcasting(tape, step, engine, threads);
        });
        kernels.register(
                BroadcastTo.class, ELEMENTS, (op, step, threads) -> broadcasting(copy(step), step, engine, threads));
        kernels.register(Cast.class, ELEMENTS, (op, step, threads) -> broadcasting(copy(step), step, engine, threads));
        kernels.register(
                Blend.class,
                Signature.of(DType.F32, DType.F32, DType.I32),
                (op, step, threads) -> blend(op, step, engine, threads));
        kernels.register(OptimizerStep.class, Signature.each(DType.F32, DType.U8, DType.I32), (op, step, threads) -> {
            return op.optimizer().kernel() == null ? optimizerStep(op, engine, threads) : kernels.call(step, threads);
        });
    }

    /** Numbers as they are: all types are exact in singles or in integers of 64 bits. */
    private static Bytecode copy(Step step) {
        List<Expression> x = List.of(Expression.input(0));
        return step.inputs().get(0).dtype().isInteger() ? Bytecode.inIntegers(x, 1) : Bytecode.of(x, 1);
    }

    private static Prepared broadcasting(Bytecode tape, Step step, Engine engine, int threads) {
        Shape shape = step.outputs().get(0).shape();
        int count = step.inputs().size();
        int rank = shape.rank();
        long[] strides = new long[count * rank];
        for (int i = 0; i < count; i++) {
            fillStrides(step.inputs().get(i).shape(), shape, strides, i * rank);
        }
        long[] extents = IntStream.range(0, rank).mapToLong(shape::dim).toArray();
        List<DType> types = step.inputs().stream().map(v -> v.dtype()).toList();
        DType result = step.outputs().get(0).dtype();
        // an input that is read at the place of each result may give its memory to the output
        List<Integer> overwrites = IntStream.range(0, count)
                .filter(i -> types.get(i) == DType.F32
                        && result == DType.F32
                        && step.inputs().get(i).shape().equals(shape))
                .boxed()
                .toList();
        Formula formula = engine.prepare(new Elementwise(tape, types, List.of(result), strides, extents), threads);
        Prepared prepared = at ->
                formula.bind(IntStream.range(0, count).mapToLong(at::input).toArray(), new long[] {at.output(0)}, 0);
        return prepared.withNeeds(new Requirements(0, overwrites));
    }

    /** Elements between neighbours along each axis of {@code target}; 0 where this shape repeats. */
    private static void fillStrides(Shape shape, Shape target, long[] strides, int at) {
        long stride = 1;
        for (int axis = 1; axis <= shape.rank(); axis++) {
            strides[at + target.rank() - axis] = shape.dim(-axis) == 1 ? 0 : stride;
            stride *= shape.dim(-axis);
        }
    }

    private static Prepared blend(Blend op, Step step, Engine engine, int threads) {
        Expression x = Expression.input(0);
        Expression s = Expression.input(1);
        Bytecode tape =
                Bytecode.of(List.of(op.weight() == 1 ? x : s.add(x.sub(s).mul(op.weight()))), 2);
        long[] extents = {step.inputs().get(0).shape().size()};
        Formula formula = engine.prepare(
                new Elementwise(tape, List.of(DType.F32, DType.F32), List.of(DType.F32), new long[] {1, 1}, extents),
                threads);
        return at -> formula.bind(new long[] {at.input(0), at.input(1)}, new long[] {at.input(1)}, at.input(2));
    }

    /**
     * An optimiser's formula, run after run: within one, a group's coefficients are scalars. Every element is read before
     * it is written, so results lie where the inputs lay.
     */
    private static Prepared optimizerStep(OptimizerStep op, Engine engine, int threads) {
        Optimizer.Update formula = op.formula();
        int states = op.optimizer().state().size();
        int vectors = 2 + states; // parameters, gradients, state
        int count = op.formulaInputs();
        List<Expression> results = new ArrayList<>(List.of(formula.parameter()));
        results.addAll(formula.state());
        Bytecode tape = Bytecode.of(results, count);
        List<DType> types = Collections.nCopies(count, DType.F32);
        List<DType> written = Collections.nCopies(results.size(), DType.F32);
        long[] strides = new long[count];
        Arrays.fill(strides, 0, vectors, 1);
        List<Formula> formulas = op.runs().stream()
                .map(run -> engine.prepare(
                        new Elementwise(tape, types, written, strides, new long[] {run.count()}), threads))
                .toList();
        return at -> {
            List<Kernel> passes = new ArrayList<>();
            for (int i = 0; i < formulas.size(); i++) {
                long[] inputs = inputs(op, op.runs().get(i), at);
                long[] outputs = new long[1 + states];
                Arrays.setAll(outputs, k -> inputs[k == 0 ? 0 : 1 + k]);
                passes.add(formulas.get(i).bind(inputs, outputs, at.input(vectors + 2)));
            }
            return new Sequence(passes);
        };
    }

    /** Where the inputs of an optimiser's formula lie for one run: vectors, the group's coefficients, the scale. */
    private static long[] inputs(OptimizerStep op, OptimizerStep.Run run, Addresses at) {
        int vectors = 2 + op.optimizer().state().size();
        int own = OptimizerStep.GROUP_COEFFICIENTS;
        long coefficients = at.input(vectors + 1) + (long) run.group() * own * Float.BYTES;
        long[] inputs = new long[op.formulaInputs()];
        Arrays.setAll(
                inputs,
                i -> i < vectors
                        ? at.input(i) + run.from() * Float.BYTES
                        : i < vectors + own
                                ? coefficients + (long) (i - vectors) * Float.BYTES
                                : at.input(vectors + 3));
        return inputs;
    }

    /**
     * The same without axes of extent 1, neighbours joined that every input walks through in one stride. There is always
     * one axis.
     */
    public Elementwise merged() {
        int rank = extents.length;
        int inputs = types.size();
        long[] merged = new long[rank];
        long[][] steps = new long[rank][inputs]; // of the merged axes
        int count = 0;
        for (int axis = 0; axis < rank; axis++) {
            if (extents[axis] == 1) {
                continue;
            }
            long[] here = new long[inputs];
            boolean joins = count > 0;
            for (int i = 0; i < inputs; i++) {
                here[i] = strides[i * rank + axis];
                joins = joins && steps[count - 1][i] == here[i] * extents[axis];
            }
            if (joins) {
                merged[count - 1] *= extents[axis];
                steps[count - 1] = here;
            } else {
                merged[count] = extents[axis];
                steps[count++] = here;
            }
        }
        if (count == 0) { // a scalar
            long[] ones = new long[inputs];
            Arrays.fill(ones, 1);
            return new Elementwise(tape, types, results, ones, new long[] {1});
        }
        long[] joined = new long[inputs * count];
        for (int i = 0; i < inputs; i++) {
            for (int axis = 0; axis < count; axis++) {
                joined[i * count + axis] = steps[axis][i];
            }
        }
        return new Elementwise(tape, types, results, joined, Arrays.copyOf(merged, count));
    }

    /** Elements of an output. */
    public long size() {
        return Arrays.stream(extents).reduce(1, (a, b) -> a * b);
    }

    /**
     * Types by their numbers in {@code schuss/opcodes.h}.
     *
     * @throws IllegalStateException for a type that formulas neither read nor write
     */
    public static int[] codes(List<DType> types) {
        return types.stream().mapToInt(Elementwise::code).toArray();
    }

    private static int code(DType type) {
        int code = CODES.indexOf(type);
        if (code < 0) {
            throw new IllegalStateException(
                    "pointwise: expected elements of f32, bf16, i32, i64, u8 or bool, got " + type);
        }
        return code;
    }
}
