package schuss.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits as kernels write them down. */
class SystemMemoryTest {
    private static final long MEGA = 1 << 20;

    @TempDir
    private Path root;

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void machine() throws IOException {
        write("proc/meminfo", "MemTotal:       8192 kB\nMemFree:  5 kB\nMemAvailable:   4096 kB\n");
    }

    @Test
    void theMachines() throws IOException {
        machine();
        assertEquals(new SystemMemory(4 * MEGA, 8 * MEGA), SystemMemory.read(root));
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", "max\n");
        assertEquals(new SystemMemory(4 * MEGA, 8 * MEGA), SystemMemory.read(root));
    }

    @Test
    void whereNobodySaysThereIsNoLimit() {
        assertTrue(SystemMemory.read(root).free() > 1L << 60);
        assertTrue(SystemMemory.now().free() > 0);
    }

    /** The group's own limit, less what it uses but for files that it has read. */
    @Test
    void aContainers() throws IOException {
        machine();
        write("proc/self/cgroup", "0::/app/web\n");
        write("sys/fs/cgroup/app/web/memory.max", "3145728\n");
        write("sys/fs/cgroup/app/web/memory.current", "2097152\n");
        write("sys/fs/cgroup/app/web/memory.stat", "anon 1048576\ninactive_file 1048576\n");
        assertEquals(new SystemMemory(2 * MEGA, 3 * MEGA), SystemMemory.read(root));
    }

    /** A group has no more than the ones around it, and in a container the path is another than on the host. */
    @Test
    void thatOfAGroupAround() throws IOException {
        machine();
        write("proc/self/cgroup", "0::/app/web\n");
        write("sys/fs/cgroup/app/memory.max", "1048576\n");
        write("sys/fs/cgroup/app/memory.current", "0\n");
        write("sys/fs/cgroup/app/web/memory.max", "3145728\n");
        assertEquals(new SystemMemory(MEGA, MEGA), SystemMemory.read(root));
        write("proc/self/cgroup", "0::/../..\n");
        assertEquals(new SystemMemory(4 * MEGA, 8 * MEGA), SystemMemory.read(root));
    }

    @Test
    void olderGroups() throws IOException {
        machine();
        write("proc/self/cgroup", "9:name=systemd:/\n5:cpu,memory:/docker/abc\n");
        write("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "2097152\n");
        write("sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes", "3145728\n");
        assertEquals(new SystemMemory(0, 2 * MEGA), SystemMemory.read(root));
        write("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "9223372036854771712\n"); // none
        assertEquals(new SystemMemory(4 * MEGA, 8 * MEGA), SystemMemory.read(root));
    }
}
