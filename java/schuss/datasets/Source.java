package schuss.datasets;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A way to fetch files that are not on this machine. */
public interface Source {
    /** What messages call this place. */
    String place();

    /**
     * Brings files into an empty folder of its own, in which it may leave other things too.
     *
     * @param names the files wanted, each either under its name or with {@code .gz} behind it
     * @return the folder that holds them, {@code folder} or one below it
     * @throws IOException if they could not be fetched; the message says why
     */
    Path fetch(List<String> names, Path folder, Consumer<String> progress) throws IOException;
}
