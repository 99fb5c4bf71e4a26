package schuss.schedules;

/** Keeps the number of an epoch's first step during the epoch; see {@link Schedule#perEpoch}. */
record PerEpoch(Schedule inner) implements Schedule {
    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        return inner.at(step / stepsPerEpoch * stepsPerEpoch, stepsPerEpoch, totalSteps);
    }
}
