package schuss.cli;

/** How a network is trained unless told otherwise. */
record Recipe(int epochs, Method method, double learningRate, double weightDecay, RateSchedule schedule) {}
