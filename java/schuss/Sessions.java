package schuss;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import schuss.backend.Memory;
import schuss.backend.Storage;
import schuss.backend.runtime.Arena;
import schuss.backend.runtime.InputBuffers;
import schuss.internal.Inside;
import schuss.ir.Program;
import schuss.ops.Type;
import schuss.passes.Passes;

/**
 * Sessions of which one runs at a time: they share one arena and one buffer for each input. The least recently used makes
 * room for a new one. For trainers and predictors; on the device's thread, or on one thread at a time where the backend
 * allows it.
 */
public final class Sessions implements AutoCloseable {
    static {
        Inside.show(Sessions.class, InputBuffers.class, Sessions::inputs);
    }

    private static final System.Logger LOG = System.getLogger("schuss");

    private final Device device;
    private final int threads;
    private final int most;
    private final Arena arena;
    private final InputBuffers inputs;
    private final Map<Object, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);
    private long slotMoves;

    /**
     * Nothing is allocated yet.
     *
     * @param threads that kernels may use
     * @param most sessions that stay
     */
    public Sessions(Device device, int threads, int most) {
        this.device = device;
        this.threads = threads;
        this.most = most;
        arena = new Arena(device.backend());
        inputs = new InputBuffers(device.backend());
    }

    /** What inputs are read from. */
    InputBuffers inputs() {
        return inputs;
    }

    /** The session of a key; null where there is none yet. */
    Session find(Object key) {
        return sessions.get(key);
    }

    /**
     * The session of a key; compiled where there is none.
     *
     * @param key what tells programs apart; its text is what the log says was compiled
     * @param maker of the program, not optimised yet
     * @param slots the memory of each of its slots; asked again after {@link #moveSlots}
     */
    public Session get(Object key, Supplier<Program> maker, Function<String, Memory> slots) {
        Session session = sessions.get(key);
        if (session == null) {
            session = compile(key, maker.get(), slots);
            sessions.put(key, session);
            if (sessions.size() > most) {
                sessions.remove(sessions.keySet().iterator().next()).close();
            }
        }
        return session;
    }

    private Session compile(Object key, Program program, Function<String, Memory> slots) {
        long began = System.nanoTime();
        int worth = device.backend().threads(program, threads);
        Session session = session(Passes.optimize(program, device.backend().abilities(worth)), worth, slots);
        LOG.log(
                System.Logger.Level.DEBUG,
                () -> "compiled " + key + ": " + session.program().steps().size() + " steps in "
                        + (System.nanoTime() - began) / 1_000_000 + " ms");
        return session;
    }

    /** A session of a program as it is, all of whose values are there to be read; whoever asks closes it. */
    public Session asTraced(Program program, Function<String, Memory> slots) {
        return session(program, threads, slots);
    }

    private Session session(Program program, int worth, Function<String, Memory> slots) {
        return new Session(device, program, worth, arena, new Shared(slots));
    }

    /** Slots lie elsewhere from now on. */
    public void moveSlots() {
        slotMoves++;
    }

    private final class Shared implements Storage {
        private final Function<String, Memory> slots;

        Shared(Function<String, Memory> slots) {
            this.slots = slots;
        }

        @Override
        public Memory input(String name, Type type) {
            return inputs.room(name, type.dtype(), type.shape().size());
        }

        @Override
        public Memory slot(String name) {
            return slots.apply(name);
        }

        @Override
        public long moves() {
            return inputs.moves() + slotMoves;
        }
    }

    @Override
    public void close() {
        sessions.values().forEach(Session::close);
        sessions.clear();
        inputs.close();
        arena.close();
    }
}
