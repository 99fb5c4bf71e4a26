package schuss.backend;

import java.util.function.Function;
import java.util.function.LongSupplier;
import schuss.ops.Type;

/** The memory of a program's inputs and slots, which its session provides. */
public interface Storage {
    /**
     * {@return the memory of an input}
     *
     * @param name of the input
     * @param type its element type and shape
     */
    Memory input(String name, Type type);

    /**
     * {@return the memory of a slot}
     *
     * @param name of the slot
     */
    Memory slot(String name);

    /**
     * {@return how often memory that was handed out has been replaced since; kernels have to be bound again when this
     * changes}
     */
    default long moves() {
        return 0;
    }

    /**
     * {@return memory for slots only, for programs without inputs}
     *
     * @param slots the memory of a slot, by name
     * @param moves see {@link #moves}
     */
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

    /**
     * {@return memory for a program with at most one input and one slot, whatever their names}
     *
     * @param input the memory of the input
     * @param slot the memory of the slot
     */
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
