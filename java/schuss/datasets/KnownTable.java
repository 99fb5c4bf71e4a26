package schuss.datasets;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import schuss.data.files.FileSet;
import schuss.data.files.IdxSet;
import schuss.data.table.Table;
import schuss.data.table.TableOptions;

/** A well-known table and the places that have it. */
record KnownTable(String name, IdxSet.Part csv, DataFolders folders) implements FileSet {
    @Override
    public List<IdxSet.Part> parts() {
        return List.of(csv);
    }

    Table table(Path dataDir, Consumer<String> progress) {
        return Table.read(file(dataDir, progress), TableOptions.DEFAULT);
    }

    Path file(Path dataDir, Consumer<String> progress) {
        return csv.in(locate(dataDir, progress));
    }

    Path locate(Path dataDir, Consumer<String> progress) {
        return dataDir != null ? verify(dataDir) : folders.first(this, progress, this::verify);
    }

    private Path verify(Path folder) {
        csv.verify(folder);
        return folder;
    }
}
