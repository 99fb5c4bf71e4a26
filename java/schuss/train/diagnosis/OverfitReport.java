package schuss.train.diagnosis;

import java.util.Locale;
import schuss.Model;
import schuss.data.Dataset;
import schuss.train.NotFiniteException;
import schuss.train.Snapshot;
import schuss.train.Trainer;

/**
 * Whether a model can learn a few examples by heart. Try this first with a new network: if it cannot, there is a
 * mistake somewhere.
 *
 * <pre>{@code
 * System.out.println(OverfitReport.of(trainer, data, 20));
 * }</pre>
 *
 * @param examples the number of examples
 * @param before the loss before training
 * @param after the loss after training, without dropout; NaN if training diverged
 * @param epochs the number of epochs that were run, at most 1000
 * @param learnt whether the loss fell to a hundredth of its first value, or to at most 0.001
 */
public record OverfitReport(int examples, double before, double after, int epochs, boolean learnt) {
    private static final int ROUNDS = 40;
    private static final int EPOCHS_PER_ROUND = 25;
    private static final double SHARE_LEFT = 0.01;
    private static final double SMALL = 1e-3;

    /**
     * Trains a copy of the model on a few examples until it has learnt them, for at most 1000 epochs. The settings are
     * those of the trainer, except that all examples form one batch. Dropout and penalties can get in the way.
     *
     * @param like the model with its settings
     * @param data the training data
     * @param count how many of the first examples to use; 20 is a good number
     * @return the report
     */
    public static OverfitReport of(Trainer like, Dataset data, int count) {
        Model model = like.model();
        Dataset few = data.take(count);
        try (Model copy = Snapshot.copy(model, model.device())) {
            Trainer trainer = Copies.of(like, copy).withBatchSize(few.size()).withEpochs(EPOCHS_PER_ROUND);
            double before = loss(trainer, few);
            double after = before;
            int rounds = 0;
            boolean learnt = false;
            while (!learnt && rounds < ROUNDS) {
                rounds++;
                try {
                    trainer.fit(few);
                } catch (NotFiniteException diverged) {
                    return new OverfitReport(few.size(), before, Double.NaN, rounds * EPOCHS_PER_ROUND, false);
                }
                after = loss(trainer, few);
                learnt = after <= SHARE_LEFT * before || after <= SMALL;
            }
            return new OverfitReport(few.size(), before, after, rounds * EPOCHS_PER_ROUND, learnt);
        }
    }

    private static double loss(Trainer trainer, Dataset data) {
        return trainer.evaluate(data).get("loss");
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s %d examples by heart: loss %.4g before, %.4g after %d epochs",
                learnt ? "learnt" : "could not learn",
                examples,
                before,
                after,
                epochs);
    }
}
