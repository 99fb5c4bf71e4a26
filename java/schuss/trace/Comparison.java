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
 * Compares a network's outputs with targets: the part of a trace that computes losses and metrics.
 *
 * @param outputs of the network, by name
 * @param batch examples
 */
record Comparison(ProgramBuilder builder, Map<String, Value> outputs, int batch) {
    /**
     * Computes the mean loss, and gathers losses and metrics in the totals.
     *
     * @param added to each example's loss, by layers
     * @return what the batch's mean loss counts beside those of the other batches of an update: examples or their weights
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

    /** What each example counts in a metric: its weight, and nothing where the loss of its target ignores it. */
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

    /** Nothing is what an example adds that does not count, even where it has no number. */
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

    /** sum(weight * mean); what layers add counts as the first loss's examples do. */
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

    /** A metric's numbers one by one, (batch) or (batch, 1) each. */
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

    /** Sums examples, losses and metrics, so that nothing needs to be read back until somebody asks. */
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
