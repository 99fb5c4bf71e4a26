package schuss.program;

/** The row of passes that turns a request into a program. */
public final class Passes {
    private Passes() {}

    /**
     * The program of a request.
     *
     * @param abilities of the backend that will run it
     */
    public static Program compile(Request request, Abilities abilities) {
        return Derive.run(Fuse.run(unfused(request), abilities::fuses), abilities);
    }

    /** The program before anything is fused or moved. */
    public static Program unfused(Request request) {
        Program forward = Trace.forward(request);
        Program differentiated = Differentiate.run(forward, request);
        return Drop.run(Update.run(differentiated, request));
    }
}
