package schuss.passes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.ir.Program;
import schuss.ir.ProgramBuilder;
import schuss.ir.Scan;
import schuss.ops.Fill;
import schuss.ops.Value;

/**
 * The gradient of a scan: a scan in the opposite direction. Each of its iterations computes the forward iteration again
 * from the state that was kept, and then the gradients. Memory is needed for the states only, not for everything an
 * iteration computes.
 */
final class ScanGrad {
    private final ProgramBuilder builder;
    private final Scan scan;
    private final Value[] x;
    private final Value[] y;
    private final Value[] dy;
    private final int carried;
    private final int sequences;

    private ScanGrad(ProgramBuilder builder, Scan scan, Value[] x, Value[] y, Value... dy) {
        this.builder = builder;
        this.scan = scan;
        this.x = x;
        this.y = y;
        this.dy = dy;
        this.carried = scan.carried();
        this.sequences = scan.sequences();
    }

    /** See {@link schuss.ops.Op#gradient}. */
    static List<Value> of(ProgramBuilder builder, Scan scan, Value[] x, Value[] y, Value... dy) {
        return new ScanGrad(builder, scan, x, y, dy).apply();
    }

    private List<Value> apply() {
        List<Value> made = List.copyOf(scan.body().outputs().values());
        List<Value> given = List.copyOf(scan.body().inputs().values());
        ProgramBuilder inner = ProgramBuilder.inside(builder);
        List<Value> states =
                new ArrayList<>(); // carried backwards: gradients of what is carried, then sums for constants
        List<Value> elements = new ArrayList<>();
        List<Value> constants = new ArrayList<>();
        List<Value> innerStates = new ArrayList<>();
        for (int i = 0; i < carried; i++) {
            if (isReal(given.get(i))) {
                innerStates.add(
                        inner.input("gradient of carried " + i, given.get(i).type()));
                states.add(dy[i] != null ? dy[i] : zeros(x[i]));
            } else {
                innerStates.add(null);
            }
        }
        List<Value> sums = new ArrayList<>();
        for (int i = carried + sequences; i < x.length; i++) {
            boolean real = isReal(given.get(i));
            sums.add(real ? inner.input("sum of gradients " + i, given.get(i).type()) : null);
            if (real) {
                states.add(zeros(x[i]));
            }
        }
        // the forward step again: its inputs in their order, and the gradients of what it put out
        Map<Value, Value> values = new LinkedHashMap<>();
        for (int i = 0; i < carried; i++) {
            values.put(given.get(i), inner.input("carried " + i, given.get(i).type()));
            elements.add(y[y.length - carried + i]);
        }
        for (int i = carried; i < carried + sequences; i++) {
            values.put(given.get(i), inner.input("element " + i, given.get(i).type()));
            elements.add(x[i]);
        }
        Map<Integer, Value> innerDy = new LinkedHashMap<>();
        for (int i = carried; i < dy.length; i++) {
            if (dy[i] != null) {
                innerDy.put(
                        i, inner.input("gradient of output " + i, made.get(i).type()));
                elements.add(dy[i]);
            }
        }
        for (int i = carried + sequences; i < x.length; i++) {
            values.put(given.get(i), inner.input("constant " + i, given.get(i).type()));
            constants.add(x[i]);
        }
        inner.copy(scan.body(), values);
        Map<Value, Value> factors = new LinkedHashMap<>();
        for (int i = 0; i < carried; i++) {
            if (innerStates.get(i) != null) {
                factors.merge(values.get(made.get(i)), innerStates.get(i), Value::add);
            }
        }
        innerDy.forEach((i, gradient) -> factors.merge(values.get(made.get(i)), gradient, Value::add));
        List<Value> wanted =
                given.stream().filter(ScanGrad::isReal).map(values::get).toList();
        Map<Value, Value> gradients = Grad.of(inner, factors, wanted);

        List<Value> backStates = new ArrayList<>();
        List<Value> next = new ArrayList<>();
        for (int i = 0; i < carried; i++) {
            if (innerStates.get(i) != null) {
                backStates.add(innerStates.get(i));
                next.add(gradientOf(gradients, values.get(given.get(i)), inner));
            }
        }
        for (int i = carried + sequences; i < x.length; i++) {
            Value sum = sums.get(i - carried - sequences);
            if (sum != null) {
                Value gradient = gradients.get(values.get(given.get(i)));
                backStates.add(sum);
                next.add(gradient == null ? sum : sum.add(gradient));
            }
        }
        List<Value> outputs = new ArrayList<>();
        for (int i = carried; i < carried + sequences; i++) {
            if (isReal(given.get(i))) {
                outputs.add(gradientOf(gradients, values.get(given.get(i)), inner));
            }
        }
        Program body = Drop.of(Scan.body(inner, backStates, next, outputs));
        List<Value> inputs = new ArrayList<>(states);
        inputs.addAll(elements);
        inputs.addAll(constants);
        Scan backward = new Scan(body, next.size(), elements.size(), scan.steps(), !scan.reverse());
        return sorted(builder.apply(backward, inputs), given, next.size());
    }

    /** The results in the order of the forward scan's inputs. */
    private List<Value> sorted(List<Value> results, List<Value> given, int stateCount) {
        List<Value> dx = new ArrayList<>();
        int state = 0;
        int output = stateCount;
        for (int i = 0; i < carried; i++) {
            dx.add(isReal(given.get(i)) ? results.get(state++) : null);
        }
        for (int i = carried; i < carried + sequences; i++) {
            dx.add(isReal(given.get(i)) ? results.get(output++) : null);
        }
        for (int i = carried + sequences; i < given.size(); i++) {
            dx.add(isReal(given.get(i)) ? results.get(state++) : null);
        }
        return dx;
    }

    private static Value gradientOf(Map<Value, Value> gradients, Value value, ProgramBuilder inner) {
        Value gradient = gradients.get(value);
        return gradient != null
                ? gradient
                : inner.apply(new Fill(value.shape(), 0), List.of()).get(0);
    }

    private Value zeros(Value like) {
        return builder.apply(new Fill(like.shape(), 0), List.of()).get(0);
    }

    static boolean isReal(Value value) {
        return value.dtype().isFloatingPoint();
    }
}
