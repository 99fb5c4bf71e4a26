package schuss.trace;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.Spec;
import schuss.ir.Program;
import schuss.layers.Network;
import schuss.losses.OutputActivation;
import schuss.ops.Value;
import schuss.optim.UpdateRule;

/** The programs of a network that are asked for most, not optimised yet. */
public final class Programs {
    private Programs() {}

    /**
     * Predictions for a batch.
     *
     * @param inputs of the whole batch
     * @param predictions what to make of outputs, by name; those not named stay as they are
     */
    public static Trace inference(Network network, List<Spec> inputs, Map<String, OutputActivation> predictions) {
        return Trace.of(network, inputs, Mode.INFERENCE).predictions(predictions);
    }

    /** Predictions with dropout on and everything else as in inference: one sample of what training ran. */
    public static Trace sampling(Network network, List<Spec> inputs, Map<String, OutputActivation> predictions) {
        return Trace.of(network, inputs, Mode.SAMPLING).predictions(predictions);
    }

    /**
     * What a layer, at its last application, puts out; under the name {@link Network#OUTPUT}.
     *
     * @throws IllegalArgumentException if there is no layer of this path
     */
    public static Trace features(Network network, List<Spec> inputs, String path) {
        Trace trace = Trace.of(network, inputs, Mode.INFERENCE);
        Map<String, Value> layers = lastOutputs(trace);
        if (!layers.containsKey(path)) {
            throw new IllegalArgumentException("features: expected one of the layers "
                    + layers.keySet().stream().filter(name -> !name.isEmpty()).toList() + ", got \"" + path + "\"");
        }
        return trace.output(Network.OUTPUT, layers.get(path));
    }

    /** Loss and metrics of a batch, gathered in the totals. */
    public static Trace evaluation(Network network, BatchSpec batch, Goal goal) {
        return withLosses(network, batch, goal, Mode.INFERENCE);
    }

    /** A step of training, or the part of one batch in it. */
    public static Trace training(Network network, BatchSpec batch, Goal goal, UpdateRule rule, Part part) {
        return withLosses(network, batch, goal, Mode.TRAINING)
                .gradientsByRow(path -> !rule.frozen(path))
                .update(rule, part);
    }

    /** Raises the flag where what updates have made, parameters and what the rule keeps, is not finite. */
    public static Program updated(Declarations declarations, UpdateRule rule) {
        return Update.check(declarations, rule);
    }

    /** Copies what updates have changed from the slot of parameters to that of published ones. */
    public static Program published(Declarations declarations) {
        return Update.publish(declarations);
    }

    /** The loss of a batch and its gradients, without an update and without dropout; statistics are the batch's. */
    public static Trace gradients(Network network, BatchSpec batch, Goal goal) {
        return withLosses(network, batch, goal, Mode.GRADIENTS).gradients(path -> true);
    }

    /** What each layer puts out last, named {@link #outputOf}; with the statistics of the batch, and without dropout. */
    public static Trace layers(Network network, List<Spec> inputs) {
        Trace trace = Trace.of(network, inputs, Mode.GRADIENTS);
        lastOutputs(trace).forEach((path, value) -> trace.output(outputOf(path), value));
        return trace;
    }

    /**
     * {@link #gradients} with more outputs: what each layer put out last, named {@link #outputOf}, and the loss's gradient
     * with respect to it, named {@link #gradientOf}, if anything trained lies before.
     */
    public static Trace inspected(Network network, BatchSpec batch, Goal goal) {
        Trace trace = withLosses(network, batch, goal, Mode.GRADIENTS);
        Map<String, Value> layers = lastOutputs(trace);
        trace.gradients(path -> true);
        layers.forEach((path, value) -> {
            trace.output(outputOf(path), value);
            trace.gradient(value).ifPresent(gradient -> trace.output(gradientOf(path), gradient));
        });
        return trace;
    }

    private static Trace withLosses(Network network, BatchSpec batch, Goal goal, Mode mode) {
        return Trace.of(network, batch.inputs(), mode).losses(goal, batch.targets(), batch.weighted());
    }

    private static Map<String, Value> lastOutputs(Trace trace) {
        Map<String, Value> outputs = new LinkedHashMap<>();
        trace.applied().forEach(a -> outputs.put(a.path(), a.outputs().get(0)));
        return outputs;
    }

    /** The name of the rows of a table that a batch has used, -1 where there is none; after {@link #training} of one batch. */
    public static String rowsOf(String path) {
        return "rows of " + path;
    }

    /** The name of a layer's output. */
    public static String outputOf(String path) {
        return "output of " + path;
    }

    /** The name of the loss's gradient with respect to a layer's output, or to rows. */
    public static String gradientOf(String path) {
        return "gradient of " + path;
    }
}
