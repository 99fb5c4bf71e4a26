package schuss.ops;

import java.util.ArrayList;
import java.util.List;

/**
 * {@link BatchNorm} with the residual and the ReLU behind it in one pass over memory: y = relu(batchNorm(x) +
 * residual). The fusion pass makes it, after differentiation. Inputs: x, scale, shift and, if {@code add}, the
 * residual.
 *
 * @param epsilon added to the variance
 * @param add whether a fourth input of x's shape is added
 * @param relu whether negative results become 0
 */
public record FusedBatchNorm(double epsilon, boolean add, boolean relu) implements Op {
    @Override
    public String name() {
        return "BatchNorm" + (add ? " + residual" : "") + (relu ? " relu" : "");
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == (add ? 4 : 3), add ? "4 inputs" : "3 inputs", inputs.size());
        Type x = inputs.get(0);
        expect(inputs.get(inputs.size() - 1).equals(x) || !add, "a residual " + x, inputs.get(inputs.size() - 1));
        return new BatchNorm(epsilon).infer(inputs.subList(0, 3));
    }

    /**
     * The gradient of relu(batchNorm(x)). Inputs: x, scale, shift, mean, variance and dy. Outputs: dx, dScale and
     * dShift. Where the ReLU is 0 is computed again from x with the arithmetic of the forward pass, so neither y nor a
     * masked dy has to be read.
     *
     * @param epsilon that of the forward op
     */
    public record Gradient(double epsilon) implements Op {
        @Override
        public String name() {
            return "BatchNormGradient relu";
        }

        @Override
        public List<Type> infer(List<Type> inputs) {
            expect(inputs.size() == 6, "x, scale, shift, mean, variance and dy", inputs.size() + " inputs");
            List<Type> plain = new ArrayList<>(inputs);
            Type shift = plain.remove(2);
            expect(shift.equals(inputs.get(1)), "shift " + inputs.get(1), shift);
            return new BatchNorm.Gradient(epsilon).infer(plain);
        }
    }

    /**
     * The gradient of relu(batchNorm(x) + residual). Inputs: x, scale, mean, variance, y and the terms of dy. Outputs:
     * dx, dScale, dShift and the gradient of the residual, which is dy where y is positive and 0 elsewhere.
     *
     * @param epsilon that of the forward op
     * @param terms 1, or 2 where dy is the sum of two values, as it is where the output is used twice
     */
    public record ResidualGradient(double epsilon, int terms) implements Op {
        @Override
        public String name() {
            return "BatchNormGradient + residual relu";
        }

        @Override
        public List<Type> infer(List<Type> inputs) {
            expect(terms == 1 || terms == 2, "1 or 2 terms of dy", terms);
            expect(inputs.size() == 5 + terms, "x, scale, mean, variance, y and dy", inputs.size() + " inputs");
            BatchNorm.expectEach(this, inputs.subList(4, inputs.size()), inputs.get(0), "y and dy");
            List<Type> types = new ArrayList<>(new BatchNorm.Gradient(epsilon).infer(inputs.subList(0, 5)));
            types.add(inputs.get(0));
            return types;
        }
    }
}
