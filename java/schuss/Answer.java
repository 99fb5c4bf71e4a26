package schuss;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is predicted of one example, a row of a table or an image, in the terms of its data.
 *
 * <pre>{@code
 * Answer answer = model.predict(Path.of("rex.jpg"));
 * String line = answer.name() + " " + answer.probabilities().get(answer.name());   // dog 0.93
 * }</pre>
 *
 * @param name of the most probable class, the first of equals; for regression the number as text
 * @param number that is predicted; of classes the label of the most probable one
 * @param probabilities of all classes by their names, in the order of their labels; none for regression
 */
public record Answer(String name, double number, Map<String, Double> probabilities) {
    public Answer {
        probabilities = Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
    }

    /** The answer of outputs for one class each. */
    static Answer of(List<String> classNames, float... outputs) {
        Map<String, Double> probabilities = new LinkedHashMap<>();
        int best = 0;
        for (int i = 0; i < outputs.length; i++) {
            probabilities.put(classNames.get(i), (double) outputs[i]);
            best = outputs[i] > outputs[best] ? i : best;
        }
        return new Answer(classNames.get(best), best, probabilities);
    }

    /**
     * The label of the most probable class.
     *
     * @throws IllegalStateException for regression
     */
    public int label() {
        if (probabilities.isEmpty()) {
            throw new IllegalStateException("label: expected an answer of classes, got the number " + name);
        }
        return (int) number;
    }
}
