package schuss.train.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import schuss.FormatException;
import schuss.schedules.ReduceOnPlateau;
import schuss.train.Epoch;
import schuss.train.loop.Batches;
import schuss.train.loop.EpochStart;
import schuss.train.loop.TrainingState;

/**
 * How far a run is: what of it lies on the host.
 *
 * @param state the counts and the plateau of training, and the epochs that are done
 * @param start where the epoch under way stands
 */
public record CheckpointPosition(TrainingState.Counts state, EpochStart start) {
    private static final String BATCHES = "batches";
    private static final String UPDATES = "updates";
    private static final String TOTAL_UPDATES = "total_updates";
    private static final String AVERAGED_FROM = "averaged_from";
    private static final String EPOCHS = "epochs";
    private static final String LAST_EPOCH = "last_epoch";
    private static final String BATCH = "epoch_batch";
    private static final String SECONDS = "epoch_seconds";
    private static final String PLATEAU = "plateau";
    private static final String HISTORY = "history";
    private static final String DURATION = "a time of at least 0 seconds";
    private static final long MOST_BATCHES = 100_000_000_000_000_000L; // what a file's name has room for
    private static final long MOST_EPOCHS = Integer.MAX_VALUE / 2;

    void write(Map<String, String> text) {
        text.put(BATCHES, Long.toString(state.batches()));
        text.put(UPDATES, Long.toString(state.updates()));
        text.put(TOTAL_UPDATES, Long.toString(state.totalUpdates()));
        text.put(AVERAGED_FROM, Long.toString(state.averagedFrom()));
        text.put(EPOCHS, Integer.toString(state.epochs()));
        text.put(LAST_EPOCH, Integer.toString(state.lastEpoch()));
        text.put(BATCH, Integer.toString(start.batch()));
        text.put(SECONDS, Double.toString(start.seconds()));
        ReduceOnPlateau.State plateau = state.plateau();
        text.put(PLATEAU, plateau.scale() + " " + plateau.best() + " " + plateau.bad() + " " + plateau.cooling());
        text.put(
                HISTORY,
                String.join(
                        "\n",
                        state.finished().stream().map(CheckpointPosition::line).toList()));
    }

    /**
     * What holds of every position of a run.
     *
     * @param batches of an epoch
     * @param epochs of a fit
     * @param names of an epoch's values
     */
    public record Bounds(Batches batches, int epochs, List<String> names) {}

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws FormatException if it is no position of such a run
     */
    static CheckpointPosition read(CheckpointText text, Bounds bounds) {
        int batch = (int) text.whole(BATCH, 0, bounds.batches().count());
        long batches = text.whole(BATCHES, batch, MOST_BATCHES);
        long updates = text.whole(UPDATES, batch / bounds.batches().accumulate(), batches);
        int epochs = (int) text.whole(EPOCHS, 0, MOST_EPOCHS);
        int lastEpoch = (int) text.whole(LAST_EPOCH, epochs, (long) epochs + bounds.epochs());
        double seconds = text.number(SECONDS, text.get(SECONDS), DURATION, CheckpointPosition::isDuration);
        TrainingState.Counts counts = new TrainingState.Counts(
                batches,
                updates,
                text.whole(
                        TOTAL_UPDATES,
                        updates,
                        updates + (long) bounds.epochs() * bounds.batches().updates()),
                text.whole(AVERAGED_FROM, 0, updates),
                epochs,
                lastEpoch,
                plateau(text),
                history(text, epochs, bounds));
        return new CheckpointPosition(counts, new EpochStart(batch, seconds));
    }

    /** The same in a fit of more epochs. */
    CheckpointPosition extended(int epochs, Batches batches) {
        TrainingState.Counts longer = new TrainingState.Counts(
                state.batches(),
                state.updates(),
                state.totalUpdates() + (long) epochs * batches.updates(),
                state.averagedFrom(),
                state.epochs(),
                Math.addExact(state.lastEpoch(), epochs),
                state.plateau(),
                state.finished());
        return new CheckpointPosition(longer, start);
    }

    private static boolean isDuration(double seconds) {
        return seconds >= 0 && Double.isFinite(seconds);
    }

    private static ReduceOnPlateau.State plateau(CheckpointText text) {
        String[] fields = text.get(PLATEAU).split(" ", -1);
        if (fields.length != 4) {
            throw text.wrong(PLATEAU, "four numbers", text.get(PLATEAU));
        }
        return new ReduceOnPlateau.State(
                text.number(PLATEAU, fields[0], "a number from 0 to 1", x -> x >= 0 && x <= 1),
                text.number(PLATEAU, fields[1], "a number", x -> !Double.isNaN(x)),
                (int) text.whole(PLATEAU, fields[2], 0, Integer.MAX_VALUE - 1),
                (int) text.whole(PLATEAU, fields[3], 0, Integer.MAX_VALUE));
    }

    /** The epochs of a fit that are done, the last of which has a number. */
    private static List<Epoch> history(CheckpointText text, int last, Bounds bounds) {
        List<Epoch> finished =
                text.get(HISTORY).lines().map(line -> epoch(text, line, bounds)).toList();
        for (int i = 0; i < finished.size(); i++) {
            int number = last - finished.size() + 1 + i;
            if (number < 1
                    || finished.size() > bounds.epochs()
                    || finished.get(i).number() != number) {
                throw text.wrong(
                        HISTORY,
                        "at most " + bounds.epochs() + " epochs in a row up to " + last,
                        finished.size() + " with " + finished.get(i).number());
            }
        }
        return finished;
    }

    /** Number, seconds, learning rate, then names and values, with tabs between. */
    private static String line(Epoch epoch) {
        List<String> fields = new ArrayList<>(List.of(
                Integer.toString(epoch.number()),
                Double.toString(epoch.seconds()),
                Double.toString(epoch.learningRate())));
        epoch.values().forEach((name, value) -> {
            fields.add(name.replace("\\", "\\\\")
                    .replace("\t", "\\t")
                    .replace("\n", "\\n")
                    .replace("\r", "\\r"));
            fields.add(Double.toString(value));
        });
        return String.join("\t", fields);
    }

    private static Epoch epoch(CheckpointText text, String line, Bounds bounds) {
        String[] fields = line.split("\t", -1);
        Map<String, Double> values = new LinkedHashMap<>();
        for (int i = 3; i + 1 < fields.length; i += 2) {
            values.put(unescaped(fields[i]), text.number(HISTORY, fields[i + 1], "a number", x -> true));
        }
        if (fields.length % 2 == 0 || !values.keySet().equals(Set.copyOf(bounds.names()))) {
            throw text.wrong(HISTORY, "values of " + bounds.names() + " for each epoch", line);
        }
        return new Epoch(
                (int) text.whole(HISTORY, fields[0], 1, MOST_EPOCHS),
                values,
                text.number(HISTORY, fields[1], DURATION, CheckpointPosition::isDuration),
                text.number(HISTORY, fields[2], "a finite rate", Double::isFinite));
    }

    /** A name as it was; one that nobody has escaped so is taken as it is, and known to none. */
    private static String unescaped(String name) {
        try {
            return name.translateEscapes();
        } catch (IllegalArgumentException e) {
            return name;
        }
    }
}
