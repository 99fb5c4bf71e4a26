package schuss.train;

import java.time.Duration;

/** Stops training after a batch when so much time has passed since it began. */
public final class TimeLimit implements Callback {
    private final long nanoseconds;
    private Training training;
    private long began;

    public TimeLimit(Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException("TimeLimit: expected a duration of at least 0, got " + limit);
        }
        nanoseconds = limit.toNanos();
    }

    @Override
    public void onBegin(Training begun) {
        training = begun;
        began = System.nanoTime();
    }

    @Override
    public void onProgress(Progress progress) {
        stopInTime();
    }

    @Override
    public void onEpoch(Epoch epoch) {
        stopInTime(); // validation takes time too
    }

    private void stopInTime() {
        if (System.nanoTime() - began >= nanoseconds) {
            training.stop();
        }
    }
}
