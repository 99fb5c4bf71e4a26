package schuss.internal;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/**
 * Things that one thread uses at a time: made as they are needed, kept for whoever comes next. Unlike those of a
 * {@link ThreadLocal} they go with their owner, however long a thread lives.
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
