package schuss.ops;

import java.util.ArrayList;
import java.util.List;
import schuss.Shape;

/**
 * A matrix product or convolution with what follows it in the same pass over memory: y = activation(product + bias). Made
 * by fusing, after differentiation.
 */
public interface FusedProduct extends Op {
    /** The product by itself, of the first two inputs. */
    Op product();

    /** Whether a third input, of the size of the last axis, is added to every row. */
    boolean bias();

    /** A function of input 0, which stands for the sum; {@code input(0)} itself for none. */
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
