package schuss.schedules;

/** One schedule for some time, then another; see {@link Schedule#then}. */
record Chain(Schedule first, Span length, Schedule next) implements Schedule {
    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        long end = (long) Math.ceil(length.inSteps(stepsPerEpoch, totalSteps));
        return step < end
                ? first.at(step, stepsPerEpoch, totalSteps)
                : next.at(step - end, stepsPerEpoch, Math.max(1, totalSteps - end));
    }
}
