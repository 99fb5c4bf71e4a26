package schuss.schedules;

/** The inner schedule's number at the first step of the epoch; see {@link Schedule#perEpoch}. */
record PerEpoch(Schedule inner) implements Schedule {
    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        return inner.at(step / stepsPerEpoch * stepsPerEpoch, stepsPerEpoch, totalSteps);
    }
}
