package schuss.backend;

import java.util.List;
import java.util.Map;
import schuss.DType;
import schuss.Spec;
import schuss.ir.Program;
import schuss.layers.Layer;
import schuss.layers.Network;
import schuss.losses.Loss;
import schuss.losses.Objective;
import schuss.losses.OutputActivation;
import schuss.metrics.Metric;
import schuss.metrics.Watched;
import schuss.ops.Value;
import schuss.optim.Optimizer;
import schuss.optim.UpdateRule;
import schuss.passes.Capabilities;
import schuss.passes.Passes;
import schuss.trace.Goal;
import schuss.trace.Mode;
import schuss.trace.Part;
import schuss.trace.Trace;

/**
 * What a test has computed of a layer with one input: a program, and what it was made for.
 *
 * @param target null where nothing is compared
 * @param update null for none
 */
public record Computation(
        Layer layer,
        Spec input,
        Spec target,
        Loss loss,
        List<Metric> metrics,
        UpdateRule update,
        Part part,
        OutputActivation prediction,
        Gradients gradients,
        Mode mode,
        boolean exampleWeights) {
    /** The name of the output that is the loss's gradient with respect to the input. */
    public static final String INPUT_GRADIENT = "input gradient";

    /** With respect to what a loss is differentiated. */
    public enum Gradients {
        NONE,
        PARAMETERS,
        /** Parameters and the input. */
        ALL
    }

    public static Computation inference(Layer layer, Spec input, OutputActivation prediction) {
        return new Computation(
                layer,
                input,
                null,
                null,
                List.of(),
                null,
                Part.WHOLE,
                prediction,
                Gradients.NONE,
                Mode.INFERENCE,
                false);
    }

    public static Computation training(
            Layer layer, Spec input, Spec target, Loss loss, List<Metric> metrics, Optimizer optimizer) {
        return training(layer, input, target, loss, metrics, new UpdateRule(optimizer), Part.WHOLE);
    }

    public static Computation training(
            Layer layer, Spec input, Spec target, Loss loss, List<Metric> metrics, UpdateRule update, Part part) {
        return new Computation(
                layer,
                input,
                target,
                loss,
                metrics,
                update,
                part,
                OutputActivation.OUTPUT,
                Gradients.PARAMETERS,
                Mode.TRAINING,
                false);
    }

    /** Without an update and without dropout; statistics are the batch's. */
    public static Computation gradients(Layer layer, Spec input, Spec target, Loss loss, Gradients gradients) {
        return new Computation(
                layer,
                input,
                target,
                loss,
                List.of(),
                null,
                Part.WHOLE,
                OutputActivation.OUTPUT,
                gradients,
                Mode.GRADIENTS,
                false);
    }

    public Computation withExampleWeights(boolean weighted) {
        return new Computation(
                layer, input, target, loss, metrics, update, part, prediction, gradients, mode, weighted);
    }

    public Computation withDropout(boolean dropout) {
        return withMode(new Mode(dropout, mode.batchStatistics(), mode.updatesStates()));
    }

    public Computation withBatchStatistics(boolean ofBatch) {
        return withMode(new Mode(mode.dropout(), ofBatch, mode.updatesStates()));
    }

    private Computation withMode(Mode other) {
        return new Computation(
                layer, input, target, loss, metrics, update, part, prediction, gradients, other, exampleWeights);
    }

    public Trace trace() {
        Trace trace = Trace.of(Network.of(layer), List.of(input), mode);
        if (loss == null) {
            return trace.predictions(Map.of(Network.OUTPUT, prediction));
        }
        Goal goal = new Goal(
                List.of(Objective.of(loss)), metrics.stream().map(Watched::of).toList());
        trace.losses(goal, List.of(new Spec(Objective.TARGET, target.dtype(), target.shape())), exampleWeights);
        if (gradients != Gradients.NONE) {
            Value x = trace.inputs().get(input.name());
            boolean ofInput = gradients == Gradients.ALL && x.dtype() == DType.F32;
            trace.gradients(path -> update == null || !update.frozen(path), ofInput ? List.of(x) : List.of());
            if (ofInput) {
                trace.gradient(x).ifPresent(gradient -> trace.output(INPUT_GRADIENT, gradient));
            }
        }
        return update == null ? trace : trace.update(update, part);
    }

    /** As it was traced. */
    public Program program() {
        return trace().program();
    }

    /** As it runs. */
    public Program compiled(Capabilities abilities) {
        return Passes.optimize(program(), abilities);
    }
}
