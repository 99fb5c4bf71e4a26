package schuss.layers;

import schuss.ops.Value;

/** What a {@link Scope} needs of whoever traces a model. */
public interface Tracer {
    /** The symbolic parameter of this path, declared at its first use. */
    Value parameter(Parameter parameter);

    /** The symbolic parameter of this path, or null where none was declared. */
    Value known(String path);

    /** Adds numbers (batch) to the losses where there are any. */
    void addLoss(Value perExample);

    /** The symbolic state of this path, declared at its first use. */
    Value state(Parameter state);

    /** Moves a state towards a value where this program trains: state += weight * (value - state). */
    void update(Value state, Value value, double weight);

    /** The random state of the step, i64(2): seed and step. */
    Value random();

    /** A number for one more random stream. */
    int nextStream();

    /** Whether dropout drops. */
    boolean dropout();

    /** Whether normalisation uses the batch's own mean and variance. */
    boolean batchStatistics();

    /** A layer was applied at this path. */
    void applied(String path, Layer layer, Value[] inputs, Value[] outputs);

    /** Steps recorded from now on belong to this path. */
    void enter(String path);
}
