package schuss.program;

import java.util.function.Predicate;
import schuss.ops.Op;

/** The row of passes that turns a request into a program. */
public final class Passes {
    private Passes() {}

    /**
     * The program of a request.
     *
     * @param supported whether the backend has a kernel for a fused op; {@code op -> false} leaves all steps apart
     */
    public static Program compile(Request request, Predicate<Op> supported) {
        return Fuse.run(unfused(request), supported);
    }

    /** The program before anything is fused. */
    public static Program unfused(Request request) {
        Program forward = Trace.forward(request);
        Program differentiated = Differentiate.run(forward, request);
        return Drop.run(Update.run(differentiated, request));
    }
}
