package schuss.cli.options;

/** How a network is trained unless told otherwise. */
public record Recipe(
        int epochs,
        int batchSize,
        OptimizerName method,
        double learningRate,
        double weightDecay,
        RateSchedule schedule) {
    /** For tables, whose number of epochs goes by their length. The decay keeps small ones from being learnt by heart. */
    public static final Recipe TABLE = new Recipe(100, 32, OptimizerName.ADAM, 1e-2, 0.015, RateSchedule.COSINE);

    private static final int BATCH_SIZE = 128;
    private static final int LEAST_BATCH = 8;
    private static final int LEAST_STEPS = 4; // of an epoch: with fewer, a small set of images is hardly learned from

    Recipe(int epochs, OptimizerName method, double learningRate, double weightDecay, RateSchedule schedule) {
        this(epochs, BATCH_SIZE, method, learningRate, weightDecay, schedule);
    }

    public Recipe withEpochs(int number) {
        return new Recipe(number, batchSize, method, learningRate, weightDecay, schedule);
    }

    /** The same in smaller steps where there are few examples. */
    public Recipe forExamples(int count) {
        int batch = Math.min(batchSize, Math.max(LEAST_BATCH, count / LEAST_STEPS));
        return new Recipe(epochs, batch, method, learningRate, weightDecay, schedule);
    }
}
