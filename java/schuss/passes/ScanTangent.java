package schuss.passes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.ir.ProgramBuilder;
import schuss.ir.Scan;
import schuss.ops.Fill;
import schuss.ops.Value;

/**
 * The tangent of a scan: a scan in the same direction that computes each iteration again and carries its tangents
 * along.
 */
final class ScanTangent {
    private ScanTangent() {}

    /** See {@link schuss.ops.Op#tangent}; for all outputs. */
    static List<Value> of(ProgramBuilder builder, Scan scan, Value[] x, Value... dx) {
        List<Value> given = List.copyOf(scan.body().inputs().values());
        List<Value> made = List.copyOf(scan.body().outputs().values());
        int carried = scan.carried();
        ProgramBuilder inner = ProgramBuilder.inside(builder);
        Map<Value, Value> values = new LinkedHashMap<>();
        Map<Value, Value> tangents = new LinkedHashMap<>();
        List<Value> states = new ArrayList<>(List.of(x).subList(0, carried));
        for (int i = 0; i < carried; i++) {
            values.put(given.get(i), inner.input("carried " + i, given.get(i).type()));
        }
        for (int i = 0; i < carried; i++) { // what is carried may begin to change on the way
            if (ScanGrad.isReal(given.get(i))) {
                Value tangent =
                        inner.input("tangent of carried " + i, given.get(i).type());
                tangents.put(values.get(given.get(i)), tangent);
                states.add(dx[i] != null ? dx[i] : zeros(builder, x[i]));
            }
        }
        List<Value> inputs = new ArrayList<>(states);
        int sequences = 0;
        for (int from : new int[] {carried, carried + scan.sequences()}) { // elements, then what stays the same
            int to = from == carried ? carried + scan.sequences() : given.size();
            for (int i = from; i < to; i++) {
                values.put(given.get(i), inner.input("input " + i, given.get(i).type()));
                inputs.add(x[i]);
                if (dx[i] != null) {
                    Value tangent =
                            inner.input("tangent of input " + i, given.get(i).type());
                    tangents.put(values.get(given.get(i)), tangent);
                    inputs.add(dx[i]);
                }
                sequences += from == carried ? (dx[i] != null ? 2 : 1) : 0;
            }
        }
        inner.copy(scan.body(), values);
        Map<Value, Value> changes = Tangent.of(inner, tangents);
        List<Value> innerStates = new ArrayList<>();
        List<Value> next = new ArrayList<>();
        for (int i = 0; i < carried; i++) {
            innerStates.add(values.get(given.get(i)));
            next.add(values.get(made.get(i)));
        }
        for (int i = 0; i < carried; i++) {
            if (ScanGrad.isReal(given.get(i))) {
                innerStates.add(tangents.get(values.get(given.get(i))));
                next.add(changeOf(changes, values.get(made.get(i)), inner));
            }
        }
        List<Value> outputs = new ArrayList<>();
        for (int i = carried; i < made.size(); i++) {
            if (ScanGrad.isReal(made.get(i))) {
                outputs.add(changeOf(changes, values.get(made.get(i)), inner));
            }
        }
        Scan doubled = new Scan(
                Drop.of(Scan.body(inner, innerStates, next, outputs)),
                states.size(),
                sequences,
                scan.steps(),
                scan.reverse());
        return sorted(builder.apply(doubled, inputs), made, carried);
    }

    /** The tangents in the order of the scan's outputs, which follow the state itself; null for integers. */
    private static List<Value> sorted(List<Value> results, List<Value> made, int carried) {
        List<Value> dy = new ArrayList<>();
        int at = carried;
        for (Value value : made) {
            dy.add(ScanGrad.isReal(value) ? results.get(at++) : null);
        }
        return dy;
    }

    private static Value changeOf(Map<Value, Value> changes, Value value, ProgramBuilder inner) {
        Value change = changes.get(value);
        return change != null ? change : zeros(inner, value);
    }

    private static Value zeros(ProgramBuilder builder, Value like) {
        return builder.apply(new Fill(like.shape(), 0), List.of()).get(0);
    }
}
