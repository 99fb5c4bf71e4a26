/**
 * Well-known data sets, downloaded when first used and kept in a cache folder: {@link schuss.datasets.Mnist} and
 * {@link schuss.datasets.FashionMnist} with 70,000 images each, and {@link schuss.datasets.Digits}, a small table for quick
 * experiments. The content of every file is checked by its SHA-256.
 *
 * <pre>{@code
 * Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(1e-3))
 *     .withValidation(FashionMnist.test())
 *     .fit(FashionMnist.train());
 * }</pre>
 */
package schuss.datasets;
