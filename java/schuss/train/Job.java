package schuss.train;

import java.util.function.Supplier;
import schuss.trace.BatchSpec;
import schuss.trace.Part;
import schuss.trace.Trace;

/**
 * A program that a trainer wants to run, and how to make it. Jobs of one trainer with equal keys have equal programs.
 *
 * @param maker of the program, asked for when no job of this key was compiled yet
 */
record Job(Key key, Supplier<Trace> maker) {
    /** What programs are for. */
    enum Kind {
        TRAINING,
        EVALUATION,
        GRADIENTS,
        PREDICTION
    }

    /** What the programs of one trainer differ in. */
    record Key(Kind kind, Part part, BatchSpec batch) {}

    static Job of(Kind kind, Part part, BatchSpec batch, Supplier<Trace> maker) {
        return new Job(new Key(kind, part, batch), maker);
    }
}
