/**
 * The layers from which networks are built: dense, convolution, pooling, normalisation, dropout, embedding and activations,
 * and the containers that combine them.
 *
 * <p>Begin with {@link schuss.layers.Sequential}, which puts layers one after the other. {@link schuss.layers.Residual} and
 * {@link schuss.layers.Concatenate} make branches; {@link schuss.layers.Network} is for several inputs or outputs. A layer of
 * your own implements {@link schuss.layers.Layer}. The numbers of inputs are inferred from the data, images are
 * (batch, height, width, channels), and layers hold no weights: those belong to the {@link schuss.Model}.
 *
 * <pre>{@code
 * Layer net = Sequential.of(
 *     new Conv2d(32, 3), new Relu(), new MaxPool2d(2),
 *     new Flatten(), new Dense(128), new Relu(), new Dropout(0.5), new Dense(10));
 * Model model = Model.create(net, Shape.of(28, 28, 1), Device.best(), 42);
 * }</pre>
 */
package schuss.layers;
