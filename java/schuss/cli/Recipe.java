package schuss.cli;

/** How a network is trained unless told otherwise. */
record Recipe(
        int epochs, int batchSize, Method method, double learningRate, double weightDecay, RateSchedule schedule) {
    /** For tables, whose number of epochs goes by their length. The decay keeps small ones from being learnt by heart. */
    static final Recipe TABLE = new Recipe(100, 32, Method.ADAM, 1e-2, 0.015, RateSchedule.COSINE);

    private static final int BATCH_SIZE = 128;

    Recipe(int epochs, Method method, double learningRate, double weightDecay, RateSchedule schedule) {
        this(epochs, BATCH_SIZE, method, learningRate, weightDecay, schedule);
    }

    Recipe withEpochs(int number) {
        return new Recipe(number, batchSize, method, learningRate, weightDecay, schedule);
    }
}
