package schuss.backend;

import java.util.function.Function;
import java.util.function.LongSupplier;
import schuss.ops.Type;

/** The memory of a program's ends: what its session brings. */
public interface Storage {
    /** Where an input lies. */
    Memory input(String name, Type type);

    /** The memory of a slot. */
    Memory slot(String name);

    /** How often memory that was asked for earlier has been replaced. */
    default long moves() {
        return 0;
    }

    /** Of slots alone. */
    static Storage slots(Function<String, Memory> slots, LongSupplier moves) {
        return new Storage() {
            @Override
            public Memory input(String name, Type type) {
                return null;
            }

            @Override
            public Memory slot(String name) {
                return slots.apply(name);
            }

            @Override
            public long moves() {
                return moves.getAsLong();
            }
        };
    }

    /** Of a program with one input and one slot, whatever they are called. */
    static Storage of(Memory input, Memory slot) {
        return new Storage() {
            @Override
            public Memory input(String name, Type type) {
                return input;
            }

            @Override
            public Memory slot(String name) {
                return slot;
            }
        };
    }
}
