package schuss.datasets;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A place to download files from. */
public interface Source {
    /** {@return the name of this place in messages} */
    String place();

    /**
     * Downloads files into an empty folder, in which other files may be left too.
     *
     * @param names the files wanted, each stored under its name or with {@code .gz} appended
     * @param folder an empty folder
     * @param progress receives a line at the start of each download
     * @return the folder with the files: {@code folder} or one inside it
     * @throws IOException if the files could not be downloaded; the message says why
     */
    Path fetch(List<String> names, Path folder, Consumer<String> progress) throws IOException;
}
