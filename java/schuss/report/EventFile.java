package schuss.report;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Writes an event file for TensorBoard. It is a sequence of records, each with its length, a checksum of the length, an
 * {@code Event} message as in TensorFlow's {@code event.proto}, and a checksum of the message. The optional library
 * protobuf-java encodes the messages. {@link schuss.train.report.TensorBoard} writes one while a model trains.
 *
 * <pre>{@code
 * EventFile events = EventFile.create(Path.of("logs/events.out.tfevents.1"));
 * events.scalar("loss", 1, 0.7);
 * }</pre>
 */
public final class EventFile {
    private static final String VERSION = "brain.Event:2";
    private static final int CRC_DELTA = 0xa282ead8; // TensorFlow's masked checksum: a rotation and this
    private static final int CRC_ROTATION = 15;
    private static final double MILLIS = 1000;
    private static final int RGB = 3;

    // field numbers of Event, Summary, Summary.Value, Summary.Image and HistogramProto
    private static final int EVENT_TIME = 1;
    private static final int EVENT_STEP = 2;
    private static final int EVENT_VERSION = 3;
    private static final int EVENT_SUMMARY = 5;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SCALAR = 2;
    private static final int VALUE_IMAGE = 4;
    private static final int VALUE_HISTOGRAM = 5;
    private static final int IMAGE_HEIGHT = 1;
    private static final int IMAGE_WIDTH = 2;
    private static final int IMAGE_COLORS = 3;
    private static final int IMAGE_PNG = 4;
    private static final int HISTOGRAM_MIN = 1;
    private static final int HISTOGRAM_MAX = 2;
    private static final int HISTOGRAM_COUNT = 3;
    private static final int HISTOGRAM_SUM = 4;
    private static final int HISTOGRAM_SQUARES = 5;
    private static final int HISTOGRAM_LIMITS = 6;
    private static final int HISTOGRAM_BUCKETS = 7;

    private final Path file;

    private EventFile(Path file) {
        this.file = file;
    }

    /** Writes the fields of a message. */
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    /**
     * Creates a file, which must not exist yet. TensorBoard reads files with {@code tfevents} in their names.
     *
     * @param file where to create it
     * @return the file, to which events can be appended
     * @throws IllegalStateException if protobuf-java, an optional library, is not on the class path
     * @throws IOException if the file exists or cannot be written
     */
    public static EventFile create(Path file) throws IOException {
        EventFile events = new EventFile(file);
        byte[] first;
        try {
            first = message(out -> {
                out.writeDouble(EVENT_TIME, System.currentTimeMillis() / MILLIS);
                out.writeString(EVENT_VERSION, VERSION);
            });
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "events: expected the library com.google.protobuf:protobuf-java on the class path, got none", e);
        }
        Files.write(file, record(first), StandardOpenOption.CREATE_NEW);
        return events;
    }

    /** {@return the path of the file} */
    public Path path() {
        return file;
    }

    /**
     * Appends one number.
     *
     * @param tag the name of the curve
     * @param step its x coordinate, such as the epoch
     * @param value its y coordinate
     * @throws IOException if writing fails
     */
    public void scalar(String tag, long step, double value) throws IOException {
        append(step, out -> {
            out.writeString(VALUE_TAG, tag);
            out.writeFloat(VALUE_SCALAR, (float) value);
        });
    }

    /**
     * Appends a distribution of numbers.
     *
     * @param tag the name of the distribution
     * @param step when it was taken, such as the epoch
     * @param histogram the distribution
     * @throws IOException if writing fails
     */
    public void histogram(String tag, long step, Histogram histogram) throws IOException {
        append(step, out -> {
            out.writeString(VALUE_TAG, tag);
            out.writeByteArray(VALUE_HISTOGRAM, message(histogram));
        });
    }

    /**
     * Appends an image.
     *
     * @param tag the name of the image
     * @param step when it was taken, such as the epoch
     * @param height in pixels
     * @param width in pixels
     * @param png the bytes of a PNG file
     * @throws IOException if writing fails
     */
    public void image(String tag, long step, int height, int width, byte[] png) throws IOException {
        byte[] image = message(out -> {
            out.writeInt32(IMAGE_HEIGHT, height);
            out.writeInt32(IMAGE_WIDTH, width);
            out.writeInt32(IMAGE_COLORS, RGB);
            out.writeByteArray(IMAGE_PNG, png);
        });
        append(step, out -> {
            out.writeString(VALUE_TAG, tag);
            out.writeByteArray(VALUE_IMAGE, image);
        });
    }

    private static byte[] message(Histogram histogram) throws IOException {
        return message(out -> {
            out.writeDouble(HISTOGRAM_MIN, histogram.min());
            out.writeDouble(HISTOGRAM_MAX, histogram.max());
            out.writeDouble(HISTOGRAM_COUNT, histogram.count());
            out.writeDouble(HISTOGRAM_SUM, histogram.sum());
            out.writeDouble(HISTOGRAM_SQUARES, histogram.sumOfSquares());
            out.writeByteArray(HISTOGRAM_LIMITS, packed(histogram.limits()));
            out.writeByteArray(HISTOGRAM_BUCKETS, packed(histogram.counts()));
        });
    }

    private static byte[] packed(double[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(values);
        return bytes.array();
    }

    private void append(long step, Fields value) throws IOException {
        byte[] summary = nested(SUMMARY_VALUE, message(value));
        byte[] event = message(out -> {
            out.writeDouble(EVENT_TIME, System.currentTimeMillis() / MILLIS);
            out.writeInt64(EVENT_STEP, step);
            out.writeByteArray(EVENT_SUMMARY, summary);
        });
        Files.write(file, record(event), StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
    }

    private static byte[] nested(int field, byte[] message) throws IOException {
        return message(out -> out.writeByteArray(field, message));
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(); // of the JDK: the class loads without protobuf
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    private static byte[] record(byte[] event) {
        ByteBuffer record = ByteBuffer.allocate(Long.BYTES + event.length + 2 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(event.length);
        record.putInt(maskedCrc(record.array(), Long.BYTES)).put(event).putInt(maskedCrc(event, event.length));
        return record.array();
    }

    private static int maskedCrc(byte[] bytes, int count) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, count);
        return Integer.rotateRight((int) crc.getValue(), CRC_ROTATION) + CRC_DELTA;
    }
}
