/**
 * What to do with a trained model and labelled data: per-class quality, and predictions averaged over several views of
 * an image.
 *
 * <p>Begin with {@link schuss.evaluation.ClassificationReport}. {@link schuss.evaluation.Predicted} holds the scores
 * behind it, from which you can pick the worst mistakes; {@link schuss.evaluation.TestTimeAugmentation} often gains a
 * little accuracy without training. The numbers that are computed while training runs are in {@link schuss.metrics}.
 */
package schuss.evaluation;
