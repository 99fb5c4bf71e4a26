package schuss.layers;

import schuss.ops.Graph;
import schuss.ops.Value;

/** What a {@link Scope} needs of whoever traces a model. */
public interface Tracer extends Graph {
    /** The symbolic parameter of this path, declared at its first use. */
    Value parameter(Parameter parameter);

    /** The random state of the step, i64(2): seed and step. */
    Value random();

    /** A number for one more random stream. */
    int nextStream();

    /** Whether dropout drops. */
    boolean dropout();

    /** Steps recorded from now on belong to this path. */
    void enter(String path);
}
