package schuss.datasets;

import java.nio.file.Path;
import java.util.function.Consumer;
import schuss.data.DataException;
import schuss.data.files.IdxSet;
import schuss.data.table.Table;

/**
 * Handwritten digits as a small table, good for first experiments: 1,797 rows with 64 columns (an 8 x 8 image, values
 * from 0 to 16) and the digit in the last column. It is the test half of the set by Alpaydin and Kaynak (1998), the same
 * as {@code load_digits} in scikit-learn.
 *
 * <p>The data comes from the Debian package {@code python3-sklearn}, installed or downloaded, and is kept in the same
 * cache folder as {@link FashionMnist}. Its SHA-256 is checked.
 *
 * <pre>{@code
 * Table digits = Digits.table(null, line -> {});
 * List<Table> parts = digits.shuffle(42).split(0.8, 0.2);
 * }</pre>
 */
public final class Digits {
    private static final IdxSet.Part FILE =
            new IdxSet.Part("digits.csv", "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8");
    private static final String DEBIAN_FOLDER = "usr/lib/python3/dist-packages/sklearn/datasets/data";

    private Digits() {}

    /**
     * Reads the table, downloading it if necessary.
     *
     * @param dataDir the only folder to look in, or null for all places
     * @param progress receives a line at the start of each download and for each place that fails
     * @return all rows; the last column, the digit, is the target
     * @throws DataException if the data is not available
     */
    public static Table table(Path dataDir, Consumer<String> progress) {
        return known().table(dataDir, progress);
    }

    /**
     * Finds the CSV file, downloading it if necessary.
     *
     * @param dataDir the only folder to look in, or null for all places
     * @param progress receives a line at the start of each download and for each place that fails
     * @return the file, plain or compressed with gzip
     * @throws DataException if the data is not available
     */
    public static Path file(Path dataDir, Consumer<String> progress) {
        return known().file(dataDir, progress);
    }

    /**
     * Finds the folder of the file {@code digits.csv} (or {@code digits.csv.gz}), downloading it if necessary.
     *
     * @param dataDir the only folder to look in, or null for all places
     * @param progress receives a line at the start of each download and for each place that fails
     * @return the folder
     * @throws DataException if the data is not available
     */
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
