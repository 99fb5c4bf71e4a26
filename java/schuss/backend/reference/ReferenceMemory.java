package schuss.backend.reference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import schuss.DType;
import schuss.backend.Memory;
import schuss.backend.OutOfMemoryException;
import schuss.backend.kernels.BFloat16;

/** Memory of doubles, whatever the element type; every element takes eight bytes. */
final class ReferenceMemory implements Memory {
    static final int BYTES = Double.BYTES;
    private static final int MOST_ELEMENTS = Integer.MAX_VALUE - 8;

    private final long address;
    private final double[] elements;
    private final Consumer<ReferenceMemory> onClose;

    ReferenceMemory(long address, long bytes, Consumer<ReferenceMemory> onClose) {
        this.address = address;
        this.elements = elements(bytes);
        this.onClose = onClose;
    }

    private static double[] elements(long bytes) {
        long count = (bytes + BYTES - 1) / BYTES;
        try {
            if (count <= MOST_ELEMENTS) {
                return new double[(int) count];
            }
        } catch (OutOfMemoryError e) {
            throw OutOfMemoryException.ofJava(bytes);
        }
        throw OutOfMemoryException.ofJava(bytes);
    }

    double[] elements() {
        return elements;
    }

    @Override
    public long address() {
        return address;
    }

    @Override
    public long bytes() {
        return (long) elements.length * BYTES;
    }

    @Override
    public void write(DType type, long index, ByteBuffer source) {
        ByteBuffer from = source.duplicate().order(ByteOrder.nativeOrder());
        for (int i = Math.toIntExact(index); from.hasRemaining(); i++) {
            elements[i] = switch (type) {
                case F32 -> from.getFloat();
                case F64 -> from.getDouble();
                case BF16 -> BFloat16.value(from.getShort());
                case I32 -> from.getInt();
                case I64 -> from.getLong();
                case U8, BOOL -> from.get() & 0xff;
            };
        }
    }

    @Override
    public void read(DType type, long index, ByteBuffer target) {
        ByteBuffer to = target.duplicate().order(ByteOrder.nativeOrder());
        for (int i = Math.toIntExact(index); to.hasRemaining(); i++) {
            switch (type) {
                case F32 -> to.putFloat((float) elements[i]);
                case F64 -> to.putDouble(elements[i]);
                case BF16 -> to.putShort(BFloat16.bits((float) elements[i]));
                case I32 -> to.putInt((int) elements[i]);
                case I64 -> to.putLong((long) elements[i]);
                case U8, BOOL -> to.put((byte) elements[i]);
            }
        }
    }

    @Override
    public ByteBuffer mapped() {
        return null; // a double an element
    }

    @Override
    public void write(long index, float[] source, int from, int count) {
        for (int i = 0; i < count; i++) {
            elements[Math.toIntExact(index) + i] = source[from + i];
        }
    }

    @Override
    public void read(long index, float[] target, int from, int count) {
        for (int i = 0; i < count; i++) {
            target[from + i] = (float) elements[Math.toIntExact(index) + i];
        }
    }

    @Override
    public void copyFrom(Memory other) {
        double[] source = ((ReferenceMemory) other).elements;
        System.arraycopy(source, 0, elements, 0, source.length);
    }

    @Override
    public void close() {
        onClose.accept(this);
    }
}
