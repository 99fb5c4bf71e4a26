package schuss.backend.cpu;

import java.nio.ByteBuffer;
import schuss.backend.kernels.ElementCodec;
import schuss.ops.Type;

/** A value in native memory with a copy of its elements as doubles, for kernels in plain Java. */
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
        ElementCodec.read(type.dtype(), memory, elements);
    }

    void store() {
        ElementCodec.write(type.dtype(), elements, memory);
    }
}
