package schuss.train;

import schuss.data.Augmentation;
import schuss.data.Augmenter;
import schuss.data.Dataset;

/**
 * How training reads its examples.
 *
 * @param workers threads that read ahead; with 0 the training thread reads
 */
record Loading(Augmentation augmentation, int workers) {
    private static final int MOST_WORKERS = 1024;

    static final Loading PLAIN = new Loading(Augmentation.none(), 0);

    Loading {
        if (workers < 0 || workers > MOST_WORKERS) {
            throw new IllegalArgumentException(
                    "Trainer: expected a number of workers from 0 to " + MOST_WORKERS + ", got " + workers);
        }
    }

    Loading with(Augmentation other) {
        return new Loading(other, workers);
    }

    Loading withWorkers(int count) {
        return new Loading(augmentation, count);
    }

    /** What changes one epoch's inputs, for one thread; null where nothing does. */
    Augmenter augmenter(Dataset data, long seed, int epoch) {
        return augmentation.isNone() ? null : augmentation.begin(data.input(), seed, epoch);
    }
}
