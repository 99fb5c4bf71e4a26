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

/**
 * Makes the usual programs of a network: prediction, evaluation, training, gradients. They are not optimised yet; see
 * {@link schuss.passes.Passes}.
 */
public final class Programs {
    private Programs() {}

    /**
     * {@return predictions for a batch}
     *
     * @param network the network
     * @param inputs of the whole batch
     * @param predictions the activation to apply to each output, by name; outputs that are not named stay as they are
     */
    public static Trace inference(Network network, List<Spec> inputs, Map<String, OutputActivation> predictions) {
        return Trace.of(network, inputs, Mode.INFERENCE).predictions(predictions);
    }

    /**
     * {@return predictions with dropout on and everything else as in inference: one sample of Monte Carlo dropout}
     *
     * @param network the network
     * @param inputs of the whole batch
     * @param predictions the activation to apply to each output, by name; outputs that are not named stay as they are
     */
    public static Trace sampling(Network network, List<Spec> inputs, Map<String, OutputActivation> predictions) {
        return Trace.of(network, inputs, Mode.SAMPLING).predictions(predictions);
    }

    /**
     * {@return the output of one layer, at its last application, under the name {@link Network#OUTPUT}}
     *
     * @param network the network
     * @param inputs of the whole batch
     * @param path of the layer
     * @throws IllegalArgumentException if there is no such layer
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

    /**
     * {@return loss and metrics of a batch, added to the totals; dropout is off}
     *
     * @param network the network
     * @param batch inputs and targets
     * @param goal losses and metrics
     */
    public static Trace evaluation(Network network, BatchSpec batch, Goal goal) {
        return withLosses(network, batch, goal, Mode.INFERENCE);
    }

    /**
     * {@return one step of training: forward, loss, backward and, with the last batch of an update, the update of the
     * parameters}
     *
     * @param network the network
     * @param batch inputs and targets
     * @param goal losses and metrics
     * @param rule how parameters are updated
     * @param part the place of the batch in its update
     */
    public static Trace training(Network network, BatchSpec batch, Goal goal, UpdateRule rule, Part part) {
        return withLosses(network, batch, goal, Mode.TRAINING)
                .gradientsByRow(path -> !rule.frozen(path))
                .update(rule, part);
    }

    /**
     * Checks the result of an update: raises the flag if a parameter, a state of the optimiser or an average is not
     * finite.
     *
     * @param declarations the parameters of the network
     * @param rule how they are updated
     * @return the program that does so
     */
    public static Program updated(Declarations declarations, UpdateRule rule) {
        return Update.check(declarations, rule);
    }

    /**
     * Copies what updates have changed from the slot of the parameters to that of the published ones, which predictions
     * read.
     *
     * @param declarations the parameters of the network
     * @return the program that does so
     */
    public static Program published(Declarations declarations) {
        return Update.publish(declarations);
    }

    /**
     * {@return the loss of a batch and its gradients, without dropout and without an update; normalisation uses the
     * batch's statistics}
     *
     * @param network the network
     * @param batch inputs and targets
     * @param goal losses and metrics
     */
    public static Trace gradients(Network network, BatchSpec batch, Goal goal) {
        return withLosses(network, batch, goal, Mode.GRADIENTS).gradients(path -> true);
    }

    /**
     * {@return the last output of each layer, under the name {@link #outputOf}, without dropout and with the batch's
     * statistics}
     *
     * @param network the network
     * @param inputs of the whole batch
     */
    public static Trace layers(Network network, List<Spec> inputs) {
        Trace trace = Trace.of(network, inputs, Mode.GRADIENTS);
        lastOutputs(trace).forEach((path, value) -> trace.output(outputOf(path), value));
        return trace;
    }

    /**
     * {@link #gradients} with more outputs for each layer: its last output, named {@link #outputOf}, and the gradient
     * of the loss with respect to that, named {@link #gradientOf}, if anything trained comes before it.
     *
     * @param network the network
     * @param batch inputs and targets
     * @param goal losses and metrics
     * @return the trace
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

    /**
     * {@return the name of the output that lists the rows of a table that a batch used, padded with -1} {@link
     * #training} has it for updates of a single batch.
     *
     * @param path of the table
     */
    public static String rowsOf(String path) {
        return "rows of " + path;
    }

    /**
     * {@return the name of the output that is a layer's output}
     *
     * @param path of the layer
     */
    public static String outputOf(String path) {
        return "output of " + path;
    }

    /**
     * {@return the name of the output that is the gradient of the loss with respect to a layer's output, or to rows}
     *
     * @param path of the layer, or {@link #rowsOf} a table
     */
    public static String gradientOf(String path) {
        return "gradient of " + path;
    }
}
