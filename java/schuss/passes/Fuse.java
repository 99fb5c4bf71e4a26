package schuss.passes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import schuss.DType;
import schuss.Shape;
import schuss.ir.Program;
import schuss.ir.Step;
import schuss.ops.BroadcastTo;
import schuss.ops.Cast;
import schuss.ops.Convolution;
import schuss.ops.Expression;
import schuss.ops.Fill;
import schuss.ops.FusedConvolution;
import schuss.ops.FusedMatMul;
import schuss.ops.FusedProduct;
import schuss.ops.MatMul;
import schuss.ops.Op;
import schuss.ops.Pointwise;
import schuss.ops.Reshape;
import schuss.ops.Type;
import schuss.ops.Value;

/**
 * Merges steps so that memory is read and written less often. Chains of element-wise ops become one op, constants and
 * broadcasts disappear into the steps that read them, and a matrix product or convolution includes its bias and
 * activation if the backend can do that.
 */
final class Fuse {
    // beyond this a tile's temporaries leave the first-level cache
    private static final int MOST_OPERATIONS = 24;
    private static final int MOST_INPUTS = 8;

    private final Predicate<Op> supported;
    private final StepList steps;

    private Fuse(Program program, Predicate<Op> supported) {
        this.supported = supported;
        this.steps = new StepList(program);
    }

    /**
     * Fuses a program.
     *
     * @param supported whether the backend has a kernel for a fused op
     */
    static Program of(Program program, Predicate<Op> supported) {
        Fuse fuse = new Fuse(program, supported);
        // elementwise chains first: a product then takes along bias and activation as one function
        fuse.joinAll(fuse::joinElementwise);
        fuse.joinAll(fuse::joinEpilogue);
        return Drop.of(fuse.steps.program());
    }

    /**
     * A way to merge two steps: the maker, and the reader, which has the maker's output {@code through} among its
     * inputs.
     */
    @FunctionalInterface
    private interface Join {
        Optional<Step> of(Step maker, Step reader, Value through);
    }

    /**
     * Goes over the steps once. Everything that a step reads has been merged already when its turn comes, so it merges
     * what it can and is done. A merge gives the maker's inputs to the reader, and no earlier step gains a possibility
     * by that.
     */
    private void joinAll(Join join) {
        for (int i = 0; i < steps.count(); i++) {
            boolean joined = steps.get(i) != null;
            while (joined) {
                joined = joinOne(join, i);
            }
        }
    }

