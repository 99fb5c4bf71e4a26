package schuss.ops;

import java.util.ArrayList;
import java.util.List;
import schuss.Shape;

/**
 * A matrix product or convolution that adds a bias and applies an activation before its result is written to memory: y
 * = activation(product + bias). The fusion pass makes it, after differentiation.
 */
public interface FusedProduct extends Op {
    /** {@return the product on its own; it reads the first two inputs} */
    Op product();

    /** {@return whether a third input, with as many numbers as the last axis is long, is added to every row} */
    boolean bias();

    /**
     * {@return the formula applied to the sum, which it calls input 0; {@code Expression.input(0)} itself if there is
     * no activation}
     */
    Expression activation();

    @Override
    default String name() {
        return product().name()
                + (bias() ? " + bias" : "")
                + (activation().equals(Expression.input(0)) ? "" : " " + activation());
    }

    @Override
    default long multiplyAdds(List<Type> inputs) {
        return product().multiplyAdds(inputs.subList(0, 2));
    }

    @Override
    default long operations(List<Type> inputs) {
        int each = Expression.operations(List.of(activation())) + (bias() ? 1 : 0);
        return 2 * multiplyAdds(inputs) + each * infer(inputs).get(0).shape().size();
    }

    @Override
    default List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == (bias() ? 3 : 2), bias() ? "3 inputs" : "2 inputs", inputs.size());
        List<Type> types = new ArrayList<>(product().infer(inputs.subList(0, 2)));
        if (bias()) {
            Shape expected = Shape.of(types.get(0).shape().dim(-1));
            expect(
                    inputs.get(2).shape().size() == expected.size(),
                    "a bias of " + expected,
                    inputs.get(2).shape());
        }
        return types;
    }
}
