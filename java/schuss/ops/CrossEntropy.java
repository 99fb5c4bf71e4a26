package schuss.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * Cross-entropy of scores z (batch, classes) against integer labels t (batch), with weights w (classes), which are all 1
 * where no third input gives them. With L = log(sum(exp(z))), or L = 0 where the scores are log-probabilities already:
 *
 * <pre>{@code
 * loss = sum over c of a[c] * (L - z[c]),   a[c] = (1 - smoothing) * w[t] * (c == t) + smoothing / classes * w[c]
 * }</pre>
 *
 * <p>Without smoothing and weights that is L - z[t]. The outputs are the losses, the weights w[t] that a mean divides by,
 * and what the gradient needs of the forward pass: the largest score m of each row and sum(exp(z - m)). They are kept
 * apart since their logarithm would be lost beside a large m. An ignored label has loss and weight 0.
 *
 * <p>Gradient: dz[c] = (sum(a) * exp(z[c] - L) - a[c]) * dLoss, the first term only where L is not 0 by definition. That
 * of a class's weight follows from a, which is linear in w. Any other label outside 0..classes-1 gives NaN.
 *
 * @param logProbabilities whether z holds log-probabilities, else logits
 * @param smoothing the share of the target that is spread over all classes, in [0, 1)
 * @param ignored the label of examples that do not count, or null for none
 */
public record CrossEntropy(boolean logProbabilities, double smoothing, Integer ignored) implements Composite {
    public CrossEntropy {
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException("CrossEntropy: expected a smoothing in [0, 1), got " + smoothing);
        }
    }

    /** Of logits, without smoothing, every label counted. */
    public CrossEntropy() {
        this(false, 0, null);
    }

    /** Whether an example with this label does not count. */
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

    /** dScores of scores, labels, maximum, sum and dLoss, and perhaps class weights. */
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

        /** Whether dScores are dLoss times what only the labels decide: the formula of all others is made of this. */
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
