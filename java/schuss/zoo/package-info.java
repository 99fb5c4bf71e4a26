/**
 * Well-known network architectures, ready to train: {@link schuss.zoo.Zoo} has a multilayer perceptron, LeNet, residual
 * networks and MobileNet. They are composed of the layers in {@code schuss.layers} and have random weights.
 *
 * <pre>{@code
 * Model model = Model.create(Zoo.lenet(10), Shape.of(28, 28, 1), Device.best(), 42);
 * Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(1e-3)).fit(FashionMnist.train());
 * }</pre>
 */
package schuss.zoo;
