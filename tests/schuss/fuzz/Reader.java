package schuss.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import schuss.FormatException;
import schuss.Shape;
import schuss.cli.CliReaders;
import schuss.data.DataException;
import schuss.data.files.Idx;
import schuss.data.files.Npy;
import schuss.data.image.ImageFile;
import schuss.data.table.Table;
import schuss.data.table.TableOptions;
import schuss.data.table.TableSchema;
import schuss.io.Safetensors;
import schuss.train.checkpoint.CheckpointReader;

/**
 * All readers of what strangers may have made. Each either takes its bytes or throws one of its refusals, in words; all else,
 * an error of Java's or a time above {@link #MOST_SECONDS} included, is a fault of ours.
 */
public enum Reader {
    /** A file of tensors: its length, its header, its data. */
    SAFETENSORS(FormatException.class) {
        @Override
        void use(byte[] bytes) throws IOException {
            tensors(file(bytes));
        }
    },
    /** The header alone, with the length in front and enough data behind. */
    SAFETENSORS_HEADER(FormatException.class) {
        @Override
        void use(byte[] bytes) throws IOException {
            tensors(file(ByteBuffer.allocate(Long.BYTES + bytes.length + DATA)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(bytes.length)
                    .put(bytes)
                    .array()));
        }
    },
    /** What a saved model says of itself: keys and values of its metadata, a zero behind each. */
    MODEL {
        @Override
        void use(byte[] bytes) throws IOException {
            CliReaders.inspect(bytes);
        }
    },
    /** The texts and numbers of a checkpoint that a run is to go on from. */
    CHECKPOINT(FormatException.class) {
        @Override
        void use(byte[] bytes) throws IOException {
            CheckpointReader.resume(bytes);
        }
    },
    /** A file of settings. */
    SETTINGS {
        @Override
        void use(byte[] bytes) throws IOException {
            CliReaders.arguments("train", "mnist", "--config", file(bytes).toString());
        }
    },
    /** Arguments, a line break behind each. */
    ARGUMENTS {
        @Override
        void use(byte[] bytes) {
            CliReaders.arguments(text(bytes).split("\n", -1));
        }
    },
    NPY(DataException.class) {
        @Override
        void use(byte[] bytes) throws IOException {
            all(Npy.read(file(bytes)));
        }
    },
    NPZ(DataException.class) {
        @Override
        void use(byte[] bytes) throws IOException {
            for (Npy array : Npy.readAll(file(bytes)).values()) {
                all(array);
            }
        }
    },
    /** Plain or compressed. */
    IDX(DataException.class) {
        @Override
        void use(byte[] bytes) throws IOException {
            Idx idx = Idx.read(file(bytes));
            if (idx.data().remaining() != idx.shape().size() * idx.dtype().bytes()) {
                throw new IllegalStateException("expected data of " + idx.shape() + ", got another length");
            }
        }
    },
    /** A table whose columns nobody knows. */
    TABLE(DataException.class) {
        @Override
        void use(byte[] bytes) throws IOException {
            TableSchema schema = Table.read(file(bytes), TableOptions.DEFAULT).schema();
            if (!TableSchema.of(schema.toJson()).equals(schema)) {
                throw new IllegalStateException("expected the schema back, got another");
            }
        }
    },
    /** A table of known columns. */
    TABLE_ROWS(DataException.class) {
        @Override
        void use(byte[] bytes) throws IOException {
            Path file = file(bytes);
            Table.readInputs(file, Seeds.SCHEMA, 0, 2, part -> part.size());
            Table.read(file, Seeds.SCHEMA, 0);
        }
    },
    TABLE_SCHEMA(FormatException.class) {
        @Override
        void use(byte[] bytes) {
            TableSchema schema = TableSchema.of(text(bytes));
            if (!TableSchema.of(schema.toJson()).equals(schema)) {
                throw new IllegalStateException("expected the schema back, got another");
            }
            schema.inputNames();
        }
    },
    /** Examples to predict: pixels as CSV, images, IDX. */
    EXAMPLES(DataException.class) {
        @Override
        void use(byte[] bytes) throws IOException {
            CliReaders.examples(file(bytes));
        }
    },
    IMAGE(DataException.class) {
        @Override
        void use(byte[] bytes) throws IOException {
            ImageFile.read(file(bytes), Shape.of(4, 4, 3));
        }
    };

    /** For some thousand bytes. */
    static final int MOST_SECONDS = 2;

    private static final int DATA = 64;
    private static final Path FILE = temporary();

    private final List<Class<? extends RuntimeException>> refusals;

    @SafeVarargs
    Reader(Class<? extends RuntimeException>... refusals) {
        this.refusals = List.of(refusals);
    }

    abstract void use(byte[] bytes) throws IOException;

    /** Reads, and says whether the bytes were taken. What is thrown is a fault. */
    boolean read(byte[] bytes) {
        try {
            use(bytes);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            if (!refusals.contains(e.getClass()) && !CliReaders.isRefusal(e)) {
                throw e;
            }
            if (e.getMessage() == null || !e.getMessage().contains("expected")) {
                throw new IllegalStateException("expected a refusal in words, got this", e);
            }
            return false;
        }
    }

    private static void tensors(Path path) throws IOException {
        try (Safetensors file = Safetensors.read(path)) {
            for (String name : file.names()) {
                file.extents(name);
                if (List.of("F32", "F16", "BF16", "F64").contains(file.type(name))) {
                    file.floats(name);
                }
                file.entry(name).forEach((index, part) -> part.get(part.limit() - 1));
            }
        }
    }

    private static void all(Npy array) {
        array.floats();
        if (array.isWhole()) {
            array.ints();
        }
        Npy.dataset(array, array);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Path temporary() {
        try {
            Path file = Files.createTempFile("fuzz", "");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file(byte[] bytes) throws IOException {
        return Files.write(FILE, bytes);
    }

    /** By the name of a constant. */
    static Reader named(String name) {
        return Arrays.stream(values())
                .filter(reader -> reader.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("expected one of " + Arrays.toString(values()) + ", got " + name));
    }
}
