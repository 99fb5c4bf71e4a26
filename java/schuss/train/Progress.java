package schuss.train;

import java.util.Map;

/**
 * How far training is.
 *
 * @param epoch counts from 1
 * @param epochs how many there are to be
 * @param examples trained on in this epoch so far
 * @param ofExamples in this epoch
 * @param values the means over this epoch so far by name: {@code loss}, {@code accuracy}
 * @param examplesPerSecond over this epoch so far
 * @param waiting the share of the time in which there were no examples to train on, over this epoch so far
 */
public record Progress(
        int epoch,
        int epochs,
        long examples,
        long ofExamples,
        Map<String, Double> values,
        double examplesPerSecond,
        double waiting) {
    /** The mean loss over this epoch so far. */
    public double loss() {
        return values.get("loss");
    }
}
