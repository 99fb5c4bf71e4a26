package schuss.backend.cuda.runtime;

import static org.bytedeco.cuda.global.cudart.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Copies between the host and the GPU through pinned memory. Data for the GPU takes the next free piece of a ring of
 * slots, so the host waits only if the GPU is several slots behind; data from the GPU is waited for. The caller must
 * hold the stream.
 */
public final class Staging implements AutoCloseable {
    private static final int SLOTS = 4;
    private static final int SLOT_BYTES = 2 << 20;
    private static final int ALIGNMENT = 256;

    private final Gpu gpu;
    private final Pinned ring;
    private final Pinned back;
    private final CUevent_st[] left = new CUevent_st[SLOTS]; // all copies out of a slot are done
    private final boolean[] used = new boolean[SLOTS]; // since the start
    private int slot;
    private int filled; // bytes of the slot

    Staging(Gpu gpu) {
        this.gpu = gpu;
        ring = new Pinned(SLOTS * SLOT_BYTES);
        back = new Pinned(SLOT_BYTES);
        for (int i = 0; i < SLOTS; i++) {
            left[i] = new CUevent_st();
            Status.check(cuEventCreate(left[i], CU_EVENT_DISABLE_TIMING), "cuEventCreate");
        }
    }

    /** Memory that the GPU reads by itself, with a pointer into it that can be moved. */
    private static final class Pinned {
        private final BytePointer all = new BytePointer();
        private final ByteBuffer bytes;
        private final FloatBuffer floats;
        private final Place place = new Place();

        Pinned(int size) {
            Status.check(cuMemHostAlloc(all, size, 0), "cuMemHostAlloc of " + size + " bytes");
            bytes = all.capacity(size).asByteBuffer().order(ByteOrder.nativeOrder());
            floats = bytes.asFloatBuffer();
        }

        Pointer at(int offset) {
            place.move(all.address() + offset);
            return place;
        }
    }

    private static final class Place extends Pointer {
        void move(long to) {
            address = to;
        }
    }

    /** Copies the remaining bytes of a buffer, whose position stays, to an address on the GPU. */
    void write(long to, ByteBuffer source) {
        gpu.takeStream();
        try {
            for (int done = 0; done < source.remaining(); ) {
                int count = take(source.remaining() - done);
                int offset = offset();
                ring.bytes.put(offset, source, source.position() + done, count);
                send(to + done, offset, count);
                done += count;
            }
        } finally {
            gpu.leaveStream();
        }
    }

    /** Copies floats to an address on the GPU. */
    void write(long to, float[] source, int from, int count) {
        gpu.takeStream();
        try {
            long bytes = (long) count * Float.BYTES;
            for (long done = 0; done < bytes; ) {
                int part = take(bytes - done);
                int offset = offset();
                ring.floats.put(offset / Float.BYTES, source, from + (int) (done / Float.BYTES), part / Float.BYTES);
                send(to + done, offset, part);
                done += part;
            }
        } finally {
            gpu.leaveStream();
        }
    }

    /** How many of these bytes have room in the slot at hand, or in the next, which then is free. */
    private int take(long bytes) {
        if (filled == SLOT_BYTES || (filled > 0 && bytes > SLOT_BYTES - filled)) {
            Status.check(cuEventRecord(left[slot], gpu.stream()), "cuEventRecord");
            used[slot] = true;
            slot = (slot + 1) % SLOTS;
            filled = 0;
            if (used[slot]) {
                Status.check(cuEventSynchronize(left[slot]), "work on the GPU");
            }
        }
        return (int) Math.min(bytes, SLOT_BYTES - filled);
    }

    private int offset() {
        return slot * SLOT_BYTES + filled;
    }

    private void send(long to, int offset, int count) {
        Status.check(cuMemcpyHtoDAsync(to, ring.at(offset), count, gpu.stream()), "copy to the GPU");
        filled = Math.min(SLOT_BYTES, (filled + count + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    }

    /** Fills the rest of a buffer, whose position stays, from an address on the GPU. */
    public void read(long from, ByteBuffer target) {
        gpu.takeStream();
        try {
            for (int done = 0; done < target.remaining(); ) {
                int count = Math.min(target.remaining() - done, SLOT_BYTES);
                fetch(from + done, count);
                target.put(target.position() + done, back.bytes, 0, count);
                done += count;
            }
        } finally {
            gpu.leaveStream();
        }
    }

    /** Fills part of an array from an address on the GPU. */
    public void read(long from, float[] target, int to, int count) {
        gpu.takeStream();
        try {
            for (int done = 0; done < count; ) {
                int part = Math.min(count - done, SLOT_BYTES / Float.BYTES);
                fetch(from + (long) done * Float.BYTES, part * Float.BYTES);
                back.floats.get(0, target, to + done, part);
                done += part;
            }
        } finally {
            gpu.leaveStream();
        }
    }

    private void fetch(long from, int count) {
        Status.check(cuMemcpyDtoHAsync(back.at(0), from, count, gpu.stream()), "copy from the GPU");
        gpu.synchronize();
    }

    @Override
    public void close() {
        for (CUevent_st event : left) {
            cuEventDestroy(event);
        }
        cuMemFreeHost(ring.all);
        cuMemFreeHost(back.all);
    }
}
