package schuss.internal;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/**
 * A pool of objects that one thread uses at a time: created when needed, and kept for the next user. Unlike those of a
 * {@link ThreadLocal} they are released with their owner, however long a thread lives.
 *
 * @param <T> the kind of object
 */
public final class Spares<T> {
    private final Supplier<T> maker;
    private final ArrayDeque<T> unused = new ArrayDeque<>();

    public Spares(Supplier<T> maker) {
        this.maker = maker;
    }

    public T take() {
        synchronized (unused) {
            if (!unused.isEmpty()) {
                return unused.pop();
            }
        }
        return maker.get();
    }

    public void give(T spare) {
        synchronized (unused) {
            unused.push(spare);
        }
    }
}
