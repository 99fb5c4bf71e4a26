package schuss.backend.cpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import schuss.DType;
import schuss.backend.Memory;

/** Native memory behind direct buffers, whose bulk copies run at the speed of memory. */
final class CpuMemory implements Memory {
    private static final long VIEW_BYTES = 1L << 30; // a buffer's index is an int

    private final long address;
    private final long bytes;
    private final LongConsumer onClose;
    private final ByteBuffer[] views;
    private final FloatBuffer[] floats;
    private final AtomicBoolean closed = new AtomicBoolean();

    CpuMemory(long address, long bytes, LongConsumer onClose) {
        this.address = address;
        this.bytes = bytes;
        this.onClose = onClose;
        int count = Math.toIntExact((bytes + VIEW_BYTES - 1) / VIEW_BYTES);
        views = new ByteBuffer[count];
        floats = new FloatBuffer[count];
        for (int i = 0; i < count; i++) {
            views[i] = view(address + i * VIEW_BYTES, Math.min(VIEW_BYTES, bytes - i * VIEW_BYTES));
            floats[i] = views[i].asFloatBuffer();
        }
    }

    /** Memory that lies here, as a buffer that does not own it. */
    static ByteBuffer view(long address, long bytes) {
        return Native.buffer(address, bytes).order(ByteOrder.nativeOrder());
    }

    @Override
    public long address() {
        return address;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void write(DType type, long index, ByteBuffer source) {
        check(index * type.bytes(), source.remaining());
        long at = index * type.bytes();
        for (int done = 0; done < source.remaining(); ) {
            int offset = (int) (at % VIEW_BYTES);
            int count = (int) Math.min(source.remaining() - done, VIEW_BYTES - offset);
            views[(int) (at / VIEW_BYTES)].put(offset, source, source.position() + done, count);
            done += count;
            at += count;
        }
    }

    @Override
    public void read(DType type, long index, ByteBuffer target) {
        check(index * type.bytes(), target.remaining());
        long at = index * type.bytes();
        for (int done = 0; done < target.remaining(); ) {
            int offset = (int) (at % VIEW_BYTES);
            int count = (int) Math.min(target.remaining() - done, VIEW_BYTES - offset);
            target.put(target.position() + done, views[(int) (at / VIEW_BYTES)], offset, count);
            done += count;
            at += count;
        }
    }

    @Override
    public ByteBuffer mapped() {
        expectOpen();
        return views.length == 1 ? views[0] : null;
    }

    @Override
    public void write(long index, float[] source, int from, int count) {
        check(index * Float.BYTES, (long) count * Float.BYTES);
        for (int done = 0; done < count; ) {
            int part = part(index + done, count - done);
            floats[view(index + done)].put(offset(index + done), source, from + done, part);
            done += part;
        }
    }

    @Override
    public void read(long index, float[] target, int from, int count) {
        check(index * Float.BYTES, (long) count * Float.BYTES);
        for (int done = 0; done < count; ) {
            int part = part(index + done, count - done);
            floats[view(index + done)].get(offset(index + done), target, from + done, part);
            done += part;
        }
    }

    private static int view(long element) {
        return (int) (element * Float.BYTES / VIEW_BYTES);
    }

    private static int offset(long element) {
        return (int) (element * Float.BYTES % VIEW_BYTES / Float.BYTES);
    }

    private static int part(long element, int count) {
        return Math.min(count, (int) (VIEW_BYTES / Float.BYTES) - offset(element));
    }

    @Override
    public void copyFrom(Memory other) {
        CpuMemory source = (CpuMemory) other;
        expectOpen();
        source.expectOpen();
        for (int i = 0; i < views.length; i++) {
            views[i].put(0, source.views[i], 0, views[i].capacity());
        }
    }

    private void check(long from, long count) {
        expectOpen();
        if (from < 0 || from + count > bytes) {
            throw new IndexOutOfBoundsException(
                    "memory: expected a range within " + bytes + " bytes, got " + from + " to " + (from + count));
        }
    }

    private void expectOpen() {
        if (closed.get()) {
            throw new IllegalStateException("memory: expected it open, got it closed");
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onClose.accept(bytes);
            Native.schuss_free(address, bytes);
        }
    }
}
