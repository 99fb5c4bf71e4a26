package schuss;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import schuss.backend.runtime.ModelMemory;
import schuss.backend.runtime.Weights;

/** What trainers see of a model: see {@link ModelMemory}. */
record PublishedWeights(NamedWeights weights, Resource resource, Device device, AtomicBoolean fitting)
        implements ModelMemory {
    @Override
    public void read(Weights target) {
        weights.copyTo(target);
    }

    @Override
    public void change(Consumer<Weights> replacement) {
        weights.change(replacement);
    }

    @Override
    public long version() {
        long[] count = new long[1];
        resource.use(() -> count[0] = weights.version());
        return count[0];
    }

    @Override
    public <T extends AutoCloseable> T own(T closeable, Object user) {
        T owned = resource.own(closeable);
        Resource holder = resource;
        device.cleaner().register(user, () -> holder.disown(owned));
        return owned;
    }

    @Override
    public void disown(AutoCloseable closeable) {
        resource.disown(closeable);
    }

    @Override
    public void beginFit() {
        if (!fitting.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "Trainer: expected one fit of a model at a time, got another before its end");
        }
    }

    @Override
    public void endFit() {
        fitting.set(false);
    }

    @Override
    public void checkOpen() {
        resource.check();
    }
}
