package schuss.data.files;

import java.util.List;

/** A data set of files whose checksums are known. */
public interface FileSet {
    /** {@return its name, which is also that of its folder in the cache} */
    String name();

    /** {@return its files} */
    List<IdxSet.Part> parts();
}
