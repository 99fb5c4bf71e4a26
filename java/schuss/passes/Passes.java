package schuss.passes;

import schuss.ir.Program;

/**
 * The sequence of passes that every program goes through before it runs. A {@link schuss.Session} applies it for you.
 */
public final class Passes {
    private Passes() {}

    /**
     * {@return the same computation in fewer and faster steps}
     *
     * @param program the program
     * @param abilities of the backend that will run it
     */
    public static Program optimize(Program program, Capabilities abilities) {
        Program needed = Scans.withBodies(Drop.of(program), body -> fused(body, abilities));
        return Derive.of(fused(needed, abilities), abilities);
    }

    private static Program fused(Program program, Capabilities abilities) {
        Program needed = Drop.of(program);
        return FuseNormalization.of(Fuse.of(needed, abilities::fuses), abilities::fuses);
    }
}
