package schuss.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import schuss.DType;
import schuss.Shape;
import schuss.ir.Layout;
import schuss.ir.Place;
import schuss.ir.ProgramBuilder;
import schuss.ops.CopyRows;
import schuss.ops.Expression;
import schuss.ops.GroupRows;
import schuss.ops.Guard;
import schuss.ops.Literal;
import schuss.ops.Pointwise;
import schuss.ops.PutRows;
import schuss.ops.ScatterAdd;
import schuss.ops.Value;
import schuss.optim.OptimizerStep;
import schuss.optim.UpdateRule;

/**
 * The update of a table, such as an embedding, of which only rows that were looked up change. If an update has one
 * batch, the rows are taken out, updated like any parameter, and put back. If it has several, the rows are known only
 * at its end: then a copy of the whole table is updated and the used rows are taken from it.
 */
final class TableUpdate {
    private final ProgramBuilder builder;
    private final UpdateRule rule;
    private final Part part;
    private final TableGradient table;
    private final int rows;
    private final int size;
    private Value used; // the rows, by number, or by a mark for each
    private Value gradients;

    TableUpdate(ProgramBuilder builder, UpdateRule rule, Part part, TableGradient table) {
        this.builder = builder;
        this.rule = rule;
        this.part = part;
        this.table = table;
        this.rows = table.shape().dim(0);
        this.size = (int) (table.shape().size() / rows);
    }

    /** Adds up the gradients by row; with several batches, each times the weight of its batch. */
    void gather(Value batchWeight) {
        if (part == Part.WHOLE) {
            List<Value> grouped = Value.outputs(
                    new GroupRows(rows, wholeGroups(table.indices().shape().dim(0))),
                    table.gradients(),
                    table.indices());
            gradients = grouped.get(0);
            used = grouped.get(1);
            builder.output(Programs.rowsOf(table.path()), used);
            builder.output(Programs.gradientOf(Programs.rowsOf(table.path())), gradients);
        } else {
            accumulate(batchWeight);
        }
        mark(tensor(Slots.CHANGED_ROWS));
    }

    /** The number of rows, rounded up until they fill whole groups of elements. */
    private int wholeGroups(int count) {
        int full = (int) (OptimizerStep.GROUP_ELEMENTS / greatestDivisor(size, OptimizerStep.GROUP_ELEMENTS));
        return (count + full - 1) / full * full;
    }

    private static long greatestDivisor(long a, long b) {
        return b == 0 ? a : greatestDivisor(b, a % b);
    }

    private void accumulate(Value batchWeight) {
        Value own = Value.of(new ScatterAdd(rows), table.gradients(), table.indices());
        builder.place(own, new Place(Slots.GRADIENTS, table.path()));
        Value weighted = own.reshape(table.shape()).mul(batchWeight);
        if (part == Part.FIRST) {
            gradients = weighted;
            used = table.gradients().fill(Shape.of(rows), 0);
            declare(Slots.USED_ROWS);
            builder.place(used, new Place(Slots.USED_ROWS, table.path()));
        } else {
            gradients = tensor(Slots.ACCUMULATED).add(weighted);
            used = tensor(Slots.USED_ROWS);
        }
        builder.place(gradients, new Place(Slots.ACCUMULATED, table.path()));
        mark(used);
    }

    private void mark(Value marks) {
        Value ones = table.gradients().fill(table.indices().shape(), 1);
        Value.outputs(new PutRows(), marks, table.indices(), ones);
    }

    /** The norm of other gradients and these together. The guard has checked both. */
    Value norm(Value others, Value loss) {
        Value own = Value.of(new Guard(), loss, flat(gradients), Trace.flag(builder));
        return others.map(own, (a, b) -> {
            Expression larger = a.max(b); // squares of a norm may overflow where the norm does not
            Expression share = a.min(b).div(larger);
            Expression length =
                    larger.mul(share.square().add(Expression.constant(1)).sqrt());
            return Expression.where(larger.greater(Expression.constant(0)), length, larger);
        });
    }

    /** Applies the optimiser. */
    void step(Groups groups, Value scale) {
        List<String> states = rule.optimizer().state();
        List<Value> changed = new ArrayList<>();
        changed.add(taken(tensor(Slots.PARAMETERS)));
        states.forEach(state -> changed.add(taken(tensor(Slots.optimizer(state)))));
        List<Value> inputs = new ArrayList<>(changed);
        inputs.add(1, part == Part.WHOLE ? flat(gradients) : padded(gradients));
        long elements = changed.get(0).shape().size();
        byte[] group = new byte[Math.toIntExact(elements / OptimizerStep.GROUP_ELEMENTS)];
        Arrays.fill(group, groups.of(table.path()));
        inputs.add(table.gradients().constant(Literal.of(Shape.of(group.length), group)));
        inputs.add(groups.coefficients(builder));
        inputs.add(Trace.flag(builder));
        if (scale != null) {
            inputs.add(scale);
        }
        Value.outputs(
                new OptimizerStep(rule.optimizer(), groups.terms(scale != null), OptimizerStep.runs(group)),
                inputs.toArray(Value[]::new));
        putBack(changed.get(0), tensor(Slots.PARAMETERS));
        for (int i = 0; i < states.size(); i++) {
            putBack(changed.get(1 + i), tensor(Slots.optimizer(states.get(i))));
        }
    }

    /** The numbers to be changed, in whole groups. */
    private Value taken(Value whole) {
        return part == Part.WHOLE ? flat(whole.gather(used)) : padded(whole);
    }

    private void putBack(Value changed, Value whole) {
        if (part == Part.WHOLE) {
            Value.outputs(new PutRows(), whole, used, changed);
        } else {
            Value.outputs(new CopyRows(), changed, whole, used);
        }
    }

    private static Value flat(Value value) {
        return value.reshape(Shape.of(Math.toIntExact(value.shape().size())));
    }

    private static Value padded(Value value) {
        long size = value.shape().size();
        int more = Math.toIntExact(Layout.padded(size) - size);
        Value flat = flat(value);
        return more > 0
                ? flat.pad(new int[1], new int[] {more})
                : Value.of(new Pointwise(Expression.input(0), 1), flat);
    }

    private void declare(String slot) {
        boolean marks = slot.equals(Slots.CHANGED_ROWS) || slot.equals(Slots.USED_ROWS);
        builder.declare(slot, DType.F32, marks ? table.marks() : builder.layout(Slots.PARAMETERS), false);
    }

    /** The table in a slot that has the layout of the parameters, or its marks. */
    private Value tensor(String slot) {
        declare(slot);
        return builder.tensor(slot, table.path());
    }
}
