package schuss.cli;

import java.nio.file.Path;
import java.util.List;
import schuss.Device;
import schuss.Model;
import schuss.ModelDescription;
import schuss.cli.options.BadInput;
import schuss.cli.options.NetworkChoice;
import schuss.cli.options.Recipe;
import schuss.cli.options.TaskObjective;
import schuss.cli.options.TrainingOptions;
import schuss.data.Dataset;
import schuss.data.Fold;
import schuss.data.table.Table;
import schuss.data.table.TableSchema;
import schuss.train.Trainer;

/**
 * Trains on a table: on four fifths of the rows, with the others for validation, or in rounds of cross-validation.
 *
 * @param table all rows, in the order that the seed has drawn
 * @param network the network to train
 * @param training how to train it
 */
record TableTraining(Table table, NetworkChoice network, TrainingOptions training) {
    private static final double TRAINING_SHARE = 0.8;
    private static final int LEAST_ROWS = 3; // of which TRAINING_SHARE leaves one
    private static final int MOST_EPOCHS = 100;
    private static final int LEAST_EPOCHS = 5;
    private static final int UPDATES = 4000; // small tables need many epochs, large ones few

    /** Refuses a table with too few rows for so many folds, or for a part to validate on where that is 0. */
    static void check(Path file, Table table, int folds) {
        int least = folds > 0 ? folds : LEAST_ROWS;
        if (table.size() < least) {
            throw new BadInput(file + ": expected at least " + least + " rows, "
                    + (folds > 0 ? "one for each of the --folds" : "to train with some and validate on the others")
                    + ", got " + table.size());
        }
    }

    /** Trains one model, keeping validation data for its report, and returns the command's exit code. */
    interface Fitting {
        int fit(Model model, ModelDescription description, TaskObjective objective, Recipe recipe, Fold data);
    }

    /** Trains, has the model saved, and scores it. */
    int once(Device device, Fitting fitting, Scores scores) {
        List<Table> parts = table.split(TRAINING_SHARE, 1 - TRAINING_SHARE);
        return fit(device, parts, fitting, scores);
    }

    /** Trains and scores one model after the other. */
    int folds(Device device, int k, Fitting fitting, Scores scores) {
        List<List<Table>> all = table.folds(k);
        check(device, all);
        int code = 0;
        for (List<Table> parts : all) {
            code = code == 0 ? fit(device, parts, fitting, scores) : code;
        }
        return code;
    }

    /** Refuses what a later fold would, before the first is trained. */
    private void check(Device device, List<List<Table>> folds) {
        TableSchema schema = table.schema();
        try (Model model = network.create(ModelDescription.of(schema), device, training.seed())) {
            Dataset first = folds.get(0).get(0).dataset();
            Trainer trainer = training.trainer(model, TaskObjective.of(schema), recipe(first));
            trainer.check(folds.stream()
                    .map(parts -> training.parted(parts.get(0).dataset(), notice -> {})
                            .train())
                    .toArray(Dataset[]::new));
        }
    }

    private int fit(Device device, List<Table> parts, Fitting fitting, Scores scores) {
        TableSchema schema = parts.get(0).schema();
        ModelDescription description = ModelDescription.of(schema);
        Fold fold = new Fold(parts.get(0).dataset(), parts.get(1).dataset());
        try (Model model = network.create(description, device, training.seed())) {
            int code = fitting.fit(model, description, TaskObjective.of(schema), recipe(fold.train()), fold);
            if (code == 0) {
                scores.add(model, parts.get(1));
            }
            return code;
        }
    }

    /** What is to be learnt, in a line: a target that nobody named shows. */
    String task(Path file) {
        return file + ": " + table;
    }

    Scores scores() {
        return new Scores(table.schema().classification());
    }

    private Recipe recipe(Dataset train) {
        Recipe recipe = Recipe.TABLE;
        int perEpoch = (train.size() - 1) / recipe.batchSize() + 1;
        return recipe.withEpochs(Math.max(LEAST_EPOCHS, Math.min(MOST_EPOCHS, UPDATES / perEpoch)));
    }
}
