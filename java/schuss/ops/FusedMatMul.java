package schuss.ops;

/**
 * A matrix product with bias and activation: y = activation(op(a) op(b) + bias).
 *
 * @param product the matrix product
 * @param bias whether a third input of size n is added to every row
 * @param activation the formula applied to the sum, which it calls input 0
 */
public record FusedMatMul(MatMul product, boolean bias, Expression activation) implements FusedProduct {}
