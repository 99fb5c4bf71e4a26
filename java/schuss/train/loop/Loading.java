package schuss.train.loop;

import schuss.data.Dataset;
import schuss.data.augment.Augmentation;
import schuss.data.augment.Augmenter;

/**
 * How training reads its examples.
 *
 * @param workers threads that read ahead; with 0 the training thread reads
 */
public record Loading(Augmentation augmentation, int workers) {
    private static final int MOST_WORKERS = 1024;

    public static final Loading PLAIN = new Loading(Augmentation.none(), 0);

    public Loading {
        if (workers < 0 || workers > MOST_WORKERS) {
            throw new IllegalArgumentException(
                    "Trainer: expected a number of workers from 0 to " + MOST_WORKERS + ", got " + workers);
        }
    }

    public Loading with(Augmentation other) {
        return new Loading(other, workers);
    }

    public Loading withWorkers(int count) {
        return new Loading(augmentation, count);
    }

    /** What changes one epoch's inputs, for one thread; null where nothing does. */
    public Augmenter augmenter(Dataset data, long seed, int epoch) {
        return augmentation.isNone() ? null : augmentation.begin(data.input(), seed, epoch);
    }
}