    private boolean joinOne(Join join, int reader) {
        Step step = steps.get(reader);
        for (Value input : step.inputs()) {
            int number = steps.maker(input);
            if (number >= 0 && steps.get(number).section() == step.section()) {
                Step maker = steps.get(number);
                Optional<Step> joined = join.of(maker, step, input);
                if (joined.isPresent()) {
                    steps.replace(reader, joined.get());
                    if (maker.outputs().stream().noneMatch(this::isRead)) {
                        steps.remove(number);
                    }
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isRead(Value value) {
        return steps.isKept(value) || !steps.readers(value).isEmpty();
    }

    private Optional<Step> joinElementwise(Step maker, Step reader, Value through) {
        if (maker.op() instanceof Fill fill && (reader.op() instanceof BroadcastTo || reader.op() instanceof Reshape)) {
            return Optional.of(replace(reader, new Fill(shape(reader), fill.value()), List.of()));
        }
        if (!(reader.op() instanceof Pointwise pointwise) || pointwise.inIntegers(reader.inputTypes())) {
            return Optional.empty(); // whole numbers would have to be cut to their type in between
        }
        if (maker.op() instanceof Fill fill) {
            return inline(reader, pointwise, through, new Pointwise(Expression.constant(fill.value()), 0), List.of());
        } else if (maker.op() instanceof BroadcastTo || isPlainRead(maker.op())) {
            return inline(reader, pointwise, through, new Pointwise(Expression.input(0), 1), maker.inputs());
        } else if (maker.op() instanceof Pointwise inner
                && !inner.inIntegers(maker.inputTypes())
                && through.dtype() != DType.BF16 // which rounds
                && steps.isReadOnce(through)
                && through.shape().equals(shape(reader))) {
            return inline(reader, pointwise, through, inner, maker.inputs());
        }
        return Optional.empty();
    }

    /** Whether it only converts to f32 what a formula would read as f32 anyway. */
    private static boolean isPlainRead(Op op) {
        return op instanceof Cast cast && cast.to() == DType.F32;
    }

    /** The reader with the maker's formula in place of its input; empty if the result would have another type. */
    private static Optional<Step> inline(
            Step reader, Pointwise outer, Value through, Pointwise inner, List<Value> innerInputs) {
        List<Value> operands = new ArrayList<>();
        for (Value input : reader.inputs()) {
            if (!input.equals(through) && !operands.contains(input)) {
                operands.add(input);
            }
        }
        for (Value input : innerInputs) {
            if (!operands.contains(input)) {
                operands.add(input);
            }
        }
        Expression substitute =
                inner.expression().substitute(i -> Expression.input(operands.indexOf(innerInputs.get(i))), null);
        Expression joined = outer.expression()
                .substitute(
                        i -> reader.inputs().get(i).equals(through)
                                ? substitute
                                : Expression.input(
                                        operands.indexOf(reader.inputs().get(i))),
                        null);
        if (joined instanceof Expression.Constant constant) {
            return Optional.of(replace(reader, new Fill(shape(reader), constant.value()), List.of()));
        }
        if (operands.size() > MOST_INPUTS
                || joined.operations() > MOST_OPERATIONS
                || !broadcast(operands).equals(shape(reader))) {
            return Optional.empty();
        }
        Pointwise op = new Pointwise(joined, operands.size());
        List<Type> types = operands.stream().map(Value::type).toList();
        return op.infer(types).equals(reader.outputTypes()) && !op.inIntegers(types)
                ? Optional.of(replace(reader, op, operands))
                : Optional.empty();
    }

    /** The op with bias and activation; empty if it is neither a matrix product nor a convolution. */
    private static Optional<FusedProduct> fused(Op product, boolean bias, Expression activation) {
        if (product instanceof MatMul matMul) {
            return Optional.of(new FusedMatMul(matMul, bias, activation));
        } else if (product instanceof Convolution convolution) {
            return Optional.of(new FusedConvolution(convolution, bias, activation));
        }
        return Optional.empty();
    }

    /** Merges a product with the {@code activation(product + bias)} that follows it. */
    private Optional<Step> joinEpilogue(Step maker, Step reader, Value through) {
        if (!(reader.op() instanceof Pointwise pointwise) || !steps.isReadOnce(through) || !isSingle(maker, reader)) {
            return Optional.empty();
        }
        int self = reader.inputs().indexOf(through);
        Expression function = pointwise.expression();
        List<Value> operands = new ArrayList<>(maker.inputs());
        boolean bias = reader.inputs().size() == 2;
        if (bias) {
            Value other = reader.inputs().get(1 - self);
            if (other.shape().rank() != 1
                    || other.shape().size() != through.shape().dim(-1)) {
                return Optional.empty();
            }
            operands.add(other);
            function = replaceSum(function, self, 1 - self);
        } else if (reader.inputs().size() != 1) {
            return Optional.empty();
        }
        if (function.reads(1)) {
            return Optional.empty();
        }
        return fused(maker.op(), bias, function).filter(supported).map(op -> replace(reader, op, operands));
    }

    /** Whether both steps work in f32 only, as the epilogues of the libraries do. */
    private static boolean isSingle(Step maker, Step reader) {
        return Stream.of(maker.outputTypes(), reader.inputTypes(), reader.outputTypes())
                .flatMap(List::stream)
                .allMatch(type -> type.dtype() == DType.F32);
    }

    /** The formula with {@code a + b} replaced by input 0; input 1 remains if a or b occurs on its own. */
    private static Expression replaceSum(Expression e, int a, int b) {
        Expression x = Expression.input(a);
        Expression y = Expression.input(b);
        if (e.equals(x.add(y)) || e.equals(y.add(x))) {
            return Expression.input(0);
        } else if (e instanceof Expression.Input) {
            return Expression.input(1);
        } else if (e instanceof Expression.Unary u) {
            return replaceSum(u.x(), a, b).apply(u.function());
        } else if (e instanceof Expression.Binary n) {
            return replaceSum(n.a(), a, b).apply(n.function(), replaceSum(n.b(), a, b));
        } else if (e instanceof Expression.Where w) {
            return Expression.where(
                    replaceSum(w.condition(), a, b), replaceSum(w.then(), a, b), replaceSum(w.otherwise(), a, b));
        }
        return e;
    }

    private static Step replace(Step step, Op op, List<Value> inputs) {
        List<Type> types = op.infer(inputs.stream().map(Value::type).toList());
        if (!types.equals(step.outputTypes())) {
            throw new IllegalStateException("fusing " + step + ": expected " + step.outputTypes() + ", got " + types);
        }
        return new Step(op, inputs, step.outputs(), step.path(), step.section());
    }

    private static Shape broadcast(List<Value> operands) {
        Shape shape = operands.get(0).shape();
        for (Value operand : operands) {
            shape = shape.broadcast(operand.shape());
        }
        return shape;
    }

    private static Shape shape(Step step) {
        return step.outputs().get(0).shape();
    }
}
