package schuss.backend.cpu;

import java.nio.ByteBuffer;
import schuss.ops.Type;

/** One value in native memory with a copy of its elements as doubles, for kernels in plain Java. */
final class ArrayView {
    private final Type type;
    private final ByteBuffer memory;
    private final double[] elements;

    ArrayView(long address, Type type) {
        this.type = type;
        this.elements = new double[Math.toIntExact(type.shape().size())];
        this.memory =
                CpuMemory.view(address, (long) elements.length * type.dtype().bytes());
    }

    double[] elements() {
        return elements;
    }

    void load() {
        int bytes = type.dtype().bytes();
        for (int i = 0; i < elements.length; i++) {
            elements[i] = switch (type.dtype()) {
                case F32 -> memory.getFloat(i * bytes);
                case F64 -> memory.getDouble(i * bytes);
                case BF16 -> Float.intBitsToFloat(memory.getShort(i * bytes) << 16);
                case I32 -> memory.getInt(i * bytes);
                case I64 -> memory.getLong(i * bytes);
                case U8, BOOL -> memory.get(i) & 0xff;
            };
        }
    }

    void store() {
        int bytes = type.dtype().bytes();
        for (int i = 0; i < elements.length; i++) {
            switch (type.dtype()) {
                case F32 -> memory.putFloat(i * bytes, (float) elements[i]);
                case F64 -> memory.putDouble(i * bytes, elements[i]);
                case BF16 -> memory.putShort(i * bytes, (short) (Float.floatToRawIntBits((float) elements[i]) >>> 16));
                case I32 -> memory.putInt(i * bytes, (int) elements[i]);
                case I64 -> memory.putLong(i * bytes, (long) elements[i]);
                case U8, BOOL -> memory.put(i, (byte) elements[i]);
            }
        }
    }
}
