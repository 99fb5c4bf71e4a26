package schuss.backend.runtime;

import java.util.HashMap;
import java.util.Map;
import schuss.backend.Backend;
import schuss.backend.Memory;
import schuss.backend.Storage;
import schuss.ir.Program;
import schuss.ir.Slot;
import schuss.ops.Type;

/** Memory for all inputs and slots of a program, allocated when it is first needed; slots start at 0. */
public final class OwnStorage implements Storage, AutoCloseable {
    private final Backend backend;
    private final Program program;
    private final Storage given;
    private final Arena arena;
    private final InputBuffers inputs;
    private final Map<String, Memory> slots = new HashMap<>();

    /** @param given has the memory of some slots, and null for others; null for no slot */
    public OwnStorage(Backend backend, Program program, Storage given) {
        this.backend = backend;
        this.program = program;
        this.given = given;
        arena = new Arena(backend);
        inputs = new InputBuffers(backend);
    }

    public Arena arena() {
        return arena;
    }

    @Override
    public Memory input(String name, Type type) {
        return inputs.room(name, type.dtype(), type.shape().size());
    }

    @Override
    public Memory slot(String name) {
        Memory elsewhere = given == null ? null : given.slot(name);
        return elsewhere != null ? elsewhere : slots.computeIfAbsent(name, this::allocated);
    }

    private Memory allocated(String name) {
        Slot slot = program.slot(name);
        return backend.allocate(slot.size() * backend.bytes(slot.dtype()));
    }

    @Override
    public long moves() {
        return inputs.moves() + (given == null ? 0 : given.moves());
    }

    @Override
    public void close() {
        slots.values().forEach(Memory::close);
        slots.clear();
        inputs.close();
        arena.close();
    }
}
