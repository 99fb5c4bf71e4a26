package schuss.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NativeTest {
    @BeforeAll
    static void load() {
        Native.load();
    }

    @Test
    void memoryIsZeroedAlignedAndCounted() {
        for (long bytes : new long[] {1, 1000, 5 << 20}) {
            long live = Native.schuss_allocated_bytes();
            long memory = Native.schuss_allocate(bytes);
            assertNotEquals(0, memory);
            assertEquals(0, memory % 256);
            assertEquals(live + bytes, Native.schuss_allocated_bytes());
            Native.schuss_free(memory, bytes);
            assertEquals(live, Native.schuss_allocated_bytes());
        }
    }
}
