package schuss.cli;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import schuss.DType;
import schuss.ModelDescription;
import schuss.Shape;
import schuss.cli.options.BadInput;
import schuss.data.ExampleReader;
import schuss.data.files.Idx;
import schuss.data.image.ImageFile;
import schuss.data.image.ImageFolder;
import schuss.data.image.ImageNotes;
import schuss.data.image.ImageOptions;
import schuss.data.table.Table;
import schuss.data.table.TableSchema;
import schuss.internal.Interrupts;

/**
 * The examples to predict, read from the user's files in batches, so that files may have any length. The kind of a file
 * is recognised by its first bytes.
 */
public final class PredictionInputs {
    private static final int WHITE = 255; // the value of a pixel that the network sees as 1
    private static final int MOST = 1024; // rows of a table read at a time
    private static final int MOST_WIDTH = 1 << 28; // numbers of an example

    /** Receives examples. */
    interface Batches {
        /**
         * Receives one or more.
         *
         * @param examples one after another, as the network sees them: pixels from 0 to 1, or a table's inputs
         * @param files where each is from
         */
        void accept(float[] examples, List<Path> files);
    }

    private final Optional<TableSchema> table;
    private final int skipLines;
    private final Optional<ImageOptions> images;
    private final Shape shape;
    private final int width;
    private final ImageNotes notes = new ImageNotes();
    private final PrintWriter err;
    private final Batches batches;
    private final float[] waiting; // for a batch to be full
    private final List<Path> sources = new ArrayList<>(); // of those that wait
    private Path source; // that is being read
    private int count;

    /**
     * For this model.
     *
     * @param skipLines lines in front of tables to leave out
     */
    PredictionInputs(ModelDescription model, int skipLines, PrintWriter err, Batches batches) {
        this.table = model.table();
        this.images = model.images();
        this.skipLines = skipLines;
        this.shape = model.input();
        if (shape.size() > MOST_WIDTH) {
            throw new BadInput("model: expected examples of at most " + MOST_WIDTH + " numbers, got " + shape);
        }
        this.width = (int) shape.size();
        this.err = err;
        this.batches = batches;
        waiting = new float[width * model.batch()];
    }

    /** Reads all files, one after the other. */
    void read(List<Path> files) {
        for (Path file : files) {
            source = file;
            if (table.isPresent()) {
                Table.readInputs(file, table.get(), skipLines, MOST, this::add);
                continue;
            }
            try {
                images(file);
            } catch (IOException e) {
                throw new BadInput(file + ": expected a readable file, got " + e.getMessage());
            }
        }
        if (count > 0) {
            flush();
        }
        if (!notes.isEmpty()) {
            err.println(notes);
        }
    }

    private void add(float... example) {
        System.arraycopy(example, 0, waiting, count * width, width);
        sources.add(source);
        if (++count * width == waiting.length) {
            flush();
        }
    }

    private void flush() {
        batches.accept(Arrays.copyOf(waiting, count * width), List.copyOf(sources));
        sources.clear();
        count = 0;
    }

    private void add(Table part) {
        ExampleReader reader = new ExampleReader(part.dataset());
        reader.forEach(() -> add(reader.inputs()));
    }

