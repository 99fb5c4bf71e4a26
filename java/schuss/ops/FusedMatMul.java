package schuss.ops;

/** A matrix product with bias and activation: y = activation(op(a) op(b) + bias). */
public record FusedMatMul(MatMul product, boolean bias, Expression activation) implements FusedProduct {}
