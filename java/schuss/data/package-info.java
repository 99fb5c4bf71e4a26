/**
 * Data sets: the examples that models are trained on, validated with and applied to.
 *
 * <p>Begin with {@link schuss.data.Dataset}: its {@code of} methods make data sets of arrays, {@code split} and
 * {@code folds} divide them for validation. The packages below read other sources: {@code schuss.data.table} CSV files,
 * {@code schuss.data.image} folders of images, {@code schuss.data.files} NumPy and IDX files; {@code schuss.data.augment}
 * varies training images at random. {@code schuss.datasets} has well-known data sets such as MNIST.
 *
 * <pre>{@code
 * Dataset data = Dataset.of(features, Shape.of(4), labels, 3);
 * List<Dataset> parts = data.split(0.8, 0.2);
 * Trainer.of(model, new SoftmaxCrossEntropy(), new Adam()).withEpochs(20).withValidation(parts.get(1)).fit(parts.get(0));
 * }</pre>
 */
package schuss.data;
