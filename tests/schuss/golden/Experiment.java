package schuss.golden;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import schuss.DType;
import schuss.Device;
import schuss.Shape;
import schuss.Spec;
import schuss.backend.Computation;
import schuss.backend.Run;
import schuss.layers.Layer;
import schuss.layers.Network;
import schuss.losses.Loss;
import schuss.losses.OutputActivation;
import schuss.ops.Value;
import schuss.optim.Sgd;
import schuss.trace.Trace;

/**
 * A layer with given numbers, run forward and backward.
 *
 * @param input the whole batch's type
 * @param parameters by path
 * @param states by path
 * @param training whether normalisation takes the batch's statistics
 */
record Experiment(
        Layer layer,
        Spec input,
        double[] x,
        Map<String, double[]> parameters,
        Map<String, double[]> states,
        boolean training) {
    /** A layer of no parameters, in training. */
    static Experiment of(Layer layer, Shape input, double[] x) {
        return new Experiment(layer, new Spec("input", DType.F32, input), x, Map.of(), Map.of(), true);
    }

    Experiment with(String path, double[] values) {
        Map<String, double[]> all = new LinkedHashMap<>(parameters);
        all.put(path, values);
        return new Experiment(layer, input, x, all, states, training);
    }

    Experiment withState(String path, double[] values) {
        Map<String, double[]> all = new LinkedHashMap<>(states);
        all.put(path, values);
        return new Experiment(layer, input, x, parameters, all, training);
    }

    /** The output. */
    double[] forward(Device device) {
        Computation request =
                Computation.inference(layer, input, OutputActivation.OUTPUT).withBatchStatistics(training);
        try (Run run = begin(device, request)) {
            run.run();
            return run.output(Network.OUTPUT);
        }
    }

    /** What the chain rule makes of dy: by path, and under {@link Trace#INPUT_GRADIENT} where the input is a number. */
    Map<String, double[]> backward(Device device, Shape output, double[] dy) {
        Map<String, double[]> gradients =
                gradients(device, Experiment::weighted, new Spec("dy", DType.F32, output), dy, null);
        gradients.remove(Trace.LOSS);
        return gradients;
    }

    /** sum(y * dy) of which a batch's mean is taken. */
    private static Value weighted(Value y, Value dy) {
        int[] inner = IntStream.range(1, y.shape().rank()).toArray();
        Value products = y.mul(dy);
        return (inner.length == 0 ? products : products.sum(inner))
                .mul(y.shape().dim(0));
    }

    /**
     * The mean loss and its gradients, by path and by the names of {@link Trace}.
     *
     * @param weights of the examples, or null where all count alike
     */
    Map<String, double[]> gradients(Device device, Loss loss, Spec target, double[] t, double[] weights) {
        boolean numbers = input.dtype() == DType.F32;
        Computation.Gradients wanted = numbers ? Computation.Gradients.ALL : Computation.Gradients.PARAMETERS;
        Computation request = Computation.gradients(layer, input, target, loss, wanted)
                .withBatchStatistics(training)
                .withExampleWeights(weights != null);
        try (Run run = begin(device, request)) {
            run.setTarget(t);
            if (weights != null) {
                run.setExampleWeights(weights);
            }
            run.run();
            Map<String, double[]> results = new LinkedHashMap<>();
            run.parameters().keySet().forEach(path -> results.put(path, run.gradient(path)));
            results.put(Trace.LOSS, run.output(Trace.LOSS));
            if (numbers) {
                results.put(Computation.INPUT_GRADIENT, run.output(Computation.INPUT_GRADIENT));
            }
            return results;
        }
    }

    /** The states after one step of training that moves no parameter. */
    Map<String, double[]> statesAfter(Device device, Shape output) {
        Loss loss = Experiment::weighted;
        Spec target = new Spec("dy", DType.F32, output);
        try (Run run = begin(device, Computation.training(layer, input, target, loss, List.of(), new Sgd(0)))) {
            double[] dy = new double[Math.toIntExact(output.size())];
            Arrays.fill(dy, 1);
            run.setTarget(dy);
            run.run();
            Map<String, double[]> results = new LinkedHashMap<>();
            run.modelStates().keySet().forEach(path -> results.put(path, run.modelState(path)));
            return results;
        }
    }

    private Run begin(Device device, Computation request) {
        Run run = new Run(device, request);
        try {
            if (!run.parameters().keySet().equals(parameters.keySet())
                    || !run.modelStates().keySet().equals(states.keySet())) {
                throw new AssertionError("expected parameters " + parameters.keySet() + " and states " + states.keySet()
                        + ", got " + run.parameters().keySet() + " and "
                        + run.modelStates().keySet());
            }
            run.setInput(x);
            parameters.forEach(run::setParameter);
            states.forEach(run::setModelState);
            return run;
        } catch (RuntimeException | Error e) {
            run.close();
            throw e;
        }
    }
}
