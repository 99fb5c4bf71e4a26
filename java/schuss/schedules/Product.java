package schuss.schedules;

/** The product of two schedules; see {@link Schedule#times}. */
record Product(Schedule a, Schedule b) implements Schedule {
    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        return a.at(step, stepsPerEpoch, totalSteps) * b.at(step, stepsPerEpoch, totalSteps);
    }
}
