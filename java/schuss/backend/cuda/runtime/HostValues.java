package schuss.backend.cuda.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Small values in memory that native calls read and write. They lie in Java's direct buffers, which the pointers keep
 * alive: what JavaCPP allocates counts against a limit on the memory of the whole process.
 */
public final class HostValues {
    private HostValues() {}

    public static BytePointer bytes(int count) {
        return new BytePointer(buffer(count));
    }

    public static IntPointer int32(int... values) {
        IntPointer pointer =
                new IntPointer(buffer(values.length * Integer.BYTES).asIntBuffer());
        return pointer.put(values, 0, values.length);
    }

    public static LongPointer int64(long... values) {
        LongPointer pointer = new LongPointer(buffer(values.length * Long.BYTES).asLongBuffer());
        return pointer.put(values, 0, values.length);
    }

    public static FloatPointer float32(float value) {
        FloatPointer pointer = new FloatPointer(buffer(Float.BYTES).asFloatBuffer());
        return pointer.put(value);
    }

    /** An array of addresses. */
    public static PointerPointer<Pointer> addresses(long... values) {
        return new PointerPointer<>(int64(values));
    }

    /** What lies at an address, to hand to native calls. */
    public static Pointer at(long address) {
        return new Address(address);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private static final class Address extends Pointer {
        Address(long address) {
            this.address = address;
        }
    }
}
