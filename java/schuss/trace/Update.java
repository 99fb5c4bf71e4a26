package schuss.trace;

import java.util.ArrayList;
import java.util.List;
import schuss.DType;
import schuss.Shape;
import schuss.ir.Place;
import schuss.ir.Program;
import schuss.ir.ProgramBuilder;
import schuss.ir.Section;
import schuss.ops.Blend;
import schuss.ops.ExpectFinite;
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
    /** The name of the output that is the norm of all gradients. */
    static final String NORM = "norm";

    private final ProgramBuilder builder;
    private final UpdateRule rule;
    private final Part part;
    private final Groups groups;
    private final Value batchWeight;
    private Value gradients;
    private Value norm;
    private Value share; // 1 / weight of all batches; null where there is one

    /** @param batchWeight what the batch's mean loss counts beside those of the other batches of its update */
    Update(ProgramBuilder builder, UpdateRule rule, Part part, Declarations declarations, Value batchWeight) {
        this.builder = builder;
        this.rule = rule;
        this.part = part;
        this.groups = Groups.of(rule, declarations);
        this.batchWeight = batchWeight;
    }

    /** @param followed what states are to follow: none does where one of these is not finite */
    void record(List<Value> followed) {
        // in front of what layers and totals want updated: it decides whether anything is
        builder.first(Section.UPDATE, () -> {
            builder.enter("guard");
            gradients = builder.whole(Slots.GRADIENTS);
            if (part != Part.WHOLE) {
                gather();
            }
            Value loss = builder.outputs().get(Trace.LOSS);
            norm = Value.of(new Guard(), loss, gradients, Trace.flag(builder));
            if (!followed.isEmpty()) {
                expectFinite(builder, followed);
            }
        });
        builder.in(Section.UPDATE, () -> {
            if (part == Part.WHOLE || part == Part.LAST) {
                step();
                limitNorms();
                average();
            }
        });
        builder.output(NORM, norm);
    }

    /** Sums the batches' gradients, each times what its loss weighs, and these weights: so every example counts alike. */
    private void gather() {
        boolean first = part == Part.FIRST;
        Value own = Value.of(new Pointwise(Expression.input(0), 1), batchWeight);
        Value weighted = gradients.mul(batchWeight);
        Value former = scalar(Slots.UPDATE_WEIGHT);
        Value weights = first ? own : former.add(batchWeight);
        Value sum = likeParameters(Slots.ACCUMULATED);
        gradients = first ? weighted : sum.add(weighted);
        builder.place(weights, Place.whole(Slots.UPDATE_WEIGHT));
        builder.place(gradients, Place.whole(Slots.ACCUMULATED));
        share = weights.map(w -> Expression.where(w, w.reciprocal(), Expression.constant(0)));
    }

    private void step() {
        builder.enter("clip");
        Value scale = scale();
        builder.enter("optimizer");
        List<Value> inputs = new ArrayList<>();
        inputs.add(builder.whole(Slots.PARAMETERS));
        inputs.add(gradients);
        for (String state : rule.optimizer().state()) {
            inputs.add(likeParameters(Slots.optimizer(state)));
        }
        byte[] table = groups.table();
        inputs.add(builder.slot(Slots.GROUPS, new Type(DType.U8, Shape.of(table.length))));
        Shape coefficients = Shape.of(groups.count(), OptimizerStep.GROUP_COEFFICIENTS);
        inputs.add(builder.slot(Slots.COEFFICIENTS, Type.f32(coefficients)));
        inputs.add(Trace.flag(builder));
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
            builder.enter("max-norm");
            Value.outputs(new MaxNorm(groups.maxNorms()), builder.whole(Slots.PARAMETERS), Trace.flag(builder));
        }
    }

    private void average() {
        builder.enter("average");
        Value parameters = builder.whole(Slots.PARAMETERS);
        switch (rule.averaging()) {
            case NONE -> {}
            case EXPONENTIAL ->
                Value.outputs(
                        new Blend(1 - rule.averageDecay()),
                        parameters,
                        likeParameters(Slots.AVERAGE),
                        Trace.flag(builder));
            case UNIFORM -> {
                Value average = likeParameters(Slots.AVERAGE);
                Value next = average.add(parameters.sub(average).mul(scalar(Slots.AVERAGE_WEIGHT)));
                Value.outputs(new Blend(1), next, average, Trace.flag(builder));
            }
        }
    }

    /** Whether what updates have made is finite: raises the flag where it is not. */
    static Program check(Declarations declarations, UpdateRule rule) {
        ProgramBuilder builder = new ProgramBuilder();
        List<String> slots = new ArrayList<>(List.of(Slots.PARAMETERS));
        rule.optimizer().state().forEach(state -> slots.add(Slots.optimizer(state)));
        if (rule.averaging() != UpdateRule.Averaging.NONE) {
            slots.add(Slots.AVERAGE);
        }
        builder.enter("guard");
        builder.in(Section.UPDATE, () -> {
            List<Value> values = new ArrayList<>();
            for (String slot : slots) {
                builder.declare(slot, DType.F32, declarations.layout(), slot.equals(Slots.PARAMETERS));
                values.add(builder.whole(slot));
            }
            expectFinite(builder, values);
        });
        return builder.build();
    }

    private static void expectFinite(ProgramBuilder builder, List<Value> values) {
        List<Value> inputs = new ArrayList<>(List.of(Trace.flag(builder)));
        inputs.addAll(values);
        Value.outputs(new ExpectFinite(), inputs.toArray(Value[]::new));
    }

    private Value scalar(String slot) {
        return builder.slot(slot, Type.f32(Shape.of()));
    }

    /** All of a slot that is laid out as the parameters are. */
    private Value likeParameters(String slot) {
        builder.declare(slot, DType.F32, builder.layout(Slots.PARAMETERS), false);
        return builder.whole(slot);
    }
}
