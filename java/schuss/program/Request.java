package schuss.program;

import java.util.List;
import java.util.function.Consumer;
import schuss.DType;
import schuss.Spec;
import schuss.layers.Layer;
import schuss.losses.Loss;
import schuss.losses.Prediction;
import schuss.metrics.Metric;
import schuss.optim.Optimizer;
import schuss.optim.UpdateRule;

/**
 * Everything a program depends on; equal requests have equal programs. Training, evaluation, inference, Monte Carlo
 * dropout and saliency are all requests.
 *
 * @param layer the network, compared by identity as it is one model's
 * @param input one batch of inputs; u8 inputs are pictures and reach the network divided by 255
 * @param target one batch of targets, or null where nothing is compared
 * @param loss what to compute of outputs and targets, or null
 * @param metrics what else to gather in the totals, after the loss
 * @param update how to update, or null for no update
 * @param part which of the batches of an update this is
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
        UpdateRule update,
        Part part,
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

    /** Which of the batches whose gradients make one update together. */
    public enum Part {
        /** The only one. */
        WHOLE,
        FIRST,
        MIDDLE,
        LAST
    }

    public Request {
        metrics = List.copyOf(metrics);
    }

    /** The output alone, and all else off. */
    private Request(Layer layer, Spec input) {
        this(
                layer,
                input,
                null,
                null,
                List.of(),
                null,
                Part.WHOLE,
                Prediction.OUTPUT,
                Gradients.NONE,
                false,
                false,
                false,
                DType.F32);
    }

    /** Predictions for a batch. */
    public static Request inference(Layer layer, Spec input, Prediction prediction) {
        return new Request(layer, input).with(r -> r.prediction = prediction);
    }

    /** Predictions for a batch with dropout on and everything else as in inference: one sample of what training ran. */
    public static Request sampling(Layer layer, Spec input, Prediction prediction) {
        return inference(layer, input, prediction).withDropout(true);
    }

    /** Loss and metrics of a batch, gathered in the totals. */
    public static Request evaluation(Layer layer, Spec input, Spec target, Loss loss, List<Metric> metrics) {
        return new Request(layer, input).with(r -> {
            r.target = target;
            r.loss = loss;
            r.metrics = metrics;
        });
    }

    /** One step of training. */
    public static Request training(
            Layer layer, Spec input, Spec target, Loss loss, List<Metric> metrics, Optimizer optimizer) {
        return training(layer, input, target, loss, metrics, new UpdateRule(optimizer), Part.WHOLE);
    }

    /** One step of training, or the part of one batch in it. */
    public static Request training(
            Layer layer, Spec input, Spec target, Loss loss, List<Metric> metrics, UpdateRule update, Part part) {
        return evaluation(layer, input, target, loss, metrics).with(r -> {
            r.update = update;
            r.part = part;
            r.gradients = Gradients.PARAMETERS;
            r.dropout = true;
            r.batchStatistics = true;
        });
    }

    /** The loss of a batch and its gradients, without an update and without dropout; statistics are the batch's. */
    public static Request gradients(Layer layer, Spec input, Spec target, Loss loss, Gradients gradients) {
        return evaluation(layer, input, target, loss, List.of()).with(r -> {
            r.gradients = gradients;
            r.batchStatistics = true;
        });
    }

    /** The same with or without weights that examples bring. */
    public Request withExampleWeights(boolean weighted) {
        return with(r -> r.exampleWeights = weighted);
    }

    /** The same with the batch's own statistics or with running ones. */
    public Request withBatchStatistics(boolean ofBatch) {
        return with(r -> r.batchStatistics = ofBatch);
    }

    /** The same with dropout on or off. */
    public Request withDropout(boolean drops) {
        return with(r -> r.dropout = drops);
    }

    private Request with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.request();
    }

    /** A copy whose components can be set one by one. */
    private static final class Draft {
        private final Request former;
        private Spec target;
        private Loss loss;
        private List<Metric> metrics;
        private UpdateRule update;
        private Part part;
        private Prediction prediction;
        private Gradients gradients;
        private boolean dropout;
        private boolean batchStatistics;
        private boolean exampleWeights;

        Draft(Request former) {
            this.former = former;
            target = former.target;
            loss = former.loss;
            metrics = former.metrics;
            update = former.update;
            part = former.part;
            prediction = former.prediction;
            gradients = former.gradients;
            dropout = former.dropout;
            batchStatistics = former.batchStatistics;
            exampleWeights = former.exampleWeights;
        }

        Request request() {
            return new Request(
                    former.layer,
                    former.input,
                    target,
                    loss,
                    metrics,
                    update,
                    part,
                    prediction,
                    gradients,
                    dropout,
                    batchStatistics,
                    exampleWeights,
                    former.precision);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Request r
                && layer == r.layer
                && input.equals(r.input)
                && java.util.Objects.equals(target, r.target)
                && java.util.Objects.equals(loss, r.loss)
                && metrics.equals(r.metrics)
                && java.util.Objects.equals(update, r.update)
                && part == r.part
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
                update,
                part,
                prediction,
                gradients,
                dropout,
                batchStatistics,
                exampleWeights);
    }
}
