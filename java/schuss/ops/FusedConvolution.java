package schuss.ops;

/**
 * A convolution with bias and activation: y = activation(convolution(x, w) + bias).
 *
 * @param product the convolution
 * @param bias whether a third input with one number per output channel is added
 * @param activation the formula applied to the sum, which it calls input 0
 */
public record FusedConvolution(Convolution product, boolean bias, Expression activation) implements FusedProduct {}
