/**
 * Schedules, which change the learning rate or the momentum during training.
 *
 * <p>A {@link schuss.schedules.Schedule} gives a factor for every step; the learning rate of a step is the optimizer's times
 * that factor. {@link schuss.schedules.Cosine} with a {@link schuss.schedules.WarmUp} is a good first choice;
 * {@link schuss.schedules.ReduceOnPlateau} reacts to the validation loss instead. Times are given as
 * {@link schuss.schedules.Span}s of steps or epochs.
 *
 * <pre>{@code
 * Trainer.of(model, new SoftmaxCrossEntropy(), new AdamW(1e-3))
 *     .withSchedule(new WarmUp(Span.epochs(1)).then(new Cosine()))
 *     .fit(data);
 * }</pre>
 */
package schuss.schedules;
