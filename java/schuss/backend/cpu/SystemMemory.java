package schuss.backend.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The memory that the system could give to this process: what is free, but no more than its container may use. It is
 * read from Linux's files; on other systems it is unlimited.
 *
 * @param free the bytes that could be allocated without swapping
 * @param total the bytes of the machine or of the container, whichever is less
 */
public record SystemMemory(long free, long total) {
    private static final long UNKNOWN = Long.MAX_VALUE / 2;

    /** As it is now. */
    public static SystemMemory now() {
        return read(Path.of("/"));
    }

    /** By the files below a root. */
    static SystemMemory read(Path root) {
        long free = field(root.resolve("proc/meminfo"), "MemAvailable:", UNKNOWN / 1024) * 1024;
        long total = field(root.resolve("proc/meminfo"), "MemTotal:", UNKNOWN / 1024) * 1024;
        SystemMemory least = new SystemMemory(free, total);
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            String[] parts = line.split(":", 3); // number, controllers, path
            if (parts.length == 3 && parts[1].isEmpty()) {
                least = least.within(
                        root.resolve("sys/fs/cgroup"), parts[2], "memory.max", "memory.current", "inactive_file ");
            } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
                least = least.within(
                        root.resolve("sys/fs/cgroup/memory"),
                        parts[2],
                        "memory.limit_in_bytes",
                        "memory.usage_in_bytes",
                        "total_inactive_file ");
            }
        }
        return least;
    }

    /** No more than a group and those around it may have. */
    private SystemMemory within(Path mount, String group, String limit, String usage, String cached) {
        SystemMemory least = this;
        Path folder = mount.resolve(group.substring(1)).normalize();
        folder = folder.startsWith(mount) ? folder : mount; // the path is that of the host
        while (folder.startsWith(mount)) {
            long most = number(folder.resolve(limit), UNKNOWN);
            if (most < least.total) {
                // files that were read can be forgotten
                long used = number(folder.resolve(usage), 0) - field(folder.resolve("memory.stat"), cached, 0);
                least = new SystemMemory(Math.min(least.free, Math.max(0, most - Math.max(0, used))), most);
            }
            folder = folder.getParent();
        }
        return least;
    }

    /** The number behind a word at a line's beginning. */
    private static long field(Path file, String name, long otherwise) {
        for (String line : lines(file)) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.substring(name.length()).replaceAll("\\D", ""));
            }
        }
        return otherwise;
    }

    private static long number(Path file, long otherwise) {
        List<String> lines = lines(file);
        // "max" is none, and so is more than a long holds
        return lines.isEmpty() || !lines.get(0).matches("\\d{1,18}") ? otherwise : Long.parseLong(lines.get(0));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of(); // no such file: no such limit
        }
    }
}
