/**
 * Loss functions: what training minimises.
 *
 * <p>For classification with one class per example use {@link schuss.losses.SoftmaxCrossEntropy}, for yes/no outputs
 * {@link schuss.losses.BinaryCrossEntropy}, for regression {@link schuss.losses.MeanSquaredError}. The first two take logits:
 * the network has no softmax or sigmoid at its end, and {@code model.predict} applies it. A loss of your own implements
 * {@link schuss.losses.Loss}, with a lambda if you like.
 *
 * <pre>{@code
 * Trainer.of(model, new SoftmaxCrossEntropy().withLabelSmoothing(0.1), new Adam(1e-3)).fit(data);
 * }</pre>
 */
package schuss.losses;
