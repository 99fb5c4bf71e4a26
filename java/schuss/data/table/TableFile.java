package schuss.data.table;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import schuss.data.DataException;
import schuss.internal.Interrupts;

/**
 * A CSV file (RFC 4180), plain or compressed with gzip, which is read record by record. The text is UTF-8, or UTF-16 with
 * a byte order mark.
 *
 * @param path the file
 * @param skipLines the number of lines before the table that are skipped
 * @param separator the character between cells; a blank stands for any number of blanks and tabs
 */
record TableFile(Path path, int skipLines, char separator) {
    private static final int BUFFER = 1 << 16;
    private static final byte[] GZIP_MAGIC = {0x1F, (byte) 0x8B};
    private static final byte[] UTF_8_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] UTF_16_MARK = {(byte) 0xFE, (byte) 0xFF}; // or the other way round
    private static final char REPLACEMENT = '\uFFFD'; // what a decoder makes of bytes that are no text

    /** Receives the records of a file. */
    interface Records {
        /**
         * Receives a record.
         *
         * @param line the line in which it begins, counted from 1
         * @param cells the cells, the same number in every record
         */
        void accept(long line, List<String> cells);
    }

    /**
     * Reads all records. Exceptions of the receiver are passed on.
     *
     * @throws DataException if the file cannot be read, is not text, or its records have different numbers of cells
     */
    void read(Records records) {
        checkReadable();
        try (Reader text = text(CodingErrorAction.REPORT);
                CsvReader<CsvRecord> csv = csv(text)) {
            skip(csv);
            read(csv.iterator(), records);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private void checkReadable() {
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw new DataException(path + ": expected a readable file, got "
                    + (Files.isDirectory(path)
                            ? "a folder"
                            : !Files.exists(path)
                                    ? "no such file"
                                    : Files.isRegularFile(path)
                                            ? "one without permission to read"
                                            : "none of this kind"));
        }
    }

    /** The beginning of the text after the skipped lines; empty if there is none. */
    String sample(int length) {
        checkReadable();
        try (BufferedReader text = new BufferedReader(text(CodingErrorAction.REPLACE))) {
            for (int i = 0; i < skipLines; i++) {
                if (text.readLine() == null) {
                    return "";
                }
            }
            char[] sample = new char[length];
            int size = 0;
            for (int read = 0; read >= 0 && size < length; size += Math.max(0, read)) {
                read = text.read(sample, size, length - size);
            }
            return new String(sample, 0, size);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private CsvReader<CsvRecord> csv(Reader text) {
        return csv(text, separator);
    }

    private static CsvReader<CsvRecord> csv(Reader text, char separator) {
        return CsvReader.builder()
                .fieldSeparator(separator)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE) // we count them, for a message that says where
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .ofCsvRecord(separator == ' ' ? new BlankRuns(text) : text);
    }

    /** The first records of a text; empty if it cannot be read with this separator. */
    static List<List<String>> records(String text, char separator, int most) {
        List<List<String>> records = new ArrayList<>();
        try (CsvReader<CsvRecord> csv = csv(new StringReader(text), separator)) {
            Iterator<CsvRecord> all = csv.iterator();
            while (records.size() < most && all.hasNext()) {
                records.add(all.next().getFields());
            }
            return records;
        } catch (CsvParseException e) {
            return List.of();
        } catch (IOException e) {
            throw new AssertionError("a text in memory is read without fault", e);
        }
    }

    private void skip(CsvReader<CsvRecord> csv) {
        try {
            csv.skipLines(skipLines);
        } catch (CsvParseException e) {
            throw e.getCause() instanceof EOFException end && end.getMessage() == null // else it is that of gzip
                    ? new DataException(
                            path + ": expected more than the " + skipLines
                                    + " lines to skip, got a file that ends before",
                            e)
                    : broken(e);
        } catch (UncheckedIOException e) {
            throw broken(e);
        }
    }

    private void read(CloseableIterator<CsvRecord> all, Records records) {
        long firstLine = 0;
        int width = 0;
        for (CsvRecord csv = next(all); csv != null; csv = next(all)) {
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

    /** The next record, or null at the end. */
    private CsvRecord next(CloseableIterator<CsvRecord> all) {
        try {
            return all.hasNext() ? all.next() : null;
        } catch (CsvParseException | UncheckedIOException e) {
            throw broken(e);
        }
    }

    private Reader text(CodingErrorAction wrong) throws IOException {
        InputStream in = open();
        byte[] start = firstBytes(in, UTF_8_MARK.length);
        boolean wide = Arrays.equals(start, 0, 2, UTF_16_MARK, 0, 2)
                || (start[0] == UTF_16_MARK[1] && start[1] == UTF_16_MARK[0]);
        if (Arrays.equals(start, UTF_8_MARK)) {
            in.skipNBytes(UTF_8_MARK.length); // that of UTF-16 is its decoder's
        }
        Charset charset = wide ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
        return new InputStreamReader(
                in, charset.newDecoder().onMalformedInput(wrong).onUnmappableCharacter(wrong));
    }

    private InputStream open() throws IOException {
        InputStream in = new BufferedInputStream(Interrupts.open(path), BUFFER);
        try {
            return Arrays.equals(firstBytes(in, GZIP_MAGIC.length), GZIP_MAGIC)
                    ? new BufferedInputStream(new GZIPInputStream(in, BUFFER), BUFFER)
                    : in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /** The first bytes, which are not consumed; 0 after the end. */
    private static byte[] firstBytes(InputStream in, int count) throws IOException {
        byte[] bytes = new byte[count];
        in.mark(count);
        in.readNBytes(bytes, 0, count);
        in.reset();
        return bytes;
    }

    private DataException broken(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null && !(cause instanceof IOException)) {
            cause = cause.getCause();
        }
        if (cause instanceof CharacterCodingException) {
            return new DataException(path + notText(), e);
        }
        String expected = cause instanceof ZipException || cause instanceof EOFException ? "a whole gzip file" : "CSV";
        return new DataException(
                path + ": expected " + expected + ", got a file that breaks its format: " + cause.getMessage(), e);
    }

    /** Says where the bytes are that are not text. The decoder, which is far ahead of the records, cannot tell. */
    private String notText() {
        String expected = ": expected text in UTF-8, or in UTF-16 with a byte order mark, got another encoding";
        try (Reader text = text(CodingErrorAction.REPLACE);
                CsvReader<CsvRecord> csv = csv(text)) {
            for (CsvRecord record : csv) {
                for (int i = 0; i < record.getFieldCount(); i++) {
                    if (record.getField(i).indexOf(REPLACEMENT) >= 0) {
                        return ", line " + record.getStartingLineNumber() + ", cell " + (i + 1) + expected + ": "
                                + Cell.shown(record.getField(i).replace(REPLACEMENT, '?'));
                    }
                }
            }
        } catch (CsvParseException | IOException | UncheckedIOException e) {
            return expected;
        }
        return expected;
    }

    /** The beginning of messages about a cell. */
    String where(long line, String column) {
        return path + ", line " + line + ", column " + column;
    }
}
