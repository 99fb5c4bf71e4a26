package schuss.train;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import schuss.Model;
import schuss.data.Dataset;
import schuss.trace.Goal;

/**
 * One call of {@link Trainer#fit}, as callbacks see and steer it, on the thread that called it.
 *
 * <pre>{@code
 * Trainer steered = trainer.withCallback(Callback.everyEpoch((epoch, training) -> {
 *     if (epoch.value("accuracy") > 0.99) {
 *         training.stop();
 *     }
 * }));
 * }</pre>
 */
public interface Training {
    /** What the names of an epoch's values on validation data begin with: {@code validation loss}. */
    String VALIDATION = "validation ";

    /** The name of the loss on validation data. */
    String VALIDATION_LOSS = VALIDATION + "loss";

    /** The model that is trained. */
    Model model();

    /** What the model's outputs are compared by: losses and metrics. */
    Goal goal();

    /** The data that the model is trained on. */
    Dataset data();

    /** Ends training after the current batch, or after the current epoch if that is done. */
    void stop();

    /**
     * Changes settings from the next epoch on. Callbacks, checkpoints and metrics stay those that the fit began with.
     *
     * <pre>{@code
     * training.change(trainer -> trainer.withFrozen("0.conv2d").withBatchSize(256));
     * }</pre>
     *
     * @param change gets the trainer as it is set now, and returns it with other settings
     * @throws IllegalArgumentException if the change returns another trainer's settings
     */
    void change(UnaryOperator<Trainer> change);

    /** Tells the user something: the warning is logged once and stands in {@link History#warnings}. */
    void warn(String warning);

    /** The epochs that are done, including those before a resume. */
    List<Epoch> epochs();

    /** The names of every epoch's values: {@code loss}, then the metrics, then the same for validation data if there is any. */
    List<String> valueNames();

    /** Whether a higher value is better: true for an accuracy, false for a loss. */
    boolean isHigherBetter(String valueName);

    /** A copy of the weights that predictions see now, which are those of the last epoch's end. */
    Snapshot snapshot();

    /** Gives the model these weights, for predictions and for training to go on with. Call it between epochs. */
    void restore(Snapshot snapshot);

    /** Mean loss and metrics of some data, as {@link Trainer#evaluate} computes them. Call it between epochs. */
    Map<String, Double> evaluate(Dataset examples);

    /** One parameter's gradient, as the last batch left it. Call it between epochs. */
    float[] gradient(String path);
}
