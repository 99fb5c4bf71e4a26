package schuss.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import schuss.DType;
import schuss.Shape;
import schuss.ir.Place;
import schuss.ir.Program;
import schuss.ir.ProgramBuilder;
import schuss.ir.Section;
import schuss.ops.Blend;
import schuss.ops.CopyRows;
import schuss.ops.ExpectFinite;
import schuss.ops.ExpectFiniteRows;
import schuss.ops.Expression;
import schuss.ops.Guard;
import schuss.ops.MaxNorm;
import schuss.ops.Pointwise;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.optim.OptimizerStep;
import schuss.optim.UpdateRule;

/**
 * Appends the UPDATE section of a training program: the sum of several batches' gradients; the guard, which blocks
 * everything after it if a number is not finite; then, after the updates that layers asked for, the rule's own:
 * optimiser, max-norm, average.
 */
final class Update {
    /** The name of the output that is the norm of all gradients. */
    static final String NORM = "norm";

    private final ProgramBuilder builder;
    private final UpdateRule rule;
    private final Part part;
    private final Declarations declarations;
    private final Groups groups;
    private final List<TableUpdate> tables = new ArrayList<>();
    private final Value batchWeight;
    private Value gradients;
    private Value norm;
    private Value share; // 1 / weight of all batches; null where there is one

    /** @param batchWeight what the batch's mean loss counts beside those of the other batches of its update */
    Update(ProgramBuilder builder, UpdateRule rule, Part part, Declarations declarations, Value batchWeight) {
        this.builder = builder;
        this.rule = rule;
        this.part = part;
        this.declarations = declarations;
        this.groups = Groups.of(rule, declarations);
        this.batchWeight = batchWeight;
    }

    /**
     * Appends everything.
     *
     * @param followed values that states are updated from; if one is not finite, no state is updated
     * @param lookedUp the gradients of tables of which only rows change
     */
    void record(List<Value> followed, List<TableGradient> lookedUp) {
        lookedUp.forEach(table -> tables.add(new TableUpdate(builder, rule, part, table)));
        // in front of what layers and totals want updated: it decides whether anything is
        builder.first(Section.UPDATE, () -> {
            builder.enter("guard");
            gradients = builder.front(Slots.GRADIENTS);
            if (part != Part.WHOLE) {
                gather();
            }
            Value loss = builder.outputs().get(Trace.LOSS);
            norm = Value.of(new Guard(), loss, gradients, Trace.flag(builder));
            for (TableUpdate table : tables) {
                table.gather(batchWeight);
                norm = table.norm(norm, loss);
            }
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

    /**
     * Sums the batches' gradients, each times the weight of its batch, and these weights, so that every example counts
     * the same.
     */
    private void gather() {
        boolean first = part == Part.FIRST;
        Value own = Value.of(new Pointwise(Expression.input(0), 1), batchWeight);
        Value weighted = gradients.mul(batchWeight);
        Value former = scalar(Slots.UPDATE_WEIGHT);
        Value weights = first ? own : former.add(batchWeight);
        Value sum = front(Slots.ACCUMULATED);
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
        inputs.add(builder.front(Slots.PARAMETERS));
        inputs.add(gradients);
        for (String state : rule.optimizer().state()) {
            inputs.add(front(Slots.optimizer(state)));
        }
        byte[] table = groups.table();
        inputs.add(builder.slot(Slots.GROUPS, new Type(DType.U8, Shape.of(table.length))));
        inputs.add(groups.coefficients(builder));
        inputs.add(Trace.flag(builder));
        if (scale != null) {
            inputs.add(scale);
        }
        long elements = builder.layout(Slots.PARAMETERS).front();
        byte[] changed = Arrays.copyOf(table, (int) (elements / OptimizerStep.GROUP_ELEMENTS));
        Value.outputs(
                new OptimizerStep(rule.optimizer(), groups.terms(scale != null), OptimizerStep.runs(changed)),
                inputs.toArray(Value[]::new));
        tables.forEach(each -> each.step(groups, scale));
    }

    /** The factor of all gradients, from the mean over batches and from clipping; null for 1. */
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
            declarations.tables().stream().filter(groups::limitsNorms).forEach(this::markAll);
        }
    }

    /** Marks all rows of a table as changed. */
    private void markAll(String table) {
        Value marks = changedRows(builder, declarations, table);
        builder.place(marks.fill(marks.shape(), 1), new Place(Slots.CHANGED_ROWS, table));
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

    /** Raises the flag if a result of updates is not finite. */
    static Program check(Declarations declarations, UpdateRule rule) {
        ProgramBuilder builder = new ProgramBuilder();
        List<String> slots = new ArrayList<>(List.of(Slots.PARAMETERS));
        rule.optimizer().state().forEach(state -> slots.add(Slots.optimizer(state)));
        builder.enter("guard");
        builder.in(Section.UPDATE, () -> {
            List<Value> values = new ArrayList<>();
            for (String slot : slots) {
                builder.declare(slot, DType.F32, declarations.layout(), slot.equals(Slots.PARAMETERS));
                values.add(builder.front(slot));
            }
            if (rule.averaging() != UpdateRule.Averaging.NONE) {
                builder.declare(Slots.AVERAGE, DType.F32, declarations.layout(), false);
                values.add(builder.whole(Slots.AVERAGE));
            }
            expectFinite(builder, values);
            for (String path : declarations.tables()) {
                Value changed = changedRows(builder, declarations, path);
                slots.forEach(slot -> Value.outputs(
                        new ExpectFiniteRows(), builder.tensor(slot, path), changed, Trace.flag(builder)));
            }
        });
        return builder.build();
    }

    private static Value changedRows(ProgramBuilder builder, Declarations declarations, String path) {
        builder.declare(Slots.CHANGED_ROWS, DType.F32, declarations.rows(), false);
        return builder.tensor(Slots.CHANGED_ROWS, path);
    }

    /** Copies what updates have changed to where predictions read it; afterwards no row counts as changed. */
    static Program publish(Declarations declarations) {
        ProgramBuilder builder = new ProgramBuilder();
        for (String slot : List.of(Slots.PARAMETERS, Slots.PUBLISHED)) {
            builder.declare(slot, DType.F32, declarations.layout(), true);
        }
        builder.enter("publish");
        builder.in(Section.UPDATE, () -> {
            Value parameters = builder.front(Slots.PARAMETERS);
            Value.outputs(new Blend(1), parameters, builder.front(Slots.PUBLISHED), Trace.flag(builder));
            for (String path : declarations.tables()) {
                Value.outputs(
                        new CopyRows(),
                        builder.tensor(Slots.PARAMETERS, path),
                        builder.tensor(Slots.PUBLISHED, path),
                        changedRows(builder, declarations, path));
            }
            Value none = parameters.fill(declarations.rows().flat(), 0);
            builder.place(none, Place.whole(Slots.CHANGED_ROWS));
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

    /** The part without tables of a slot that is laid out like the parameters. */
    private Value front(String slot) {
        builder.declare(slot, DType.F32, builder.layout(Slots.PARAMETERS), false);
        return builder.front(slot);
    }

    /** All of a slot that is laid out like the parameters. */
    private Value likeParameters(String slot) {
        builder.declare(slot, DType.F32, builder.layout(Slots.PARAMETERS), false);
        return builder.whole(slot);
    }
}
