package schuss.trace;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.ir.ProgramBuilder;
import schuss.ir.Section;
import schuss.losses.Loss;
import schuss.losses.Losses;
import schuss.losses.Objective;
import schuss.metrics.Metric;
import schuss.metrics.Watched;
import schuss.ops.Accumulate;
import schuss.ops.Expression;
import schuss.ops.Fill;
import schuss.ops.Type;
import schuss.ops.Value;

/**
 * The part of a trace that compares a network's outputs with targets: losses and metrics.
 *
 * @param builder records the steps
 * @param outputs of the network, by name
 * @param batch the number of examples
 */
record Comparison(ProgramBuilder builder, Map<String, Value> outputs, int batch) {
    /**
     * Computes the mean loss, and adds losses and metrics to the totals.
     *
     * @param added losses that layers have added, one per example
     * @return the weight of the batch among the batches of an update: the number of examples, or the sum of their
     *     weights
     */
    Value losses(Goal goal, List<Spec> targets, boolean weighted, List<Value> added) {
        List<Objective> objectives = goal.objectives();
        builder.enter(Trace.LOSS);
        Map<String, Value> named = new LinkedHashMap<>();
        for (Spec spec : targets) {
            if (builder.inputs()
                    .containsKey(spec.name())) { // one buffer would serve both, and the loss compare x with x
                throw new IllegalArgumentException("target \"" + spec.name()
                        + "\": expected a name that no input of the network has, got one of "
                        + builder.inputs().keySet());
            }
            named.put(spec.name(), builder.input(spec.name(), new Type(spec.dtype(), spec.shape())));
        }
        List<Losses> all = new ArrayList<>();
        for (Objective objective : objectives) {
            all.add(losses(objective, named, weighted));
        }
        Value loss = total(objectives, all, added);
        builder.output(Trace.LOSS, loss);
        Value count = builder.apply(new Fill(Shape.of(), batch), List.of()).get(0);
        boolean single = all.size() == 1 && all.get(0).weights() != null;
        Value batchWeight = single ? all.get(0).weights().sum() : count;
        List<Value> gathered = new ArrayList<>(List.of(count));
        for (Losses losses : all) {
            gathered.add(losses.terms());
            gathered.add(losses.weights() == null ? count : losses.weights());
        }
        for (Watched watched : goal.metrics()) {
            builder.enter(watched.name());
            Value output = named("metric " + watched.name(), "output", outputs, watched.output());
            Value target = named("metric " + watched.name(), "target", named, watched.target());
            Value counted = counted(watched.target(), target, objectives, weighted);
            for (Value number : numbers(watched.metric(), watched.metric().forward(output, target))) {
                gathered.add(counted == null ? number : counting(number, counted));
            }
            gathered.add(counted == null ? count : counted);
        }
        gather(gathered);
        return batchWeight;
    }

    /**
     * The weight of each example in a metric: its own weight, and 0 where the loss of its target ignores it. Null for
     * 1.
     */
    private Value counted(String name, Value target, List<Objective> objectives, boolean weighted) {
        Value counted = null;
        for (Objective objective : objectives) {
            if (counted == null && objective.target().equals(name)) {
                counted = objective.loss().counted(target);
            }
        }
        if (weighted) {
            Value weights = builder.input(Trace.EXAMPLE_WEIGHTS, Type.f32(Shape.of(batch)));
            counted = counted == null ? weights : counted.mul(weights);
        }
        return counted;
    }

    /** Times the weight; 0 for an example of weight 0, even if its metric is NaN. */
    private static Value counting(Value number, Value counted) {
        return number.map(
                counted.reshape(number.shape()),
                (x, times) -> Expression.where(times, x.mul(times), Expression.constant(0)));
    }

    private static Value named(String who, String what, Map<String, Value> values, String name) {
        Value value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    who + ": expected an " + what + " of " + values.keySet() + ", got \"" + name + "\"");
        }
        return value;
    }

    private Losses losses(Objective objective, Map<String, Value> targets, boolean weighted) {
        Loss loss = objective.loss();
        String name = loss.getClass().getSimpleName();
        Value output = named(name, "output", outputs, objective.output());
        Value target = named(name, "target", targets, objective.target());
        if (target.dtype() != loss.targetType()) {
            throw new IllegalArgumentException(
                    name + ": expected targets of type " + loss.targetType() + ", got " + target.type());
        }
        Losses losses = loss.losses(output, target);
        Shape examples = Shape.of(output.shape().dim(0));
        if (weighted) {
            losses = losses.weighted(builder.input(Trace.EXAMPLE_WEIGHTS, Type.f32(examples)));
        }
        expectOnePerExample(name, "loss", losses.terms(), examples);
        if (losses.weights() != null) {
            expectOnePerExample(name, "weight", losses.weights(), examples);
        }
        return losses;
    }

    private static void expectOnePerExample(String loss, String what, Value value, Shape examples) {
        if (!value.shape().equals(examples)) {
            throw new IllegalArgumentException(
                    loss + ": expected one " + what + " per example " + examples + ", got " + value.shape());
        }
    }

    /** The sum of weight * mean over all losses. The losses of layers are added to those of the first objective. */
    private static Value total(List<Objective> objectives, List<Losses> all, List<Value> addedLosses) {
        Losses first = all.get(0);
        for (Value added : addedLosses) {
            double weight = objectives.get(0).weight();
            first = first.plus(weight == 1 ? added : added.mul(1 / weight));
        }
        all.set(0, first);
        Value total = null;
        for (int i = 0; i < all.size(); i++) {
            double weight = objectives.get(i).weight();
            Value mean = weight == 1 ? all.get(i).mean() : all.get(i).mean().mul(weight);
            total = total == null ? mean : total.add(mean);
        }
        return total;
    }

    /** The numbers of a metric one by one, each (batch) or (batch, 1). */
    private List<Value> numbers(Metric metric, Value all) {
        int count = metric.numbers();
        if (count == 1) {
            return List.of(all);
        }
        Shape expected = Shape.of(batch, count);
        if (!all.shape().equals(expected)) {
            throw new IllegalArgumentException(metric.name() + ": expected " + count + " numbers per example "
                    + expected + ", got " + all.shape());
        }
        return IntStream.range(0, count).mapToObj(i -> all.slice(1, i, i + 1)).toList();
    }

    /** Adds everything to the totals on the device, so that nothing has to be read back until somebody asks. */
    private void gather(List<Value> gathered) {
        builder.enter(Slots.TOTALS);
        builder.in(Section.UPDATE, () -> {
            Value totals = builder.slot(Slots.TOTALS, new Type(DType.F64, Shape.of(gathered.size())));
            for (int i = 0; i < gathered.size(); i++) {
                Value.outputs(new Accumulate(i), gathered.get(i), totals, Trace.flag(builder));
            }
        });
    }
}
