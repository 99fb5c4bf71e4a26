package schuss.train;

import java.util.Map;

/**
 * What one epoch came to.
 *
 * @param number counts from 1
 * @param values by name: {@code loss}, {@code accuracy}, and {@code validation loss} and the like with validation data
 * @param seconds of training, without validation
 * @param learningRate of its last update
 * @param waiting the share of the time in which there were no examples to train on: they were being read
 */
public record Epoch(int number, Map<String, Double> values, double seconds, double learningRate, double waiting) {
    public Epoch {
        values = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(values));
    }

    /** One that never waited. */
    public Epoch(int number, Map<String, Double> values, double seconds, double learningRate) {
        this(number, values, seconds, learningRate, 0);
    }

    /** The same with other values. */
    public Epoch with(Map<String, Double> others) {
        return new Epoch(number, others, seconds, learningRate, waiting);
    }

    /** One value by name. */
    public double value(String name) {
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("epoch: expected one of " + values.keySet() + ", got \"" + name + "\"");
        }
        return value;
    }
}
