package schuss.backend.reference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import schuss.DType;
import schuss.backend.Memory;
import schuss.backend.OutOfMemoryException;
import schuss.backend.kernels.ElementCodec;

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
        ByteBuffer from = source.slice().order(ByteOrder.nativeOrder());
        ElementCodec.read(type, from, elements, Math.toIntExact(index), from.remaining() / type.bytes());
    }

    @Override
    public void read(DType type, long index, ByteBuffer target) {
        ByteBuffer to = target.slice().order(ByteOrder.nativeOrder());
        ElementCodec.write(type, elements, Math.toIntExact(index), to.remaining() / type.bytes(), to);
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
