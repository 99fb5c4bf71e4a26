package schuss.ops;

import java.util.ArrayList;
import java.util.List;

/**
 * A matrix product with what follows it in the same pass over memory: y = activation(op(a) op(b) + bias). Made by fusing,
 * after differentiation.
 *
 * @param product the matrix product
 * @param bias whether a third input, (n), is added to every row
 * @param activation a function of input 0, which stands for the sum; {@code input(0)} itself for none
 */
public record FusedMatMul(MatMul product, boolean bias, Expression activation) implements Op {
    @Override
    public String name() {
        return product.name()
                + (bias ? " + bias" : "")
                + (activation.equals(Expression.input(0)) ? "" : " " + activation);
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == (bias ? 3 : 2), bias ? "3 inputs" : "2 inputs", inputs.size());
        List<Type> types = new ArrayList<>(product.infer(inputs.subList(0, 2)));
        if (bias) {
            expect(
                    inputs.get(2).shape().size() == types.get(0).shape().dim(1),
                    "a bias of (" + types.get(0).shape().dim(1) + ")",
                    inputs.get(2).shape());
        }
        return types;
    }
}
