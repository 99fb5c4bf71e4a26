package schuss.train.loop;

import java.util.Locale;
import java.util.function.Supplier;
import schuss.optim.UpdateRule;
import schuss.trace.BatchSpec;
import schuss.trace.Part;
import schuss.trace.Trace;

/**
 * A program that a trainer wants to run, and how to make it. Jobs of one trainer with equal keys have equal programs.
 *
 * @param maker of the program, asked for when no job of this key was compiled yet
 */
public record Job(Key key, Supplier<Trace> maker) {
    /** What programs are for. */
    public enum Kind {
        TRAINING,
        EVALUATION,
        GRADIENTS,
        PREDICTION
    }

    /** What the programs of one trainer differ in. */
    record Key(Kind kind, Part part, BatchSpec batch, UpdateRule rule) {
        @Override
        public String toString() {
            return kind.name().toLowerCase(Locale.ROOT) + " of " + batch.size() + " examples"
                    + (part == Part.WHOLE ? "" : ", " + part.name().toLowerCase(Locale.ROOT) + " of its update");
        }
    }

    /** A step of training, or the part of one batch in it. */
    static Job training(Part part, BatchSpec batch, UpdateRule rule, Supplier<Trace> maker) {
        return new Job(new Key(Kind.TRAINING, part, batch, rule), maker);
    }

    /** A job that updates nothing. */
    public static Job of(Kind kind, BatchSpec batch, Supplier<Trace> maker) {
        return new Job(new Key(kind, Part.WHOLE, batch, null), maker);
    }
}
