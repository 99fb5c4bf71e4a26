package schuss.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.backend.runtime.ModelMemory;
import schuss.internal.Inside;
import schuss.layers.Dense;

/** Memory that somebody still holds after it has gone back to the system. */
class ClosedMemoryTest {
    private static final int COUNT = 2_000_000; // of which each piece is a mapping of its own

    @Test
    void memoryThatWasAllocatedIsRefused() {
        try (Device device = Device.cpu(1)) {
            Memory memory = Inside.of(device, Backend.class).allocate((long) COUNT * Float.BYTES);
            memory.close();
            isRefused(memory, device);
        }
    }

    @Test
    void weightsOfAModelAreRefused() {
        try (Device device = Device.cpu(1)) {
            Memory[] kept = new Memory[1];
            try (Model model = Model.create(new Dense(1000), Shape.of(1999), device, 1)) {
                Inside.of(model, ModelMemory.class).change(weights -> kept[0] = weights.parameters());
            }
            isRefused(kept[0], device);
        }
    }

    private static void isRefused(Memory memory, Device device) {
        float[] floats = new float[COUNT];
        ByteBuffer buffer = ByteBuffer.allocateDirect(COUNT * Float.BYTES);
        try (Memory open = Inside.of(device, Backend.class).allocate(memory.bytes())) {
            for (Executable use : List.<Executable>of(
                    () -> memory.read(0, floats, 0, COUNT),
                    () -> memory.write(0, floats, 0, COUNT),
                    () -> memory.read(DType.F32, 0, buffer),
                    () -> memory.write(DType.F32, 0, buffer),
                    memory::mapped,
                    () -> memory.copyFrom(open),
                    () -> open.copyFrom(memory))) {
                IllegalStateException refused = assertThrows(IllegalStateException.class, use);
                assertEquals("memory: expected it open, got it closed", refused.getMessage());
            }
        }
    }
}
