package schuss.train.loop;

import schuss.trace.Part;

/**
 * How an epoch is cut into batches and updates: updates of {@code accumulate} batches each; the last batch and the last
 * update may be smaller.
 */
public record Batches(int examples, int size, int accumulate) {
    /** How many batches there are. */
    public int count() {
        return (examples + size - 1) / size;
    }

    /** How many updates there are. */
    public int updates() {
        return (count() - 1) / accumulate + 1;
    }

    /** Examples of a batch. */
    public int examplesOf(int batch) {
        return Math.min(size, examples - batch * size);
    }

    /** Where a batch stands in its update. */
    public Part part(int batch) {
        boolean first = batch % accumulate == 0;
        boolean last = isLast(batch);
        return first && last ? Part.WHOLE : first ? Part.FIRST : last ? Part.LAST : Part.MIDDLE;
    }

    /** Whether a batch ends an update. */
    boolean isLast(int batch) {
        return batch % accumulate == accumulate - 1 || batch == count() - 1;
    }
}
