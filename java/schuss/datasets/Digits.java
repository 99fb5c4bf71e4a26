package schuss.datasets;

import java.nio.file.Path;
import java.util.function.Consumer;
import schuss.data.DataException;
import schuss.data.files.IdxSet;
import schuss.data.table.Table;

/**
 * Handwritten digits in 8 x 8 counts of 0 to 16 and their class: 1,797 rows of a table, the test half of the set by Alpaydin
 * and Kaynak (1998) as scikit-learn brings it.
 *
 * <p>It is taken from Debian's package {@code python3-sklearn}, installed or downloaded, by way of the cache folder as
 * {@link FashionMnist} has it, and compared with its known SHA-256.
 *
 * <pre>{@code
 * Table digits = Digits.table(null, line -> {});
 * }</pre>
 */
public final class Digits {
    private static final IdxSet.Part FILE =
            new IdxSet.Part("digits.csv", "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8");
    private static final String DEBIAN_FOLDER = "usr/lib/python3/dist-packages/sklearn/datasets/data";

    private Digits() {}

    /**
     * All rows; the last column is the class.
     *
     * @param dataDir the only folder to look at, or null for all places
     * @param progress receives a line at the start of each download and on each failure of a place
     * @throws DataException if it is to be had nowhere
     */
    public static Table table(Path dataDir, Consumer<String> progress) {
        return known().table(dataDir, progress);
    }

    /** The CSV file, plain or compressed by gzip; as {@link #table}. */
    public static Path file(Path dataDir, Consumer<String> progress) {
        return known().file(dataDir, progress);
    }

    /** The folder that holds the file {@code digits.csv}, plain or as {@code .gz}; as {@link #table}. */
    public static Path locate(Path dataDir, Consumer<String> progress) {
        return known().locate(dataDir, progress);
    }

    private static KnownTable known() {
        return new KnownTable(
                "digits",
                FILE,
                DataFolders.of("/" + DEBIAN_FOLDER, new DebianPackage("python3-sklearn", DEBIAN_FOLDER)));
    }
}
