package schuss.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.schedules.ReduceOnPlateau;

/**
 * How far a run is: what of it lies on the host.
 *
 * @param state the counts and the plateau of training, and the epochs that are done
 * @param start where the epoch under way stands
 */
record CheckpointPosition(TrainingState.Counts state, EpochStart start) {
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

    /** Reads what {@link #write} wrote. */
    static CheckpointPosition read(Map<String, String> text) {
        String[] plateau = text.get(PLATEAU).split(" ", -1);
        return new CheckpointPosition(
                new TrainingState.Counts(
                        Long.parseLong(text.get(BATCHES)),
                        Long.parseLong(text.get(UPDATES)),
                        Long.parseLong(text.get(TOTAL_UPDATES)),
                        Long.parseLong(text.get(AVERAGED_FROM)),
                        Integer.parseInt(text.get(EPOCHS)),
                        Integer.parseInt(text.get(LAST_EPOCH)),
                        new ReduceOnPlateau.State(
                                Double.parseDouble(plateau[0]),
                                Double.parseDouble(plateau[1]),
                                Integer.parseInt(plateau[2]),
                                Integer.parseInt(plateau[3])),
                        text.get(HISTORY).lines().map(CheckpointPosition::epoch).toList()),
                new EpochStart(Integer.parseInt(text.get(BATCH)), Double.parseDouble(text.get(SECONDS))));
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

    private static Epoch epoch(String line) {
        String[] fields = line.split("\t", -1);
        Map<String, Double> values = new LinkedHashMap<>();
        for (int i = 3; i < fields.length; i += 2) {
            values.put(fields[i].translateEscapes(), Double.valueOf(fields[i + 1]));
        }
        return new Epoch(
                Integer.parseInt(fields[0]), values, Double.parseDouble(fields[1]), Double.parseDouble(fields[2]));
    }
}
