package schuss.cli.options;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Option;
import schuss.Model;
import schuss.data.Dataset;
import schuss.data.Fold;
import schuss.data.augment.Augmentation;
import schuss.metrics.Metric;
import schuss.train.EarlyStopping;
import schuss.train.Trainer;
import schuss.train.report.TensorBoard;

/** The options of training; an option that is not given is as in the network's recipe. */
public final class TrainingOptions {
    private static final double EARLY_STOPPING_SHARE = 0.1;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            converter = Convert.Count.class,
            description = "How often to go through the data. mlp 5, lenet and resnet18 10, resnet20 and mobilenet"
                    + " 15 unless given; with tables 4,000 steps, but 5 to 100 epochs.")
    private Integer epochs;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            converter = Convert.Count.class,
            description = "Samples per step; 128 unless given, 32 with tables, and with fewer than 512 images in class"
                    + " folders a quarter of them, but at least 8.")
    private Integer batchSize;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            converter = Convert.Seed.class,
            description = "Draws weights, order and dropout: the same seed, the same result.")
    private long seed;

    @Option(
            names = "--optimizer",
            paramLabel = "NAME",
            converter = OptimizerName.Name.class,
            description =
                    "One of adam, adamw, adamax, sgd, momentum, nesterov, adagrad, adadelta, rmsprop, nadam, radam, rprop, lion;"
                            + " adam unless given with mlp and lenet, momentum with the others.")
    private OptimizerName method;

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            converter = Convert.Positive.class,
            description = "Each optimizer has its own unless given; adam 0.001, with tables 0.01; residual networks and"
                    + " mobilenet with momentum 0.1.")
    private Double learningRate;

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            converter = Convert.NotNegative.class,
            description = "Factor of the L2 penalty's gradient; 0 unless given with mlp and lenet, 0.0005 with"
                    + " resnet18, 0.015 with tables, 0.0001 with the others.")
    private Double weightDecay;

    @Option(
            names = "--schedule",
            paramLabel = "NAME",
            converter = RateSchedule.Name.class,
            description = "How the learning rate changes: constant; plateau, a tenth when more than 3 epochs brought no"
                    + " lower loss; over the whole training: cosine or linear to 0, exponential to a hundredth, step, a"
                    + " tenth after each third, one-cycle, up from a 25th and down. Constant unless given with mlp and"
                    + " lenet, cosine with the others and with tables.")
    private RateSchedule schedule;

    @Option(
            names = "--max-norm",
            paramLabel = "X",
            converter = Convert.Positive.class,
            description = "Limit the norm of every unit's incoming weights.")
    private Double maxNorm;

    @Option(
            names = "--augment",
            paramLabel = "STEPS",
            converter = Convert.Chain.class,
            description = "Change every image at random before it is trained on: steps with commas between, like"
                    + " flip,translate:0.1,rotate:15. flip[:P], flip-vertical[:P], rotate:DEGREES, translate:SHARE,"
                    + " crop:PADDING, resized-crop[:AREA], affine:DEGREES[:SHARE[:SCALE[:SHEAR]]],"
                    + " elastic:ALPHA:SIGMA, colour:BRIGHTNESS[:CONTRAST[:SATURATION]], noise:SD, erase:AREA; @P after"
                    + " one takes it with probability P.")
    private Augmentation augmentation;

    @Option(
            names = "--workers",
            paramLabel = "N",
            converter = Convert.CountOrNone.class,
            description = "Threads that read data ahead of training; 0 unless given, with class folders one for each"
                    + " processor, at most 4. The results are the same.")
    private Integer workers;

    @Option(
            names = "--early-stopping",
            paramLabel = "N",
            converter = Convert.Count.class,
            description =
                    "Stop when the validation loss has not fallen for N epochs; keep the weights of the best one.")
    private Integer earlyStopping;

    @Option(
            names = "--validation-split",
            paramLabel = "X",
            converter = Convert.Share.class,
            description =
                    "The share of the training set to validate on after every epoch instead; with --early-stopping"
                            + " 0.1 unless given.")
    private Double validationSplit;

    @Option(
            names = "--tensorboard",
            paramLabel = "DIR",
            description = "Write event files for TensorBoard into this folder, which is made if need be.")
    private Path tensorboard;

    public int workers(int otherwise) {
        return or(workers, otherwise);
    }

    public long seed() {
        return seed;
    }

    /** Refuses what cannot be done, before anything is read. */
    public void check() {
        if (tensorboard != null) {
            Outputs.checkFolder("--tensorboard", tensorboard);
        }
        if (earlyStopping != null && validationSplit != null && validationSplit == 0) {
            throw new BadInput("--early-stopping: expected a --validation-split above 0, got 0");
        }
    }

    /** Keeps a part of the examples back to validate on, if that is asked for; else there is no validation data: null. */
    public Fold parted(Dataset train, Consumer<String> notices) {
        double share = or(validationSplit, earlyStopping == null ? 0 : EARLY_STOPPING_SHARE);
        if (share == 0) {
            return new Fold(train, null);
        }
        List<Dataset> parts = train.shuffle(seed).split(1 - share, share);
        if (validationSplit == null) {
            notices.accept("--early-stopping: validates on " + parts.get(1).size() + " of the " + train.size()
                    + " samples to train with, as with --validation-split " + share);
        }
        return new Fold(parts.get(0), parts.get(1));
    }

    /** Refuses what only images can have. */
    public void checkNoImages(String data) {
        if (augmentation != null) {
            throw new BadInput("--augment: expected only with images, got the table " + data);
        }
    }

    /** An option that is given and is for one training, not for several; or null. */
    public String onlyOnce() {
        return earlyStopping != null
                ? "--early-stopping"
                : tensorboard != null ? "--tensorboard" : validationSplit != null ? "--validation-split" : null;
    }

    private OptimizerName method(Recipe recipe) {
        return or(method, recipe.method());
    }

    /** The recipe's rate is one for its own optimiser. */
    private double rate(Recipe recipe) {
        OptimizerName chosen = method(recipe);
        return or(learningRate, chosen == recipe.method() ? recipe.learningRate() : chosen.rate());
    }

    /** Writes down, by the names of options, what the recipe decides where nothing is given. */
    public void describe(Recipe recipe, Map<String, Object> settings) {
        settings.put("optimizer", ConfiguredOptions.value(method(recipe)));
        settings.put("learning-rate", rate(recipe));
        settings.put("weight-decay", or(weightDecay, recipe.weightDecay()));
        settings.put("batch-size", or(batchSize, recipe.batchSize()));
        settings.put("epochs", or(epochs, recipe.epochs()));
        settings.put("schedule", ConfiguredOptions.value(or(schedule, recipe.schedule())));
    }

    public Trainer trainer(Model model, TaskObjective objective, Recipe recipe) {
        Trainer trainer = Trainer.of(
                        model,
                        objective.loss(),
                        method(recipe).optimizer(rate(recipe), or(weightDecay, recipe.weightDecay())))
                .withBatchSize(or(batchSize, recipe.batchSize()))
                .withEpochs(or(epochs, recipe.epochs()))
                .withSeed(seed)
                .withWorkers(workers(0));
        for (Metric metric : objective.metrics()) {
            trainer = trainer.withMetric(metric);
        }
        trainer = or(schedule, recipe.schedule()).set(trainer);
        if (augmentation != null) {
            trainer = trainer.withAugmentation(augmentation);
        }
        if (earlyStopping != null) {
            trainer = trainer.withCallback(new EarlyStopping(earlyStopping));
        }
        if (tensorboard != null) {
            trainer = trainer.withCallback(new TensorBoard(tensorboard));
        }
        return maxNorm == null ? trainer : trainer.withMaxNorm(maxNorm);
    }

    private static <T> T or(T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
