package schuss.train.loop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import schuss.DType;
import schuss.Spec;
import schuss.backend.Memory;
import schuss.backend.runtime.InputBuffers;
import schuss.data.Dataset;
import schuss.data.augment.Augmenter;
import schuss.trace.BatchSpec;
import schuss.trace.Trace;

/** Examples on their way to a device: gathered where programs read them, or on the host and then copied there. */
public final class Batch {
    private final InputBuffers buffers;
    private final BatchSpec spec;
    private Memory[] inputs; // in the order of the data's fields
    private Memory[] targets;
    private Memory weights; // null where examples bring none
    private boolean reachable; // the device's memory, for the host
    private HostBatch host; // over that memory, where it is
    private long moves = -1; // of the buffers, when they were last looked up

    /**
     * Nothing is allocated before examples are loaded.
     *
     * @param spec of the largest batch, with the names that programs use
     */
    Batch(InputBuffers buffers, BatchSpec spec) {
        this.buffers = buffers;
        this.spec = spec;
    }

    /** Looks up where the buffers lie, if one has moved since. */
    private void find(Dataset data) {
        if (host != null && moves == buffers.moves()) {
            return;
        }
        inputs = rooms(spec.inputs());
        targets = rooms(spec.targets());
        weights = spec.weighted() ? buffers.room(Trace.EXAMPLE_WEIGHTS, DType.F32, spec.size()) : null;
        reachable = inputs[0].mapped() != null;
        host = new HostBatch(data, spec.size(), onHost(inputs, spec.inputs()), onHost(targets, spec.targets()));
        moves = buffers.moves();
    }

    private Memory[] rooms(List<Spec> fields) {
        return fields.stream()
                .map(field ->
                        buffers.room(field.name(), field.dtype(), field.shape().size()))
                .toArray(Memory[]::new);
    }

    private ByteBuffer[] onHost(Memory[] memories, List<Spec> fields) {
        ByteBuffer[] all = new ByteBuffer[memories.length];
        Arrays.setAll(
                all,
                i -> reachable
                        ? memories[i].mapped()
                        : ByteBuffer.allocateDirect(HostBatch.bytes(fields.get(i)))
                                .order(ByteOrder.nativeOrder()));
        return all;
    }

    /** Gathers {@code count} examples, those at {@code order[from]} and on, and copies them to the device. */
    public void load(Dataset data, int[] order, int from, int count) {
        load(data, order, from, count, null);
    }

    /** The same with inputs that are changed on the way; null leaves them. */
    public void load(Dataset data, int[] order, int from, int count, Augmenter augmenter) {
        find(data);
        host.read(data, order, from, count, augmenter);
        upload(count);
    }

    /** Copies what has been gathered elsewhere to the device. */
    public void load(Dataset data, HostBatch ready, int count) {
        find(data);
        host.copy(ready, count);
        upload(count);
    }

    private void upload(int count) {
        if (!reachable) {
            for (int i = 0; i < inputs.length; i++) {
                inputs[i].write(spec.inputs().get(i).dtype(), 0, host.inputs(i, count));
            }
            for (int i = 0; i < targets.length; i++) {
                targets[i].write(spec.targets().get(i).dtype(), 0, host.targets(i, count));
            }
        }
        if (weights != null) {
            weights.write(0, host.weights(), 0, count);
        }
    }

    /** What it holds, by the names that programs use. */
    BatchSpec spec() {
        return spec;
    }

    /** Where an input lies, by its place among the data's. */
    Memory input(int field) {
        return inputs[field];
    }

    /** Where a target lies, by its place among the data's. */
    Memory target(int field) {
        return targets[field];
    }
}
