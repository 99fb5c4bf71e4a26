package schuss.backend;

/** The memory of a program's ends: what its session brings. */
public interface Storage {
    /** Where an input lies for all runs. */
    Memory input(String name);

    /** The memory of a slot. */
    Memory slot(String name);

    /** Of a program with one input and one slot, whatever they are called. */
    static Storage of(Memory input, Memory slot) {
        return new Storage() {
            @Override
            public Memory input(String name) {
                return input;
            }

            @Override
            public Memory slot(String name) {
                return slot;
            }
        };
    }
}
