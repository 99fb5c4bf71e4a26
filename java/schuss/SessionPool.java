package schuss;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Sessions of one kind that nobody uses just now. Each serves one caller at a time: there are as many as callers. */
final class SessionPool implements AutoCloseable {
    private final List<Queue<InferenceSession>> idle; // by the logarithm of the batch size

    SessionPool(int largestBatch) {
        idle = Stream.<Queue<InferenceSession>>generate(ConcurrentLinkedQueue::new)
                .limit(Integer.numberOfTrailingZeros(largestBatch) + 1L)
                .toList();
    }

    /**
     * Runs something with a session of its own.
     *
     * @param batch a power of two
     * @param maker makes a session of this batch size, where none is idle
     */
    void use(int batch, Supplier<InferenceSession> maker, Consumer<InferenceSession> action) {
        Queue<InferenceSession> queue = idle.get(Integer.numberOfTrailingZeros(batch));
        InferenceSession session = queue.poll();
        if (session == null) {
            session = maker.get();
        }
        try {
            action.accept(session);
        } catch (RuntimeException | Error e) {
            session.close(); // what it holds now is anyone's guess
            throw e;
        }
        queue.add(session);
    }

    /** Frees all sessions, none of which may be in use; those asked for later are made anew. */
    @Override
    public void close() {
        for (Queue<InferenceSession> queue : idle) {
            for (InferenceSession session = queue.poll(); session != null; session = queue.poll()) {
                session.close();
            }
        }
    }
}
