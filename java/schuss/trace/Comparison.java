package schuss.trace;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        List<Summed> gathered = new ArrayList<>(List.of(new Summed(count, 1)));
        for (Losses losses : all) {
            gathered.add(new Summed(losses.terms(), 1));
            gathered.add(new Summed(losses.weights() == null ? count : losses.weights(), 1));
        }
        for (Watched watched : goal.metrics()) {
            builder.enter(watched.name());
            Value output = named("metric " + watched.name(), "output", outputs, watched.output());
            Value target = named("metric " + watched.name(), "target", named, watched.target());
            Value counted = counted(watched.target(), target, objectives, weighted);
            int numbers = watched.metric().numbers(output.shape().tail());
            Value made = watched.metric().forward(output, target);
            expectNumbers(watched.metric(), numbers, made);
            gathered.add(new Summed(counted == null ? made : counting(made, counted), numbers));
            gathered.add(new Summed(counted == null ? count : counted, 1));
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
    private Value counting(Value number, Value counted) {
        boolean several = number.shape().size() != counted.shape().size();
        return number.map(
                counted.reshape(several ? Shape.of(batch, 1) : number.shape()),
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

    /** Fails unless there are so many numbers for each example. */
    private void expectNumbers(Metric metric, int count, Value made) {
        Shape expected = count == 1 ? Shape.of(batch) : Shape.of(batch, count);
        boolean fits = count == 1 ? made.shape().size() == batch : made.shape().equals(expected);
        if (!fits) {
            throw new IllegalArgumentException(metric.name() + ": expected " + count
                    + (count == 1 ? " number" : " numbers") + " per example " + expected + ", got " + made.shape());
        }
    }

    /** Numbers of every example (batch, columns), whose columns are summed. */
    private record Summed(Value numbers, int columns) {}

    /** Adds everything to the totals on the device, so that nothing has to be read back until somebody asks. */
    private void gather(List<Summed> gathered) {
        builder.enter(Slots.TOTALS);
        builder.in(Section.UPDATE, () -> {
            int count = gathered.stream().mapToInt(Summed::columns).sum();
            Value totals = builder.slot(Slots.TOTALS, new Type(DType.F64, Shape.of(count)));
            int at = 0;
            for (Summed summed : gathered) {
                Value.outputs(new Accumulate(at, summed.columns()), summed.numbers(), totals, Trace.flag(builder));
                at += summed.columns();
            }
        });
    }
}
