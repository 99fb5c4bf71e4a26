package schuss.train.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import schuss.train.Epoch;
import schuss.train.History;
import schuss.train.Training;

/** Sentences about the epochs of a training run: which was the best, and how far training and validation are apart. */
final class Findings {
    private static final String LOSS = "loss";
    private static final double FALLING = 0.01; // of the loss in one epoch
    private static final double RISEN = 1.05; // times the lowest validation loss

    private final List<Epoch> epochs;
    private final double firstLoss; // NaN where nobody knows
    private final Epoch last;

    private Findings(List<Epoch> epochs, double firstLoss) {
        this.epochs = epochs;
        this.firstLoss = firstLoss;
        last = epochs.get(epochs.size() - 1);
    }

    /** None of no epochs. */
    static List<String> of(History history) {
        List<Epoch> epochs = history.epochs();
        if (epochs.isEmpty()) {
            return List.of();
        }
        Set<String> names = epochs.get(0).values().keySet();
        // one that was stopped was not validated
        List<Epoch> whole =
                epochs.stream().filter(e -> e.values().keySet().equals(names)).toList();
        double firstLoss = history.losses().isEmpty()
                ? Double.NaN
                : history.losses().get(0).loss();
        Findings findings = new Findings(whole, firstLoss);
        return Stream.of(findings.best(), findings.gaps(), findings.advice())
                .flatMap(List::stream)
                .toList();
    }

    private boolean validated() {
        return last.values().containsKey(Training.VALIDATION + LOSS);
    }

    /** That with the lowest loss, of validation where there is one; the first of equals. */
    private Epoch bestEpoch() {
        String name = validated() ? Training.VALIDATION + LOSS : LOSS;
        return epochs.stream()
                .min(Comparator.comparingDouble(e -> e.value(name)))
                .orElseThrow();
    }

    private List<String> best() {
        Epoch best = bestEpoch();
        String name = (validated() ? Training.VALIDATION : "training ") + LOSS;
        double lowest = best.value(validated() ? name : LOSS);
        String sentence = "The " + name + " was lowest in epoch " + best.number() + " of " + epochs.size()
                + text(": %.4g", lowest);
        boolean later = best != last;
        return List.of(
                sentence + (later ? text("; it ended at %.4g", last.value(validated() ? name : LOSS)) : "") + ".");
    }

    private List<String> gaps() {
        if (!validated()) {
            return List.of(
                    "There was no validation data: whether the model overfits cannot be told from these curves.");
        }
        return last.values().keySet().stream()
                .filter(name -> last.values().containsKey(Training.VALIDATION + name))
                .map(name -> "In the last epoch the " + name + text(" was %.4g in training", last.value(name))
                        + text(" and %.4g in validation", last.value(Training.VALIDATION + name))
                        + text(", a difference of %.2g.", last.value(Training.VALIDATION + name) - last.value(name)))
                .toList();
    }

    /** What the curves give reason to try. */
    private List<String> advice() {
        List<String> advice = new ArrayList<>();
        int count = epochs.size();
        double lossBefore = count > 1 ? epochs.get(count - 2).value(LOSS) : Double.NaN;
        double fall = 1 - last.value(LOSS) / lossBefore;
        boolean risen = validated()
                && last.value(Training.VALIDATION + LOSS) > RISEN * bestEpoch().value(Training.VALIDATION + LOSS);
        if (bestEpoch().value(LOSS) > firstLoss) {
            advice.add(text("No epoch had a lower training loss than the first batches, %.4g.", firstLoss)
                    + " To try: a smaller learning rate.");
        } else if (risen) {
            advice.add("Since epoch " + bestEpoch().number() + " the validation loss has risen"
                    + text(
                            " by %.0f %%",
                            100
                                    * (last.value(Training.VALIDATION + LOSS)
                                                    / bestEpoch().value(Training.VALIDATION + LOSS)
                                            - 1))
                    + text(
                            ", while the training loss went from %.4g",
                            bestEpoch().value(LOSS))
                    + text(" to %.4g: the model overfits.", last.value(LOSS))
                    + " To try: early stopping, dropout, weight decay, augmentation, a smaller network, more data.");
        } else if (lossBefore > 0 && fall > FALLING) {
            advice.add(text("In the last epoch the training loss still fell, by %.1f %%", 100 * fall)
                    + (validated() && bestEpoch() != last
                            ? ", the validation loss did not."
                            : ". To try: more epochs."));
        }
        return advice;
    }

    private static String text(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
