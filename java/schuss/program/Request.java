package schuss.program;

import java.util.List;
import schuss.DType;
import schuss.Spec;
import schuss.layers.Layer;
import schuss.losses.Loss;
import schuss.losses.Prediction;
import schuss.metrics.Metric;
import schuss.optim.Optimizer;

/**
 * Everything a program depends on; equal requests have equal programs. Training, evaluation, inference, Monte Carlo
 * dropout and saliency are all requests.
 *
 * @param layer the network, compared by identity as it is one model's
 * @param input one batch of inputs; u8 inputs are pictures and reach the network divided by 255
 * @param target one batch of targets, or null where nothing is compared
 * @param loss what to compute of outputs and targets, or null
 * @param metrics what else to gather in the totals, after the loss
 * @param optimizer how to update, or null for no update
 * @param prediction what to make of the output
 * @param gradients with respect to what the loss is differentiated when nothing is updated
 * @param dropout whether dropout drops
 * @param batchStatistics whether normalisation uses the batch's own mean and variance
 * @param exampleWeights whether each example brings a weight for its loss
 * @param precision what layers compute in
 */
public record Request(
        Layer layer,
        Spec input,
        Spec target,
        Loss loss,
        List<Metric> metrics,
        Optimizer optimizer,
        Prediction prediction,
        Gradients gradients,
        boolean dropout,
        boolean batchStatistics,
        boolean exampleWeights,
        DType precision) {
    /** With respect to what a loss is differentiated. */
    public enum Gradients {
        NONE,
        PARAMETERS,
        /** Parameters and the input. */
        ALL
    }

    public Request {
        metrics = List.copyOf(metrics);
    }

    /** Predictions for a batch. */
    public static Request inference(Layer layer, Spec input, Prediction prediction) {
        return new Request(
                layer, input, null, null, List.of(), null, prediction, Gradients.NONE, false, false, false, DType.F32);
    }

    /** Predictions for a batch with dropout on and everything else as in inference: one sample of what training ran. */
    public static Request sampling(Layer layer, Spec input, Prediction prediction) {
        return new Request(
                layer, input, null, null, List.of(), null, prediction, Gradients.NONE, true, false, false, DType.F32);
    }

    /** Loss and metrics of a batch, gathered in the totals. */
    public static Request evaluation(Layer layer, Spec input, Spec target, Loss loss, List<Metric> metrics) {
        return new Request(
                layer,
                input,
                target,
                loss,
                metrics,
                null,
                Prediction.OUTPUT,
                Gradients.NONE,
                false,
                false,
                false,
                DType.F32);
    }

    /** One step of training. */
    public static Request training(
            Layer layer, Spec input, Spec target, Loss loss, List<Metric> metrics, Optimizer optimizer) {
        return new Request(
                layer,
                input,
                target,
                loss,
                metrics,
                optimizer,
                Prediction.OUTPUT,
                Gradients.PARAMETERS,
                true,
                true,
                false,
                DType.F32);
    }

    /** The loss of a batch and its gradients, without an update and without dropout; statistics are the batch's. */
    public static Request gradients(Layer layer, Spec input, Spec target, Loss loss, Gradients gradients) {
        return new Request(
                layer,
                input,
                target,
                loss,
                List.of(),
                null,
                Prediction.OUTPUT,
                gradients,
                false,
                true,
                false,
                DType.F32);
    }

    /** The same with or without weights that examples bring. */
    public Request withExampleWeights(boolean weighted) {
        return with(batchStatistics, weighted);
    }

    /** The same with the batch's own statistics or with running ones. */
    public Request withBatchStatistics(boolean ofBatch) {
        return with(ofBatch, exampleWeights);
    }

    private Request with(boolean ofBatch, boolean weighted) {
        return new Request(
                layer,
                input,
                target,
                loss,
                metrics,
                optimizer,
                prediction,
                gradients,
                dropout,
                ofBatch,
                weighted,
                precision);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Request r
                && layer == r.layer
                && input.equals(r.input)
                && java.util.Objects.equals(target, r.target)
                && java.util.Objects.equals(loss, r.loss)
                && metrics.equals(r.metrics)
                && java.util.Objects.equals(optimizer, r.optimizer)
                && prediction == r.prediction
                && gradients == r.gradients
                && dropout == r.dropout
                && batchStatistics == r.batchStatistics
                && exampleWeights == r.exampleWeights
                && precision == r.precision;
    }

    @Override
    public int hashCode() {
        return java.util.Objects.hash(
                System.identityHashCode(layer),
                input,
                target,
                loss,
                metrics,
                optimizer,
                prediction,
                gradients,
                dropout,
                batchStatistics,
                exampleWeights);
    }
}
