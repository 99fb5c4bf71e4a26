package schuss.datasets;

import java.nio.file.Path;
import java.util.function.Consumer;
import schuss.data.Dataset;
import schuss.data.files.IdxSet;

/** A well-known data set of images and the places that have it. */
record KnownImages(IdxSet set, DataFolders folders) {
    Dataset train(Path dataDir, Consumer<String> progress) {
        return load(set.train(), dataDir, progress);
    }

    Dataset test(Path dataDir, Consumer<String> progress) {
        return load(set.test(), dataDir, progress);
    }

    private Dataset load(IdxSet.Split split, Path dataDir, Consumer<String> progress) {
        return dataDir != null
                ? set.read(dataDir, split)
                : folders.first(set, progress, folder -> set.read(folder, split));
    }

    Path locate(Path dataDir, Consumer<String> progress) {
        return dataDir != null ? set.verify(dataDir) : folders.first(set, progress, set::verify);
    }
}
