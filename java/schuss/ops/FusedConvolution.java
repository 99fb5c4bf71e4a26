package schuss.ops;

/** A convolution with bias and activation: y = activation(convolution(x, w) + bias). */
public record FusedConvolution(Convolution product, boolean bias, Expression activation) implements FusedProduct {}
