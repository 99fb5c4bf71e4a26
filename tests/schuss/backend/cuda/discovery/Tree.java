package schuss.backend.cuda.discovery;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A file system of empty files to discover CUDA in, with what discovery is told of it. */
final class Tree {
    static final String LIBRARIES = "/usr/lib/x86_64-linux-gnu";

    private final Path root;
    private Map<String, String> environment = Map.of();
    private Optional<String> setting = Optional.empty();
    private ClassLoader classes = Tree.class.getClassLoader();

    Tree(Path root) {
        this.root = root;
    }

    /** With a GPU and a driver. */
    static Tree withDriver(Path root) throws IOException {
        return new Tree(root)
                .file("/dev/nvidiactl", "")
                .file(LIBRARIES + "/libcuda.so.580.65.06", "")
                .link(LIBRARIES + "/libcuda.so.1", "libcuda.so.580.65.06");
    }

    Tree file(String path, String text) throws IOException {
        Path file = path(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }

    Tree link(String path, String target) throws IOException {
        Files.createSymbolicLink(path(path), Path.of(target));
        return this;
    }

    Tree folder(String path) throws IOException {
        Files.createDirectories(path(path));
        return this;
    }

    Tree cuda(String folder) throws IOException {
        return file(folder + "/libcudart.so.13", "")
                .file(folder + "/libcublasLt.so.13", "")
                .file(folder + "/libcublas.so.13", "");
    }

    Tree compiler(String folder) throws IOException {
        return file(folder + "/libnvrtc.so.13", "").file(folder + "/libnvrtc-builtins.so.13.0", "");
    }

    Tree cudnn(String folder) throws IOException {
        for (CudaLibrary library : CudaLibrary.CUDNN) {
            file(folder + "/" + library.file(), "");
        }
        return this;
    }

    Tree delete(String path) throws IOException {
        Files.delete(path(path));
        return this;
    }

    /** This process has mapped a file; absolute paths of the tree stand for themselves. */
    Tree mapped(String... files) throws IOException {
        StringBuilder maps = new StringBuilder("7ffd1000-7ffd2000 rw-p 00000000 00:00 0      [stack]\n");
        for (String file : files) {
            maps.append("7f10-7f11 r-xp 00000000 08:01 1234      ")
                    .append(path(file))
                    .append('\n');
        }
        return file("/proc/self/maps", maps.toString());
    }

    Tree environment(Map<String, String> variables) {
        environment = variables;
        return this;
    }

    Tree setting(String folders) {
        setting = Optional.of(folders);
        return this;
    }

    /** Classes and resources come from this folder only. */
    Tree classes(String folder) throws IOException {
        folder(folder); // a URL of a folder that is there ends in a slash
        classes = new URLClassLoader(new URL[] {path(folder).toUri().toURL()}, null);
        return this;
    }

    Path path(String absolute) {
        return root.resolve(absolute.substring(1));
    }

    Installation find() throws CudaUnavailable {
        return Discovery.find(new Surroundings(root, environment, setting, classes));
    }
}
