package schuss.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * The cross-entropy between scores and integer labels, for classification. Inputs: scores z f32(batch, classes), labels
 * t i32(batch) and, optionally, class weights w f32(classes), which are 1 if they are missing. With L =
 * log(sum(exp(z))), or L = 0 if the scores are log-probabilities already:
 *
 * <pre>{@code
 * loss = sum over c of a[c] * (L - z[c]),   a[c] = (1 - smoothing) * w[t] * (c == t) + smoothing / classes * w[c]
 * }</pre>
 *
 * <p>Without smoothing and weights this is L - z[t]. There are four outputs, each f32(batch): the losses; the weights
 * w[t], by whose sum a mean is divided; and, for the gradient, the largest score m of each row and sum(exp(z - m)).
 * These two are kept apart, since the logarithm of the sum would be lost beside a large m.
 *
 * <p>An ignored label has loss and weight 0. Any other label outside of 0 .. classes - 1 gives NaN.
 *
 * <p>Gradient: dz[c] = (sum(a) * exp(z[c] - L) - a[c]) * dLoss, without the first term for log-probabilities. The
 * gradient of the class weights follows from a, which is linear in w.
 *
 * @param logProbabilities whether z holds log-probabilities; otherwise logits
 * @param smoothing the share of the target that is spread evenly over all classes, in [0, 1)
 * @param ignored the label of examples that do not count, or null for none
 */
public record CrossEntropy(boolean logProbabilities, double smoothing, Integer ignored) implements Composite {
    /**
     * Creates the record; the smoothing is checked.
     *
     * @param logProbabilities whether z holds log-probabilities; otherwise logits
     * @param smoothing the share of the target that is spread evenly over all classes, in [0, 1)
     * @param ignored the label of examples that do not count, or null for none
     * @throws IllegalArgumentException if it is not in [0, 1)
     */
    public CrossEntropy {
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException("CrossEntropy: expected a smoothing in [0, 1), got " + smoothing);
        }
    }

    /** For logits, without smoothing; every label counts. */
    public CrossEntropy() {
        this(false, 0, null);
    }

    /**
     * {@return whether an example with this label does not count}
     *
     * @param label the label
     */
    public boolean ignores(int label) {
        return ignored != null && ignored == label;
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == 2 || inputs.size() == 3, "scores, labels, perhaps class weights", inputs.size());
        Type scores = inputs.get(0);
        Type labels = inputs.get(1);
        expect(scores.shape().rank() == 2 && scores.dtype() == DType.F32, "scores f32(batch, classes)", scores);
        Shape rows = Shape.of(scores.shape().dim(0));
        expect(labels.equals(new Type(DType.I32, rows)), "labels " + new Type(DType.I32, rows), labels);
        if (inputs.size() == 3) {
            Type weights = Type.f32(Shape.of(scores.shape().dim(1)));
            expect(inputs.get(2).equals(weights), "one weight per class, " + weights, inputs.get(2));
        }
        return Collections.nCopies(4, Type.f32(rows));
    }

    @Override
    public Call call(List<Type> inputs) {
        return call("cross_entropy_forward", inputs).withLastInputMissing(inputs.size() == 2);
    }

    private Call call(String function, List<Type> inputs) {
        Shape scores = inputs.get(0).shape();
        long none = ignored == null ? Long.MIN_VALUE : ignored; // no i32 label equals it
        return Call.of(
                "cross_entropy", function, scores.dim(0), scores.dim(1), Call.flag(logProbabilities), smoothing, none);
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        if (dy[2] != null || dy[3] != null) {
            return null; // as second derivatives ask for it
        }
        Value[] dx = new Value[x.length];
        if (dy[0] != null) {
            List<Value> inputs = new ArrayList<>(List.of(x[0], x[1], y[2], y[3], dy[0]));
            inputs.addAll(Arrays.asList(x).subList(2, x.length));
            dx[0] = Value.of(new Gradient(this), inputs.toArray(Value[]::new));
        }
        if (x.length == 3) {
            dx[2] = new CrossEntropyFormula(this, x).weightGradient(y[2], y[3], dy[0], dy[1]);
        }
        return Arrays.asList(dx);
    }

    @Override
    public List<Value> formula(Value[] x) {
        return new CrossEntropyFormula(this, x).forward(x.length == 3 ? x[2] : null);
    }

    /**
     * The gradient of {@link CrossEntropy} with respect to the scores. Inputs: scores, labels, the largest score and
     * the sum of each row, dLoss, and optionally class weights. Output: dScores (batch, classes).
     *
     * @param of the forward op
     */
    public record Gradient(CrossEntropy of) implements Composite {
        @Override
        public String name() {
            return "CrossEntropyGradient";
        }

        @Override
        public List<Type> infer(List<Type> inputs) {
            expect(
                    inputs.size() == 5 || inputs.size() == 6,
                    "scores, labels, maximum, sum, dLoss, perhaps class weights",
                    inputs.size() + " inputs");
            expect(inputs.get(0).dtype() == DType.F32, "scores f32(batch, classes)", inputs.get(0));
            Type rows = Type.f32(Shape.of(inputs.get(0).shape().dim(0)));
            expect(
                    inputs.subList(2, 5).stream().allMatch(rows::equals),
                    "one number per example, " + rows,
                    inputs.subList(2, 5));
            return List.of(inputs.get(0));
        }

        @Override
        public Call call(List<Type> inputs) {
            return of.call("cross_entropy_backward", inputs).withLastInputMissing(inputs.size() == 5);
        }

        /**
         * Whether dScores is dLoss times something that depends on the labels only: all other cases are composed of
         * this one.
         */
        private boolean isElementary(Value[] x) {
            return of.logProbabilities() && x.length == 5;
        }

        @Override
        public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
            if (!isElementary(x)) {
                return null;
            }
            Value each = Value.of(this, x[0], x[1], x[2], x[3], x[4].fill(x[4].shape(), 1));
            return Arrays.asList(null, null, null, null, each.mul(dy[0]).sum(-1));
        }

        @Override
        public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
            if (!isElementary(x)) {
                return null;
            }
            return Collections.singletonList(dx[4] == null ? null : Value.of(this, x[0], x[1], x[2], x[3], dx[4]));
        }

        @Override
        public List<Value> formula(Value[] x) {
            return new CrossEntropyFormula(of, x).backward(x[2], x[3], x[4], x.length == 6 ? x[5] : null);
        }
    }
}
