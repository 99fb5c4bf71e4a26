package schuss.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.DType;
import schuss.Shape;
import schuss.ops.Blend;
import schuss.ops.Expression;
import schuss.ops.Guard;
import schuss.ops.Pointwise;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.optim.MaxNorm;
import schuss.optim.OptimizerStep;
import schuss.optim.UpdateRule;

/**
 * Appends what training changes: the sum of several batches' gradients, the guard, which can stop all that follows, and
 * after what the layers want updated the rule's own: optimiser, max-norm, average.
 */
final class Update {
    private final Trace trace;
    private final UpdateRule rule;
    private final Request.Part part;
    private final Groups groups;
    private final Map<Value, Variable> written = new LinkedHashMap<>();
    private Value gradients;
    private Value norm;
    private Value share; // 1 / weight of all batches; null where there is one

    private Update(Trace trace, Request request) {
        this.trace = trace;
        this.rule = request.update();
        this.part = request.part();
        this.groups = Groups.of(rule, trace.layout());
    }

    static Program run(Program program, Request request) {
        return request.update() == null ? program : new Update(program.trace(), request).apply(program);
    }

    private Program apply(Program program) {
        List<Step> guard = trace.record(Section.UPDATE, () -> {
            trace.enter("guard");
            gradients = whole(Variable.Kind.GRADIENTS, 0);
            if (part != Request.Part.WHOLE) {
                gather();
            }
            norm = Value.of(new Guard(), program.output(Trace.LOSS), gradients, trace.flag());
        });
        List<Step> update = trace.record(Section.UPDATE, () -> {
            if (part == Request.Part.WHOLE || part == Request.Part.LAST) {
                step();
                limitNorms();
                average();
            }
        });
        List<Step> steps = new ArrayList<>();
        program.steps().stream().filter(s -> s.section() != Section.UPDATE).forEach(steps::add);
        steps.addAll(guard);
        program.steps().stream().filter(s -> s.section() == Section.UPDATE).forEach(steps::add);
        steps.addAll(update);
        Map<Value, Variable> variables = new LinkedHashMap<>(program.variables());
        variables.putAll(trace.byValue());
        variables.putAll(written);
        Map<String, Value> outputs = new LinkedHashMap<>(program.outputs());
        outputs.put(Trace.NORM, norm);
        return new Program(trace, steps, variables, outputs);
    }

    /** Sums the batches' gradients, each times what its loss weighs, and these weights: so every example counts alike. */
    private void gather() {
        boolean first = part == Request.Part.FIRST;
        Value weight = trace.batchWeight();
        Value own = Value.of(new Pointwise(Expression.input(0), 1), weight);
        Value weighted = gradients.mul(weight);
        Value weights = first ? own : scalar(Variable.WEIGHT).add(weight);
        gradients = first ? weighted : whole(Variable.Kind.GATHERED, 0).add(weighted);
        written.put(weights, new Variable(Variable.Kind.SCALAR, Variable.WEIGHT, ""));
        written.put(gradients, new Variable(Variable.Kind.GATHERED, 0, ""));
        share = weights.map(w -> Expression.where(w, w.reciprocal(), Expression.constant(0)));
    }

    private void step() {
        trace.enter("clip");
        Value scale = scale();
        trace.enter("optimizer");
        List<Value> inputs = new ArrayList<>();
        inputs.add(whole(Variable.Kind.PARAMETERS, 0));
        inputs.add(gradients);
        for (int i = 0; i < rule.optimizer().state().size(); i++) {
            inputs.add(whole(Variable.Kind.STATE, i));
        }
        byte[] table = groups.table();
        inputs.add(trace.variable(Variable.whole(Variable.Kind.GROUPS), new Type(DType.U8, Shape.of(table.length))));
        Shape coefficients = Shape.of(groups.count(), OptimizerStep.GROUP_COEFFICIENTS);
        inputs.add(trace.variable(Variable.whole(Variable.Kind.COEFFICIENTS), Type.f32(coefficients)));
        inputs.add(trace.flag());
        if (scale != null) {
            inputs.add(scale);
        }
        Value.outputs(
                new OptimizerStep(rule.optimizer(), groups.terms(scale != null), OptimizerStep.runs(table)),
                inputs.toArray(Value[]::new));
    }

    /** The factor of all gradients, of the mean and of clipping; null for 1. */
    private Value scale() {
        Expression sum = Expression.input(0);
        double most = rule.clipNorm();
        if (most == Double.POSITIVE_INFINITY) {
            norm = share == null ? norm : norm.mul(share);
            return share;
        }
        // both from the norm of the sum: clipped gradients then have the norm most, whatever rounds
        Expression limit = Expression.constant(most);
        Value sumNorm = norm;
        if (share == null) {
            Expression clipped = Expression.where(sum.greater(limit), limit.div(sum), Expression.constant(1));
            return Value.of(new Pointwise(clipped, 1), sumNorm);
        }
        norm = sumNorm.mul(share);
        Expression mean = Expression.input(1);
        Expression clipped = Expression.where(sum.mul(mean).greater(limit), limit.div(sum), mean);
        return Value.of(new Pointwise(clipped, 2), sumNorm, share);
    }

    private void limitNorms() {
        if (!groups.maxNorms().isEmpty()) {
            trace.enter("max-norm");
            Value.outputs(new MaxNorm(groups.maxNorms()), whole(Variable.Kind.PARAMETERS, 0), trace.flag());
        }
    }

    private void average() {
        trace.enter("average");
        Value parameters = whole(Variable.Kind.PARAMETERS, 0);
        switch (rule.averaging()) {
            case NONE -> {}
            case EXPONENTIAL ->
                Value.outputs(
                        new Blend(1 - rule.averageDecay()), parameters, whole(Variable.Kind.AVERAGE, 0), trace.flag());
            case UNIFORM -> {
                Value average = whole(Variable.Kind.AVERAGE, 0);
                Value next = average.add(parameters.sub(average).mul(scalar(Variable.AVERAGE_WEIGHT)));
                Value.outputs(new Blend(1), next, average, trace.flag());
            }
        }
    }

    private Value scalar(int index) {
        return trace.variable(new Variable(Variable.Kind.SCALAR, index, ""), Type.f32(Shape.of()));
    }

    private Value whole(Variable.Kind kind, int index) {
        return trace.variable(
                new Variable(kind, index, ""), Type.f32(trace.layout().shape()));
    }
}
