package schuss.train.diagnosis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import schuss.layers.Parameter;
import schuss.report.Chart;
import schuss.trace.Declarations;

/**
 * Records the size of some numbers of every layer, such as weights or gradients, after each epoch, as their root mean
 * square. It is what the curves of {@link schuss.train.report.TrainingReport} are drawn from.
 */
public final class Magnitudes {
    private static final int MOST_CURVES = 12;

    private final List<Double> epochs = new ArrayList<>();
    private final Map<String, List<Double>> byPath = new LinkedHashMap<>();

    /** The root mean square. */
    static double of(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares / values.length);
    }

    /** {@return whether no epoch has been recorded} */
    public boolean isEmpty() {
        return epochs.isEmpty();
    }

    /**
     * Records one more epoch. Only weights count, not biases and the like.
     *
     * @param epoch its number
     * @param declarations the parameters of the model
     * @param numbers gives the numbers of a parameter by its path
     */
    public void add(int epoch, Declarations declarations, Function<String, float[]> numbers) {
        epochs.add((double) epoch);
        for (Parameter parameter : declarations.parameters()) {
            if (parameter.isWeight()) {
                byPath.computeIfAbsent(parameter.path(), p -> new ArrayList<>())
                        .add(of(numbers.apply(parameter.path())));
            }
        }
    }

    /**
     * {@return one curve per layer} Of more than twelve layers it shows twelve, spread from the first to the last.
     *
     * @param what the title of the chart
     */
    public Chart chart(String what) {
        List<String> paths = List.copyOf(byPath.keySet());
        int shown = Math.min(MOST_CURVES, paths.size());
        List<Chart.Series> series = new ArrayList<>();
        for (int i = 0; i < shown; i++) {
            String path = paths.get(shown == 1 ? 0 : i * (paths.size() - 1) / (shown - 1));
            series.add(new Chart.Series(path, array(epochs), array(byPath.get(path))));
        }
        String title = what + (shown < paths.size() ? ", " + shown + " of " + paths.size() + " layers" : "");
        return new Chart(title, "epoch", "root mean square", true, series);
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(v -> v).toArray();
    }
}
