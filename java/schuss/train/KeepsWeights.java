package schuss.train;

import java.io.IOException;
import java.util.Map;
import schuss.io.Safetensors;

/** A callback that keeps a copy of all weights, which checkpoints hold as they are. */
public interface KeepsWeights {
    /** The copy; null where there is none yet. */
    Snapshot kept();

    /**
     * Goes on with a copy that {@link Snapshot#write} wrote, or with none.
     *
     * @param noted what a checkpoint holds of this callback
     * @throws IllegalArgumentException if they are not of the model's network
     */
    void restoreKept(Map<String, Safetensors.Entry> noted) throws IOException;
}
