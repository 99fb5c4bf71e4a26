package schuss.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import schuss.Device;
import schuss.Model;
import schuss.ModelDescription;
import schuss.cli.options.BadInput;
import schuss.cli.options.DataName;
import schuss.cli.options.DeviceOptions;
import schuss.cli.options.ImageFolders;
import schuss.cli.options.ImageSettings;
import schuss.cli.options.SavedModelOptions;
import schuss.data.Dataset;
import schuss.data.image.ImageOptions;
import schuss.data.table.Table;
import schuss.data.table.TableSchema;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Sgd;
import schuss.train.Trainer;

/** {@code schuss evaluate}. */
@Command(name = "evaluate", sortOptions = false, description = "Prints how well a saved model does on a test set.")
final class EvaluateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DATA", description = DataName.EXPECTED)
    private String data;

    @Mixin
    private SavedModelOptions from;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Where the data set's files are.")
    private Path dataDir;

    @Option(
            names = "--unreadable",
            paramLabel = "refuse|skip",
            converter = ImageSettings.UnreadableName.class,
            description = "Class folders: what to do about a file that is no image; refuse unless given.")
    private ImageOptions.Unreadable unreadable;

    @Mixin
    private DeviceOptions where;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        json.check();
        DataName name = DataName.of(data, dataDir);
        ModelDescription saved = from.read();
        where.check();
        if (name.isTable() != saved.table().isPresent()) {
            throw new BadInput(data + ": expected " + (name.isTable() ? "images" : "a table") + " as " + from.file()
                    + " takes, got " + (name.isTable() ? "a table" : "images"));
        }
        return name.isTable() ? table(name, saved) : images(name, saved);
    }

    private int table(DataName name, ModelDescription saved) throws IOException {
        Path path = name.tableFile(Printable.to(spec.commandLine().getErr()));
        TableSchema schema = saved.table().orElseThrow();
        Scores scores = new Scores(schema.classification());
        try (Device device = where.open();
                Model model = from.load(saved, device)) {
            Table.readParts(path, schema, from.skipLines(), Scores.PART, part -> scores.add(model, part));
        }
        print(scores);
        return 0;
    }

    private Dataset test(DataName name, ModelDescription saved, Consumer<String> notices) {
        if (name.isClassFolders()) {
            ImageOptions options = saved.images()
                    .orElseThrow(() -> new BadInput(data + ": expected examples of " + saved.input() + " as "
                            + from.file() + " takes, got images"));
            return ImageFolders.toEvaluate(
                    name.place(), unreadable == null ? options : options.withUnreadable(unreadable), notices);
        }
        if (unreadable != null) {
            throw new BadInput("--unreadable: expected only with a folder of class folders, got it with " + data);
        }
        return name.test(notices);
    }

    private void print(Scores scores) {
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("data", data);
        run.put("model", from.file().toString());
        spec.commandLine().getOut().println(json.result("test", scores, scores.line("test"), run));
    }

    private int images(DataName name, ModelDescription saved) throws IOException {
        Dataset test = test(name, saved, Printable.to(spec.commandLine().getErr()));
        if (!test.input().shape().equals(saved.input())) {
            throw new BadInput(data + ": expected images of " + saved.input() + " as " + from.file() + " takes, got "
                    + test.input().shape());
        }
        if (test.classes() > saved.classNames().size()) {
            throw new BadInput(data + ": expected labels of at most "
                    + (saved.classNames().size() - 1) + " as " + from.file() + " knows, got " + (test.classes() - 1));
        }
        try (Device device = where.open();
                Model model = from.load(saved, device)) {
            Trainer trainer =
                    Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(0)).withMetric(new Accuracy());
            print(TrainCommand.scores(trainer, test));
        }
        return 0;
    }
}
