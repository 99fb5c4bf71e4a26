package schuss.cli;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import schuss.DType;
import schuss.Shape;
import schuss.data.ExampleReader;
import schuss.data.Idx;
import schuss.data.ImageFile;
import schuss.data.ImageFolder;
import schuss.data.Table;
import schuss.data.TableSchema;

/** What a model is to predict, read from files of the user's. What a file holds shows in its first bytes. */
final class Examples {
    private final Optional<TableSchema> table;
    private final int skipLines;
    private final Shape shape;
    private final int width;
    private final PrintWriter err;
    private final List<float[]> rows = new ArrayList<>();

    /**
     * For this model.
     *
     * @param skipLines lines in front of tables to leave out
     */
    Examples(SavedModel model, int skipLines, PrintWriter err) {
        this.table = model.table();
        this.skipLines = skipLines;
        this.shape = model.input();
        this.width = Math.toIntExact(shape.size());
        this.err = err;
    }

    /** All that were read, as the network sees them: pixels from 0 to 1, or a table's inputs. */
    List<float[]> rows() {
        return rows;
    }

    void read(Path file) throws IOException {
        if (table.isPresent()) {
            ExampleReader reader = new ExampleReader(Table.readInputs(file, table.get(), skipLines));
            reader.forEach(() -> rows.add(reader.inputs()));
            return;
        }
        if (Files.isDirectory(file)) {
            folder(file);
            return;
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new BadInput(file + ": expected a readable file, got "
                    + (Files.exists(file) ? "none of this kind" : "no such file"));
        }
        int[] start = firstBytes(file, false);
        boolean gzip = start[0] == 0x1F && start[1] == 0x8B;
        int[] content = gzip ? firstBytes(file, true) : start;
        if (content[0] == 0 && content[1] == 0) {
            idx(file);
        } else if (isPicture(content)) {
            rows.add(ImageFile.read(file, picture(file)));
        } else {
            csv(file, gzip);
        }
    }

    private void folder(Path folder) {
        List<Path> files = ImageFolder.files(folder);
        if (files.isEmpty()) {
            throw new BadInput(folder + ": expected pictures, got an empty folder");
        }
        for (Path file : files) {
            rows.add(ImageFile.read(file, picture(file)));
        }
    }

    private static int[] firstBytes(Path file, boolean gzip) throws IOException {
        try (InputStream in = open(file, gzip)) {
            return new int[] {in.read(), in.read()};
        } catch (java.util.zip.ZipException | java.io.EOFException e) {
            throw new BadInput(file + ": expected a whole gzip file, got a damaged one: " + e.getMessage());
        }
    }

    private static InputStream open(Path file, boolean gzip) throws IOException {
        InputStream in = Files.newInputStream(file);
        return gzip ? new GZIPInputStream(in) : in;
    }

    /** The beginnings of PNG, JPEG, GIF and BMP. */
    private static boolean isPicture(int[] start) {
        return (start[0] == 0x89 && start[1] == 'P')
                || (start[0] == 0xFF && start[1] == 0xD8)
                || (start[0] == 'G' && start[1] == 'I')
                || (start[0] == 'B' && start[1] == 'M');
    }

    private Shape picture(Path file) {
        if (shape.rank() != 3 || (shape.dim(2) != 1 && shape.dim(2) != 3)) {
            throw new BadInput(file + ": expected examples of " + shape + ", got a picture");
        }
        return shape;
    }

    private void idx(Path file) {
        Idx idx = Idx.read(file);
        if (idx.dtype() != DType.U8
                || idx.shape().rank() < 2
                || idx.shape().tail().size() != width) {
            throw new BadInput(
                    file + ": expected pictures U8 (n) of " + shape + ", got " + idx.dtype() + " " + idx.shape());
        }
        ByteBuffer pixels = idx.data();
        for (int i = 0; i < idx.shape().dim(0); i++) {
            float[] row = new float[width];
            for (int j = 0; j < width; j++) {
                row[j] = Byte.toUnsignedInt(pixels.get()) / (float) SavedModel.WHITE;
            }
            rows.add(row);
        }
    }

    /** A line that holds anything but numbers is one of names, if it is the first. */
    private void csv(Path file, boolean gzip) throws IOException {
        int before = rows.size();
        boolean first = true;
        try (InputStream in = open(file, gzip);
                CsvReader<CsvRecord> reader = CsvReader.builder()
                        .detectBomHeader(true)
                        .allowExtraFields(true) // we count them ourselves, against the model
                        .allowMissingFields(true)
                        .ofCsvRecord(in, StandardCharsets.UTF_8)) {
            for (CsvRecord line : reader) {
                if (!first || !isHeader(line)) {
                    rows.add(row(file, line));
                } else {
                    checkWidth(file, line);
                }
                first = false;
            }
        } catch (CsvParseException | UncheckedIOException e) {
            throw new BadInput(file + ": expected CSV, got a file that breaks its format: " + e.getMessage());
        }
        if (rows.size() == before) {
            throw new BadInput(file + ": expected examples of " + width + " pixels, got none");
        }
        if (rows.subList(before, rows.size()).stream().allMatch(Examples::atMostOne)) {
            err.println(file + ": no pixel is above 1; pixels are read as 0 to " + SavedModel.WHITE);
        }
    }

    private static boolean isHeader(CsvRecord line) {
        for (String field : line.getFields()) {
            try {
                Float.parseFloat(field.strip());
            } catch (NumberFormatException e) {
                return true;
            }
        }
        return false;
    }

    private void checkWidth(Path file, CsvRecord line) {
        if (line.getFieldCount() != width) {
            throw new BadInput(file + ", line " + line.getStartingLineNumber() + ": expected " + width
                    + " values, examples of " + shape + ", got " + line.getFieldCount());
        }
    }

    private float[] row(Path file, CsvRecord line) {
        checkWidth(file, line);
        float[] row = new float[width];
        for (int i = 0; i < width; i++) {
            row[i] = pixel(file, line, i) / SavedModel.WHITE;
        }
        return row;
    }

    private static float pixel(Path file, CsvRecord line, int column) {
        String field = line.getField(column).strip();
        try {
            float value = Float.parseFloat(field);
            if (value >= 0 && value <= SavedModel.WHITE) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw refused(file, line, column, field);
        }
        throw refused(file, line, column, field);
    }

    private static BadInput refused(Path file, CsvRecord line, int column, String field) {
        return new BadInput(file + ", line " + line.getStartingLineNumber() + ", value " + (column + 1)
                + ": expected a pixel, 0 to " + SavedModel.WHITE + ", got " + (field.isEmpty() ? "nothing" : field));
    }

    private static boolean atMostOne(float[] row) {
        for (float value : row) {
            if (value * SavedModel.WHITE > 1) {
                return false;
            }
        }
        return true;
    }
}
