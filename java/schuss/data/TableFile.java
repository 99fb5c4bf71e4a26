package schuss.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A CSV file (RFC 4180), plain or compressed by gzip, read record by record. */
record TableFile(Path path, int skipLines) {
    private static final int BUFFER = 1 << 16;
    private static final int GZIP_MAGIC = 0x8B1F;

    /** Receives a record. */
    interface Records {
        /**
         * @param line where it begins, counted from 1
         * @param cells as many in every record
         */
        void accept(long line, List<String> cells);
    }

    /**
     * Reads all records.
     *
     * @throws DataException if the file cannot be read, or its records differ in length
     */
    void read(Records records) {
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw new DataException(path + ": expected a readable file, got "
                    + (Files.isDirectory(path)
                            ? "a folder"
                            : Files.exists(path) ? "none of this kind" : "no such file"));
        }
        try (InputStream in = open();
                CsvReader<CsvRecord> reader = CsvReader.builder()
                        .detectBomHeader(true)
                        .allowExtraFields(true) // we count them ourselves, for a message that says where
                        .allowMissingFields(true)
                        .ofCsvRecord(in, StandardCharsets.UTF_8)) {
            skip(reader);
            read(reader, records);
        } catch (NoClassDefFoundError e) {
            throw new DataException("reading tables: expected the library de.siegmar:fastcsv, got none", e);
        } catch (CsvParseException | IOException | UncheckedIOException e) {
            throw broken(e);
        }
    }

    private void skip(CsvReader<CsvRecord> reader) {
        try {
            reader.skipLines(skipLines);
        } catch (CsvParseException | UncheckedIOException e) {
            if (e.getCause() instanceof EOFException) {
                throw new DataException(
                        path + ": expected more than the " + skipLines + " lines to skip, got a file that ends before",
                        e);
            }
            throw e;
        }
    }

    private void read(CsvReader<CsvRecord> reader, Records records) {
        long firstLine = 0;
        int width = 0;
        for (CsvRecord csv : reader) {
            long line = csv.getStartingLineNumber();
            if (width == 0) {
                firstLine = line;
                width = csv.getFieldCount();
            } else if (csv.getFieldCount() != width) {
                throw new DataException(path + ", line " + line + ": expected " + width + " cells as in line "
                        + firstLine + ", got " + csv.getFieldCount());
            }
            records.accept(line, csv.getFields());
        }
    }

    private InputStream open() throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(path), BUFFER);
        in.mark(2);
        int magic = in.read() | in.read() << Byte.SIZE;
        in.reset();
        return magic == GZIP_MAGIC ? new GZIPInputStream(in, BUFFER) : in;
    }

    private DataException broken(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null && !(cause instanceof IOException)) {
            cause = cause.getCause();
        }
        String expected = cause instanceof ZipException || cause instanceof EOFException ? "a whole gzip file" : "CSV";
        return new DataException(
                path + ": expected " + expected + ", got a file that breaks its format: " + cause.getMessage(), e);
    }

    /** How messages begin that are about one cell. */
    String where(long line, String column) {
        return path + ", line " + line + ", column " + column;
    }
}
