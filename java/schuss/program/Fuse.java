package schuss.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import schuss.Shape;
import schuss.ops.BroadcastTo;
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
 * Joins steps so that memory is passed over less often: chains of elementwise functions become one, constants and
 * repetitions disappear into their readers, and a matrix product or convolution takes along bias and activation where the
 * backend can.
 */
final class Fuse {
    // beyond this a tile's temporaries leave the first-level cache
    private static final int MOST_OPERATIONS = 24;
    private static final int MOST_INPUTS = 8;

    private final Program program;
    private final Predicate<Op> supported;
    private final List<Step> steps;
    private final Map<Value, Integer> readers = new HashMap<>();
    private final Map<Value, Integer> makers = new HashMap<>();

    private Fuse(Program program, Predicate<Op> supported) {
        this.program = program;
        this.supported = supported;
        this.steps = new ArrayList<>(program.steps());
    }

    /**
     * The fused program.
     *
     * @param supported whether the backend has a kernel for a fused op
     */
    static Program run(Program program, Predicate<Op> supported) {
        Fuse fuse = new Fuse(program, supported);
        // elementwise chains first: a product then takes along bias and activation as one function
        fuse.repeat(fuse::joinElementwise);
        fuse.repeat(fuse::joinEpilogue);
        return Drop.run(program.withSteps(fuse.steps));
    }

    /** A way to make one step of two: the reader, which has the maker's output {@code through} among its inputs. */
    @FunctionalInterface
    private interface Join {
        Optional<Step> of(Step maker, Step reader, Value through);
    }

    private void repeat(Join join) {
        boolean changed = true;
        while (changed) {
            changed = once(join);
        }
    }

    private boolean once(Join join) {
        count();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            for (Value input : step.inputs()) {
                Integer maker = makers.get(input);
                Optional<Step> joined = maker == null || steps.get(maker).section() != step.section()
                        ? Optional.empty()
                        : join.of(steps.get(maker), step, input);
                if (joined.isPresent()) {
                    steps.set(i, joined.get());
                    removeIfUnread(steps.get(maker), maker);
                    return true;
                }
            }
        }
        return false;
    }

    private void count() {
        readers.clear();
        makers.clear();
        for (int i = 0; i < steps.size(); i++) {
            for (Value output : steps.get(i).outputs()) {
                makers.put(output, i);
            }
            steps.get(i).inputs().stream().distinct().forEach(v -> readers.merge(v, 1, Integer::sum));
        }
        program.outputs().values().forEach(v -> readers.merge(v, 1, Integer::sum));
        program.variables().keySet().forEach(v -> readers.merge(v, 1, Integer::sum));
    }

    private void removeIfUnread(Step maker, int index) {
        boolean read = steps.stream().anyMatch(s -> s.inputs().stream().anyMatch(maker.outputs()::contains));
        boolean kept = maker.outputs().stream()
                .anyMatch(v -> program.outputs().containsValue(v)
                        || program.variables().containsKey(v));
        if (!read && !kept) {
            steps.remove(index);
        }
    }

    private Optional<Step> joinElementwise(Step maker, Step reader, Value through) {
        if (maker.op() instanceof Fill fill && (reader.op() instanceof BroadcastTo || reader.op() instanceof Reshape)) {
            return Optional.of(replace(reader, new Fill(shape(reader), fill.value()), List.of()));
        }
        if (!(reader.op() instanceof Pointwise pointwise)) {
            return Optional.empty();
        }
        if (maker.op() instanceof Fill fill) {
            return inline(reader, pointwise, through, new Pointwise(Expression.constant(fill.value()), 0), List.of());
        } else if (maker.op() instanceof BroadcastTo) {
            return inline(reader, pointwise, through, new Pointwise(Expression.input(0), 1), maker.inputs());
        } else if (maker.op() instanceof Pointwise inner
                && readers.get(through) == 1
                && through.shape().equals(shape(reader))) {
            return inline(reader, pointwise, through, inner, maker.inputs());
        }
        return Optional.empty();
    }

    /** The reader with the maker's function in place of its input. */
    private static Optional<Step> inline(
            Step reader, Pointwise outer, Value through, Pointwise inner, List<Value> innerInputs) {
        List<Value> operands = new ArrayList<>();
        for (Value input : reader.inputs()) {
            if (input != through && !operands.contains(input)) {
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
                        i -> reader.inputs().get(i) == through
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
        return Optional.of(replace(reader, new Pointwise(joined, operands.size()), operands));
    }

    /** This product with bias and activation; empty for what is none. */
    private static Optional<FusedProduct> fused(Op product, boolean bias, Expression activation) {
        if (product instanceof MatMul matMul) {
            return Optional.of(new FusedMatMul(matMul, bias, activation));
        } else if (product instanceof Convolution convolution) {
            return Optional.of(new FusedConvolution(convolution, bias, activation));
        }
        return Optional.empty();
    }

    /** A product followed by {@code activation(product + bias)}. */
    private Optional<Step> joinEpilogue(Step maker, Step reader, Value through) {
        if (!(reader.op() instanceof Pointwise pointwise) || readers.get(through) > 1) {
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

    /** The function with {@code a + b} as input 0; input 1 remains where a or b stands alone. */
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
