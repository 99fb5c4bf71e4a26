package schuss.train.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.layers.HardSigmoid;
import schuss.layers.Layer;
import schuss.layers.Parameter;
import schuss.layers.Relu;
import schuss.layers.Sigmoid;
import schuss.layers.Tanh;
import schuss.metrics.Accuracy;
import schuss.metrics.BinaryAccuracy;
import schuss.metrics.Metric;
import schuss.metrics.SubsetAccuracy;
import schuss.metrics.TopK;
import schuss.ops.Value;
import schuss.trace.Applied;
import schuss.train.Callback;
import schuss.train.Epoch;
import schuss.train.Training;
import schuss.train.loop.Inspection;
import schuss.train.loop.Workspace;

/**
 * A callback that looks for common problems after every epoch, and reports each once per layer: gradients that vanish
 * or explode (Bengio et al. 1994), ReLU units that are 0 for all examples, saturated sigmoids, a loss that does not
 * change, and a validation loss that rises above the training loss. It costs one more pass over 256 examples per epoch.
 *
 * <pre>{@code
 * History history = trainer.withCallback(new Warnings()).fit(data);
 * history.warnings().forEach(System.out::println);
 * }</pre>
 */
public final class Warnings implements Callback {
    private static final int EXAMPLES = 256;
    private static final double VANISHED = 1e-5; // of the largest gradient of a layer
    private static final double EXPLODED = 10; // times the weights
    private static final double MOST_UNITS = 0.5;
    private static final double NEAR_LIMIT = 0.01;
    private static final int STILL_EPOCHS = 3;
    private static final double STILL = 1e-3;
    private static final double GAP = 1.5;
    private static final double RISE = 1.1;

    private Training training;
    private Dataset sample;
    private final List<Double> losses = new ArrayList<>();
    private double first; // loss
    private double lowestValidation;

    @Override
    public void onBegin(Training begun) {
        training = begun;
        Dataset data = begun.data();
        int count = Math.min(EXAMPLES, data.size());
        // from everywhere: data may be sorted
        sample = data.subset(IntStream.range(0, count)
                .map(i -> (int) ((long) data.size() * i / count))
                .toArray());
        losses.clear();
        first = Double.NaN;
        lowestValidation = Double.POSITIVE_INFINITY;
    }

    @Override
    public void onEpoch(Epoch epoch) {
        lookAtLosses(epoch);
        List<String> found = Inspection.of(training.model(), training.goal(), sample, seen -> {
            List<String> warnings = new ArrayList<>(gradients(seen.work()));
            warnings.addAll(units(seen));
            return warnings;
        });
        found.forEach(training::warn);
    }

    private void lookAtLosses(Epoch epoch) {
        double loss = epoch.value("loss");
        losses.add(loss);
        first = Double.isNaN(first) ? loss : first;
        int from = losses.size() - 1 - STILL_EPOCHS;
        if (epoch.learningRate() == 0) {
            training.warn("the learning rate is 0: the weights do not change");
            losses.clear(); // that it stays says nothing
        } else if (from >= 0
                && !isDone(epoch)
                && losses.subList(from, losses.size()).stream()
                        .allMatch(l -> Math.abs(l - loss) <= STILL * Math.abs(loss))) {
            training.warn("the loss does not move: it stays at its value of epoch " + (epoch.number() - STILL_EPOCHS)
                    + text(", %.4g", losses.get(from)));
        }
        Double validation = epoch.values().get(Training.VALIDATION_LOSS);
        if (validation != null) {
            lowestValidation = Math.min(lowestValidation, validation);
            if (validation > GAP * loss && validation > RISE * lowestValidation) {
                training.warn("the model overfits from epoch " + epoch.number()
                        + text(" on: validation loss %.4g", validation) + text(" after %.4g,", lowestValidation)
                        + text(" training loss %.4g", loss));
                lowestValidation = Double.NaN; // said once
            }
        }
    }

    /** Whether there is little left to learn: all answers are right, or the loss is a thousandth of the first. */
    private boolean isDone(Epoch epoch) {
        boolean right = training.goal().metrics().stream()
                .anyMatch(watched -> isShare(watched.metric()) && epoch.value(watched.name()) == 1);
        return right || epoch.value("loss") <= STILL * first;
    }

    /** Whether the metric is a share of right answers, whose best value is 1. */
    private static boolean isShare(Metric metric) {
        return metric instanceof Accuracy
                || metric instanceof BinaryAccuracy
                || metric instanceof SubsetAccuracy
                || metric instanceof TopK;
    }

    private static String text(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    /** Looks at the gradients of weights. */
    private List<String> gradients(Workspace work) {
        List<String> warnings = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        List<Double> sizes = new ArrayList<>();
        for (Parameter parameter : training.model().declarations().parameters()) {
            if (parameter.isWeight()) {
                double size = Magnitudes.of(work.gradient(parameter.path()));
                double weights = Magnitudes.of(training.model().parameter(parameter.path()));
                paths.add(parameter.path());
                sizes.add(size);
                if (size > EXPLODED * weights && weights > 0) {
                    warnings.add("\"" + parameter.path() + "\": the gradient explodes, it is more than "
                            + (int) EXPLODED + " times as large as the weights");
                }
            }
        }
        double largest = sizes.stream().mapToDouble(s -> s).max().orElse(0);
        for (int i = 0; i < paths.size(); i++) {
            if (sizes.get(i) < VANISHED * largest) {
                warnings.add(
                        "\"" + paths.get(i) + "\": the gradient vanishes, it is less than a 100,000th of that of \""
                                + paths.get(sizes.indexOf(largest)) + "\"");
            }
        }
        return warnings;
    }

    /**
     * Looks at the outputs of units. The last layer is left out: its saturated outputs are what the network is to
     * learn.
     */
    private static List<String> units(Inspection seen) {
        List<String> warnings = new ArrayList<>();
        List<Applied> layers = seen.innermost();
        for (Applied applied : layers.subList(0, Math.max(0, layers.size() - 1))) {
            Layer layer = applied.layer();
            double[] limits = layer instanceof Tanh
                    ? new double[] {-1, 1}
                    : layer instanceof Sigmoid || layer instanceof HardSigmoid ? new double[] {0, 1} : null;
            if (layer instanceof Relu || limits != null) {
                Value output = seen.output(applied.path());
                float[] y = new float[Math.toIntExact(output.shape().size())];
                seen.session().read(output, y, 0, y.length);
                double share = limits == null ? dead(y, output.shape()) : saturated(y, limits);
                if (share > MOST_UNITS) {
                    warnings.add("\"" + applied.path() + "\": most units are "
                            + (limits == null ? "dead, 0 for all examples looked at" : "saturated, at their limits"));
                }
            }
        }
        return warnings;
    }

    /** The share of units, or channels, that are 0 for all examples and positions. */
    private static double dead(float[] y, Shape shape) {
        int units = shape.dim(-1);
        boolean[] alive = new boolean[units];
        for (int i = 0; i < y.length; i++) {
            alive[i % units] |= y[i] != 0;
        }
        return IntStream.range(0, units).filter(u -> !alive[u]).count() / (double) units;
    }

    private static double saturated(float[] y, double[] limits) {
        double near = NEAR_LIMIT * (limits[1] - limits[0]);
        int count = 0;
        for (float value : y) {
            count += value < limits[0] + near || value > limits[1] - near ? 1 : 0;
        }
        return (double) count / y.length;
    }
}
