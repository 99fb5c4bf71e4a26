package schuss;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import schuss.backend.Backend;
import schuss.backend.Memory;
import schuss.internal.Inside;

/**
 * Numbers of a shape in a device's memory, for tests of what holds and frees it. Close it when done; one that is forgotten is reported.
 *
 * <pre>{@code
 * try (DeviceTensor x = DeviceTensor.of(device, Shape.of(2, 3), 1f, 2f, 3f, 4f, 5f, 6f)) {
 *     float[] back = x.toArray();
 * }
 * }</pre>
 */
public final class DeviceTensor implements AutoCloseable {
    private final Device device;
    private final DType dtype;
    private final Shape shape;
    private final Memory memory;
    private final Resource resource;

    private DeviceTensor(Device device, DType dtype, Shape shape) {
        this.device = device;
        this.dtype = dtype;
        this.shape = shape;
        this.resource = Resource.of(this, "DeviceTensor " + shape, device);
        this.memory =
                resource.make(() -> Inside.of(device, Backend.class).allocate(Math.multiplyExact(shape.size(), (long)
                        Inside.of(device, Backend.class).bytes(dtype))));
    }

    /** A tensor of zeros. */
    public static DeviceTensor zeros(Device device, DType dtype, Shape shape) {
        return new DeviceTensor(device, dtype, shape);
    }

    /**
     * An f32 tensor of these numbers, row-major.
     *
     * @throws IllegalArgumentException naming both counts when there are too many or too few
     */
    public static DeviceTensor of(Device device, Shape shape, float... values) {
        if (values.length != shape.size()) {
            throw new IllegalArgumentException(
                    "DeviceTensor " + shape + ": expected " + shape.size() + " numbers, got " + values.length);
        }
        DeviceTensor tensor = new DeviceTensor(device, DType.F32, shape);
        tensor.memory.write(0, values, 0, values.length);
        return tensor;
    }

    /** An i32 tensor of these numbers, row-major. */
    public static DeviceTensor of(Device device, Shape shape, int... values) {
        if (values.length != shape.size()) {
            throw new IllegalArgumentException(
                    "DeviceTensor " + shape + ": expected " + shape.size() + " numbers, got " + values.length);
        }
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.length * Integer.BYTES).order(ByteOrder.nativeOrder());
        bytes.asIntBuffer().put(values);
        DeviceTensor tensor = new DeviceTensor(device, DType.I32, shape);
        tensor.memory.write(DType.I32, 0, bytes);
        return tensor;
    }

    public Shape shape() {
        return shape;
    }

    public DType dtype() {
        return dtype;
    }

    public Device device() {
        return device;
    }

    /** A copy of the numbers, row-major. Of an f32 tensor. */
    public float[] toArray() {
        if (dtype != DType.F32) {
            throw new IllegalStateException("DeviceTensor " + shape + ": expected type F32 for toArray, got " + dtype);
        }
        float[] values = new float[Math.toIntExact(shape.size())];
        resource.use(() -> memory.read(0, values, 0, values.length));
        return values;
    }

    /** The memory, for kernels and tools. */
    public Memory memory() {
        resource.check();
        return memory;
    }

    @Override
    public void close() {
        resource.close();
    }

    @Override
    public String toString() {
        return "DeviceTensor " + dtype + shape + (resource.isClosed() ? " closed" : "");
    }
}
