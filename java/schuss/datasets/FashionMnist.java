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
 * Fashion-MNIST: 60,000 images of clothes to train with and 10,000 to test with, 28 x 28 grey pixels, ten classes
 * (Xiao, Rasul and Vollgraf, 2017, arXiv:1708.07747).
 *
 * <p>The input is {@code image U8 (28, 28, 1)}, the target {@code label I32 ()}. The set is taken from the first of
 * these places that has it: {@code /usr/share/datasets/fashion-mnist}, where Debian's package
 * {@code dataset-fashion-mnist} puts it; the cache folder {@code $SCHUSS_CACHE}, else {@code $XDG_CACHE_HOME/schuss},
 * else {@code ~/.cache/schuss}; that Debian package, downloaded without installing it; the web. What was downloaded
 * stays in the cache. Every file is compared with its known SHA-256.
 *
 * <pre>{@code
 * Dataset train = FashionMnist.train();
 * Dataset test = FashionMnist.test();
 * train.size();                      // 60000
 * FashionMnist.CLASSES.get(9);       // "Ankle boot"
 * }</pre>
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
     * The training set, downloaded if it is not on this machine.
     *
     * @throws DataException if it is to be had nowhere; the message names each place and why
     */
    public static Dataset train() {
        return train(null);
    }

    /** The test set; as {@link #train()}. */
    public static Dataset test() {
        return test(null);
    }

    /**
     * The training set from a folder that holds the four files, each plain or as {@code .gz}; nothing is downloaded.
     *
     * @param dataDir the folder; null means as {@link #train()}
     * @throws DataException if a file is missing, damaged or of other content
     */
    public static Dataset train(Path dataDir) {
        return train(dataDir, line -> {});
    }

    /** The test set from a folder; as {@link #train(Path)}. */
    public static Dataset test(Path dataDir) {
        return test(dataDir, line -> {});
    }

    /** As {@link #train(Path)}, telling of downloads as {@link #locate}. */
    public static Dataset train(Path dataDir, Consumer<String> progress) {
        return known().train(dataDir, progress);
    }

    /** As {@link #test(Path)}, telling of downloads as {@link #locate}. */
    public static Dataset test(Path dataDir, Consumer<String> progress) {
        return known().test(dataDir, progress);
    }

    /**
     * The folder that holds the set, all four files checked, after downloading it if need be.
     *
     * @param dataDir the only folder to look at, or null for all places
     * @param progress receives a line at the start of each download and on each failure of a place
     * @throws DataException if there is none
     */
    public static Path locate(Path dataDir, Consumer<String> progress) {
        return known().locate(dataDir, progress);
    }

    /** Where downloaded sets are kept. */
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
