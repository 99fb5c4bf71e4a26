package schuss.train;

/**
 * How far training is.
 *
 * @param epoch counts from 1
 * @param epochs how many there are to be
 * @param examples trained on in this epoch so far
 * @param ofExamples in this epoch
 * @param loss the mean over this epoch so far
 * @param examplesPerSecond over this epoch so far
 * @param waiting the share of the time in which there were no examples to train on, over this epoch so far
 */
public record Progress(
        int epoch, int epochs, long examples, long ofExamples, double loss, double examplesPerSecond, double waiting) {}
