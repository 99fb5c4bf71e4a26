package schuss.train.diagnosis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.Model;
import schuss.Philox;
import schuss.Session;
import schuss.backend.runtime.ModelMemory;
import schuss.data.Dataset;
import schuss.initializers.Initializer;
import schuss.internal.Inside;
import schuss.layers.Parameter;
import schuss.optim.Sgd;
import schuss.trace.Applied;
import schuss.trace.Programs;
import schuss.trace.Trace;
import schuss.train.loop.Inspection;
import schuss.train.loop.Settings;
import schuss.train.loop.Workspace;

/**
 * Layer-sequential unit variance (LSUV), an initialisation that looks at data. Weights start orthonormal; then, layer
 * by layer from the input on, they are divided by the standard deviation of the layer's output until its variance over
 * a batch is 1. Deep networks then start to learn whatever their activation.
 *
 * <pre>{@code
 * Map<String, Double> variances = new UnitVariance().initialize(model, data.take(256), 42);
 * }</pre>
 *
 * <p>Source: Mishkin and Matas, All you need is a good init (2016).
 *
 * @param tolerance how far from 1 a variance may stay, between 0 and 1
 * @param rounds how often to rescale one layer at most, at least 1; one is enough if the output is linear in the
 *     weights
 */
public record UnitVariance(double tolerance, int rounds) {
    /**
     * Creates the record; the settings are checked.
     *
     * @param tolerance how far from 1 a variance may stay, between 0 and 1
     * @param rounds how often to rescale one layer at most, at least 1; one is enough if the output is linear in the
     *     weights
     * @throws IllegalArgumentException if one is out of range
     */
    public UnitVariance {
        if (!(tolerance > 0 && tolerance < 1)) {
            throw new IllegalArgumentException("UnitVariance: expected a tolerance between 0 and 1, got " + tolerance);
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("UnitVariance: expected at least 1 round, got " + rounds);
        }
    }

    /** A tolerance of 0.01, in at most 10 rounds. */
    public UnitVariance() {
        this(0.01, 10);
    }

    /**
     * Replaces all weights with at least two axes. Biases stay as they are.
     *
     * @param model the model to initialise
     * @param batch the examples over which variances are computed, used as one batch; a few hundred
     * @param seed of the random orthonormal weights
     * @return the final variance of each layer with weights, by path
     * @throws IllegalStateException naming the layer whose output is constant or not finite
     */
    public Map<String, Double> initialize(Model model, Dataset batch, long seed) {
        Settings.checkInput(model, batch);
        return model.device().call(() -> {
            Inside.of(model, ModelMemory.class).checkOpen();
            try (Workspace work = new Workspace(model, new Sgd(1), Inspection.NOTHING)) {
                work.batch(Settings.batch(model, Inspection.NOTHING, batch, batch.size()))
                        .load(
                                batch,
                                java.util.stream.IntStream.range(0, batch.size())
                                        .toArray(),
                                0,
                                batch.size());
                Trace trace = Programs.layers(
                        model.network(),
                        Settings.batch(model, Inspection.NOTHING, batch, batch.size())
                                .inputs());
                try (Session session = work.asTraced(trace)) {
                    return initialize(new Inspection(session, trace, work), model, seed);
                }
            }
        });
    }

    private Map<String, Double> initialize(Inspection seen, Model model, long seed) {
        Map<String, List<Parameter>> layers = layers(seen.trace());
        int stream = 0;
        for (List<Parameter> weights : layers.values()) {
            for (Parameter weight : weights) {
                float[] values = model.parameter(weight.path());
                Initializer.orthogonal().initialize(weight.shape(), new Philox(seed, stream++), values);
                model.setParameter(weight.path(), values);
            }
        }
        Map<String, Double> variances = new LinkedHashMap<>();
        layers.forEach((path, weights) -> {
            double variance = variance(seen, model, path);
            for (int round = 0; round < rounds && Math.abs(variance - 1) > tolerance; round++) {
                double scale = 1 / Math.sqrt(variance);
                weights.forEach(weight -> scale(model, weight, scale));
                variance = variance(seen, model, path);
            }
            variances.put(path, variance);
        });
        return variances;
    }

    /** The layers in the order in which they run, each with its weights that have inputs and outputs. */
    private static Map<String, List<Parameter>> layers(Trace trace) {
        Map<String, List<Parameter>> layers = new LinkedHashMap<>();
        for (Applied applied : trace.applied()) {
            List<Parameter> weights = new ArrayList<>();
            for (Parameter parameter : trace.declarations().parameters()) {
                String prefix = applied.path().isEmpty() ? "" : applied.path() + "/";
                boolean own =
                        parameter.path().startsWith(prefix) && parameter.path().indexOf('/', prefix.length()) < 0;
                if (own && parameter.isWeight() && parameter.shape().rank() >= 2) {
                    weights.add(parameter);
                }
            }
            if (!weights.isEmpty()) {
                layers.put(applied.path(), weights);
            }
        }
        return layers;
    }

    private static double variance(Inspection seen, Model model, String path) {
        Inside.of(model, ModelMemory.class).read(seen.work().state().weights());
        seen.session().run();
        double variance = Moments.of(seen.session(), seen.output(path)).variance();
        if (!(variance > 0 && variance < Double.POSITIVE_INFINITY)) {
            throw new IllegalStateException("UnitVariance: expected outputs of \"" + path
                    + "\" that vary over the batch and are finite, got a variance of " + variance);
        }
        return variance;
    }

    private static void scale(Model model, Parameter weight, double scale) {
        float[] values = model.parameter(weight.path());
        for (int i = 0; i < values.length; i++) {
            values[i] *= (float) scale;
        }
        model.setParameter(weight.path(), values);
    }
}
