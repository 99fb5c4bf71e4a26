package schuss;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.data.Dataset;
import schuss.losses.OutputActivation;

/**
 * What is predicted of one example, a row of a table or an image, in the terms of its data.
 *
 * <pre>{@code
 * Answer answer = model.predict(Path.of("rex.jpg"));
 * String line = answer.name() + " " + answer.probabilities().get(answer.name());   // dog 0.93
 * List<Answer.Choice> best = answer.top(3);                                        // [dog 0.93, wolf 0.05, cat 0.01]
 * }</pre>
 *
 * @param name of the most probable class, the first of equals; for regression the number as text
 * @param number that is predicted; of classes the label of the most probable one
 * @param probabilities of all classes by their names, in the order of their labels; none for regression
 */
public record Answer(String name, double number, Map<String, Double> probabilities) {
    /** A class and its probability. */
    public record Choice(String name, double probability) {}

    public Answer {
        probabilities = Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
    }

    /**
     * The answer of outputs for one class each, such as what {@link Model#predict(float[])} makes of one example.
     *
     * @param classNames different ones, in the order of the outputs
     */
    public static Answer of(List<String> classNames, float... outputs) {
        if (outputs.length == 0 || classNames.size() != outputs.length) {
            throw new IllegalArgumentException("answer: expected an output for each of " + classNames.size()
                    + " classes, at least one, got " + outputs.length);
        }
        Map<String, Double> probabilities = new LinkedHashMap<>();
        int best = 0;
        for (int i = 0; i < outputs.length; i++) {
            if (probabilities.put(classNames.get(i), (double) outputs[i]) != null) {
                throw new IllegalArgumentException(
                        "answer: expected different names of classes, got \"" + classNames.get(i) + "\" twice");
            }
            best = outputs[i] > outputs[best] ? i : best;
        }
        return new Answer(classNames.get(best), best, probabilities);
    }

    /**
     * The answers of a model to all examples of a data set, in their order: with the names of classes that the model's file
     * has, or else the data ({@link Dataset#classNames}), or else their numbers. With one output they are its numbers, or,
     * where the data has two names, those of no and yes, of which the output is the probability of the second.
     *
     * <pre>{@code
     * List<Answer> answers = Answer.of(model, FashionMnist.test());
     * String best = answers.get(0).top(3).get(0).name();   // Ankle boot
     * }</pre>
     *
     * @throws IllegalArgumentException if the examples are not of the model's inputs, or it neither tells classes apart nor
     *     has one output
     */
    public static List<Answer> of(Model model, Dataset data) {
        int each = model.outputSize();
        List<String> names = ClassNames.of(model, data);
        if (names.isEmpty() && each > 1) {
            OutputActivation made =
                    model.predictions().get(model.outputs().get(0).name());
            if (data.classes() == 0 && made != OutputActivation.SOFTMAX && made != OutputActivation.EXP) {
                throw new IllegalArgumentException("answers: expected a model of classes or of one number, got " + each
                        + " outputs: predict gives them as they are");
            }
            names = ClassNames.padded(names, each);
        }
        return all(names, each, model.predict(data));
    }

    /** The answers of outputs one after the other, so many each; numbers where there are no names. */
    static List<Answer> all(List<String> names, int each, float... outputs) {
        List<Answer> answers = new ArrayList<>();
        for (int from = 0; from < outputs.length; from += each) {
            float[] own = Arrays.copyOfRange(outputs, from, from + each);
            if (names.isEmpty()) {
                answers.add(new Answer(Float.toString(own[0]), own[0], Map.of()));
            } else {
                answers.add(each == 1 ? of(names, 1 - own[0], own[0]) : of(names, own));
            }
        }
        return answers;
    }

    /**
     * The label of the most probable class.
     *
     * @throws IllegalStateException for regression
     */
    public int label() {
        expectClasses("label");
        return (int) number;
    }

    /**
     * The most probable classes, the most probable first, of equals the first.
     *
     * @param k how many, at least 1; of fewer classes all
     * @throws IllegalStateException for regression
     */
    public List<Choice> top(int k) {
        expectClasses("top");
        if (k < 1) {
            throw new IllegalArgumentException("top: expected a number of classes of at least 1, got " + k);
        }
        return probabilities.entrySet().stream()
                .map(each -> new Choice(each.getKey(), each.getValue()))
                .sorted(Comparator.comparingDouble(
                        choice -> Double.isNaN(choice.probability) ? Double.POSITIVE_INFINITY : -choice.probability))
                .limit(k)
                .toList();
    }

    private void expectClasses(String what) {
        if (probabilities.isEmpty()) {
            throw new IllegalStateException(what + ": expected an answer of classes, got the number " + name);
        }
    }
}
