package schuss.data.files;

import java.util.List;

/** A data set of files that are known by their checksums. */
public interface FileSet {
    /** What it and its folder in the cache are called. */
    String name();

    List<IdxSet.Part> parts();
}
