/**
 * Optimizers: how parameters are changed by their gradients.
 *
 * <p>Begin with {@link schuss.optim.Adam}, or {@link schuss.optim.AdamW} where weight decay is wanted;
 * {@link schuss.optim.Momentum} is the classic choice for images. An optimizer is a record of hyperparameters: the
 * {@code with...} methods return changed copies. {@link schuss.optim.Group} gives some parameters other settings. An optimizer
 * of your own implements {@link schuss.optim.Optimizer}. The learning rate can change during training, see
 * {@code schuss.schedules}.
 *
 * <pre>{@code
 * Trainer.of(model, new SoftmaxCrossEntropy(), new AdamW(1e-3).withWeightDecay(0.05)).fit(data);
 * }</pre>
 */
package schuss.optim;
