package schuss.backend.cuda.runtime;

import static org.bytedeco.cuda.global.cudart.cuMemGetInfo;

import java.util.OptionalLong;
import org.bytedeco.javacpp.SizeTPointer;
import schuss.Device;
import schuss.backend.Backend;
import schuss.backend.cuda.CudaBackend;
import schuss.internal.Inside;

/** What a GPU's driver says of its memory, whoever has taken it. */
public final class GpuMemory {
    private GpuMemory() {}

    /** Bytes that are not free; nothing where the device is no GPU. */
    public static OptionalLong used(Device device) {
        if (!(Inside.of(device, Backend.class) instanceof CudaBackend)) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(device.call(() -> {
            Inside.of(device, Backend.class).enter();
            try (SizeTPointer free = new SizeTPointer(1);
                    SizeTPointer total = new SizeTPointer(1)) {
                Status.check(cuMemGetInfo(free, total), "cuMemGetInfo");
                return total.get() - free.get();
            }
        }));
    }
}