    private void images(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            folder(file);
            return;
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new BadInput(file + ": expected a readable file, got "
                    + (Files.exists(file) ? "none of this kind" : "no such file"));
        }
        String start = firstBytes(file, false);
        boolean gzip = start.startsWith("\u001F\u008B");
        String content = gzip ? firstBytes(file, true) : start;
        if (content.startsWith("\0\0")) {
            idx(file);
        } else if (isImage(content)) {
            add(ImageFile.read(file, image(file), notes));
        } else {
            csv(file, gzip);
        }
    }

    private void folder(Path folder) {
        List<Path> files = ImageFolder.files(folder);
        if (files.isEmpty()) {
            throw new BadInput(folder + ": expected images, got an empty folder");
        }
        for (Path file : files) {
            source = file;
            add(ImageFile.read(file, image(file), notes));
        }
    }

    /** At most four, each as a character. */
    private static String firstBytes(Path file, boolean gzip) throws IOException {
        try (InputStream in = open(file, gzip)) {
            return new String(in.readNBytes(4), StandardCharsets.ISO_8859_1);
        } catch (java.util.zip.ZipException | java.io.EOFException e) {
            throw new BadInput(file + ": expected a whole gzip file, got a damaged one: " + e.getMessage());
        }
    }

    private static InputStream open(Path file, boolean gzip) throws IOException {
        InputStream in = Interrupts.open(file);
        return gzip ? new GZIPInputStream(in) : in;
    }

    /** The beginnings of PNG, JPEG, GIF, BMP, and what else Java may read: TIFF and WebP. */
    private static boolean isImage(String start) {
        return Stream.of("\u0089P", "\u00FF\u00D8", "GI", "BM", "II*\0", "MM\0*", "RIFF")
                .anyMatch(start::startsWith);
    }

    private ImageOptions image(Path file) {
        return images.orElseThrow(() -> new BadInput(file + ": expected examples of " + shape + ", got an image"));
    }

    private void idx(Path file) {
        Idx idx = Idx.read(file);
        if (idx.dtype() != DType.U8
                || idx.shape().rank() < 2
                || idx.shape().tail().size() != width) {
            throw new BadInput(
                    file + ": expected images U8 (n) of " + shape + ", got " + idx.dtype() + " " + idx.shape());
        }
        ByteBuffer pixels = idx.data();
        for (int i = 0; i < idx.shape().dim(0); i++) {
            float[] row = new float[width];
            for (int j = 0; j < width; j++) {
                row[j] = Byte.toUnsignedInt(pixels.get()) / (float) WHITE;
            }
            add(row);
        }
    }

    /** The first line may hold names. */
    private void csv(Path file, boolean gzip) throws IOException {
        boolean first = true;
        boolean any = false;
        boolean bright = false;
        try (InputStream in = open(file, gzip);
                CsvReader<CsvRecord> reader = CsvReader.builder()
                        .detectBomHeader(true)
                        .extraFieldStrategy(FieldMismatchStrategy.IGNORE) // we count them, against the model
                        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .allowUnclosedQuote(false)
                        .ofCsvRecord(in, StandardCharsets.UTF_8)) {
            CloseableIterator<CsvRecord> lines = reader.iterator();
            for (CsvRecord line = next(file, lines); line != null; line = next(file, lines)) {
                checkWidth(file, line);
                if (!first || !isNames(file, line)) {
                    float[] row = row(file, line);
                    any = true;
                    bright |= isBright(row);
                    add(row);
                }
                first = false;
            }
        }
        if (!any) {
            throw new BadInput(file + ": expected examples of " + width + " pixels, got none");
        }
        if (!bright) {
            err.println(Printable.of(file.toString()) + ": no pixel is above 1; pixels are read as 0 to " + WHITE);
        }
    }

    /** The next line, or null when there are no more; what breaks the file is told from what breaks its receiver. */
    private static CsvRecord next(Path file, CloseableIterator<CsvRecord> lines) {
        try {
            return lines.hasNext() ? lines.next() : null;
        } catch (CsvParseException | UncheckedIOException e) {
            throw new BadInput(file + ": expected CSV, got a file that breaks its format: " + e.getMessage());
        }
    }

    /**
     * Whether no value is a number. One that begins like a number, or is empty, may be meant to be one: where there is such
     * a line, it is said what it is taken for.
     */
    private boolean isNames(Path file, CsvRecord line) {
        List<String> fields = line.getFields().stream().map(String::strip).toList();
        if (fields.stream().allMatch(String::isEmpty) || fields.stream().anyMatch(PredictionInputs::isNumber)) {
            return false;
        }
        fields.stream()
                .filter(field -> field.isEmpty() || field.matches("[-+.,]*\\d.*"))
                .findFirst()
                .ifPresent(field -> err.println(Printable.of(file.toString()) + ", line " + line.getStartingLineNumber()
                        + ": taken for names, as no value is a number, like \"" + Printable.of(field) + "\""));
        return true;
    }

    private static boolean isNumber(String field) {
        try {
            Float.parseFloat(field);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private void checkWidth(Path file, CsvRecord line) {
        if (line.getFieldCount() != width) {
            throw new BadInput(file + ", line " + line.getStartingLineNumber() + ": expected " + width
                    + " values, examples of " + shape + ", got " + line.getFieldCount());
        }
    }

    private float[] row(Path file, CsvRecord line) {
        float[] row = new float[width];
        for (int i = 0; i < width; i++) {
            row[i] = pixel(file, line, i) / WHITE;
        }
        return row;
    }

    private static float pixel(Path file, CsvRecord line, int column) {
        String field = line.getField(column).strip();
        try {
            float value = Float.parseFloat(field);
            if (value >= 0 && value <= WHITE) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw refused(file, line, column, field);
        }
        throw refused(file, line, column, field);
    }

    private static BadInput refused(Path file, CsvRecord line, int column, String field) {
        return new BadInput(file + ", line " + line.getStartingLineNumber() + ", value " + (column + 1)
                + ": expected a pixel, 0 to " + WHITE + ", got " + (field.isEmpty() ? "nothing" : field));
    }

    private static boolean isBright(float[] row) {
        for (float value : row) {
            if (value * WHITE > 1) {
                return true;
            }
        }
        return false;
    }
}
