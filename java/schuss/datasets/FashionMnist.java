package schuss.datasets;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import schuss.data.DataException;
import schuss.data.Dataset;
import schuss.data.files.IdxSet;
import schuss.data.files.IdxSet.Part;
import schuss.data.files.IdxSet.Split;

/**
 * Fashion-MNIST: 60,000 training and 10,000 test images of clothes in ten classes, 28 x 28 grey pixels. The input is
 * {@code image U8 (28, 28, 1)}, the target {@code label I32 ()}.
 *
 * <pre>{@code
 * Dataset train = FashionMnist.train();
 * Dataset test = FashionMnist.test();
 * train.size();                      // 60000
 * FashionMnist.CLASSES.get(9);       // "Ankle boot"
 * }</pre>
 *
 * <p>The data is taken from the first of these places that has it:
 * <ol>
 * <li>{@code /usr/share/datasets/fashion-mnist}, where the Debian package {@code dataset-fashion-mnist} installs it
 * <li>the cache folder: {@code $SCHUSS_CACHE}, else {@code $XDG_CACHE_HOME/schuss}, else {@code ~/.cache/schuss}
 * <li>that Debian package, downloaded without installing it
 * <li>the web
 * </ol>
 *
 * <p>Downloads are kept in the cache folder. The SHA-256 of every file is checked.
 *
 * <p>Source: Xiao, Rasul and Vollgraf, Fashion-MNIST (2017), arXiv:1708.07747.
 */
public final class FashionMnist {
    /** The names of the classes 0 to 9. */
    public static final List<String> CLASSES = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    private static final IdxSet SET = new IdxSet(
            "fashion-mnist",
            CLASSES,
            new Split(
                    new Part(
                            "train-images-idx3-ubyte",
                            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
                    new Part(
                            "train-labels-idx1-ubyte",
                            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9")),
            new Split(
                    new Part(
                            "t10k-images-idx3-ubyte",
                            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
                    new Part(
                            "t10k-labels-idx1-ubyte",
                            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34")));

    private FashionMnist() {}

    /**
     * {@return the 60,000 training images, downloaded if necessary}
     *
     * @throws DataException if the data is not available; the message names each place and the reason
     */
    public static Dataset train() {
        return train(null);
    }

    /**
     * {@return the 10,000 test images, downloaded if necessary}
     *
     * @throws DataException if the data is not available; the message names each place and the reason
     */
    public static Dataset test() {
        return test(null);
    }

    /**
     * Reads the training images from a folder with the four files of the data set, each plain or as {@code .gz}. Nothing
     * is downloaded.
     *
     * @param dataDir the folder, or null to look in all places as {@link #train()} does
     * @return the 60,000 training images
     * @throws DataException if a file is missing, damaged or has other content
     */
    public static Dataset train(Path dataDir) {
        return train(dataDir, line -> {});
    }

    /**
     * Reads the test images from a folder; see {@link #train(Path)}.
     *
     * @param dataDir the folder, or null to look in all places as {@link #test()} does
     * @return the 10,000 test images
     * @throws DataException if a file is missing, damaged or has other content
     */
    public static Dataset test(Path dataDir) {
        return test(dataDir, line -> {});
    }

    /**
     * Reads the training images and reports downloads.
     *
     * @param dataDir the only folder to look in, or null for all places
     * @param progress receives a line at the start of each download and for each place that fails
     * @return the 60,000 training images
     * @throws DataException if the data is not available
     */
    public static Dataset train(Path dataDir, Consumer<String> progress) {
        return known().train(dataDir, progress);
    }

    /**
     * Reads the test images and reports downloads.
     *
     * @param dataDir the only folder to look in, or null for all places
     * @param progress receives a line at the start of each download and for each place that fails
     * @return the 10,000 test images
     * @throws DataException if the data is not available
     */
    public static Dataset test(Path dataDir, Consumer<String> progress) {
        return known().test(dataDir, progress);
    }

    /**
     * Finds the folder of the data set, downloading it if necessary. All four files are checked.
     *
     * @param dataDir the only folder to look in, or null for all places
     * @param progress receives a line at the start of each download and for each place that fails
     * @return the folder
     * @throws DataException if the data is not available
     */
    public static Path locate(Path dataDir, Consumer<String> progress) {
        return known().locate(dataDir, progress);
    }

    /** {@return the folder in which downloaded data sets are kept} */
    public static Path cacheFolder() {
        return folders().cache();
    }

    private static KnownImages known() {
        return new KnownImages(SET, folders());
    }

    private static DataFolders folders() {
        return DataFolders.of(
                "/usr/share/datasets/fashion-mnist",
                new DebianPackage("dataset-fashion-mnist", "usr/share/datasets/fashion-mnist"),
                new WebFolder("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
                new WebFolder("https://storage.googleapis.com/tensorflow/tf-keras-datasets/"));
    }
}
