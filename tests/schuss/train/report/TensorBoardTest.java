package schuss.train.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.HistogramProto;
import org.tensorflow.proto.Summary;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;
import schuss.layers.Conv2d;
import schuss.layers.Dense;
import schuss.layers.Flatten;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.metrics.Accuracy;
import schuss.optim.Sgd;
import schuss.report.Histogram;
import schuss.train.Digits;
import schuss.train.History;
import schuss.train.Toy;
import schuss.train.Trainer;

/** Event files, read by TensorFlow's own message classes. */
@Tag("device")
class TensorBoardTest {
    @TempDir
    Path folder;

    private static List<Event> events(Path folder) throws IOException {
        Path file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        assertTrue(file.getFileName().toString().startsWith("events.out.tfevents."), file.toString());
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int start = bytes.position();
            byte[] event = new byte[Math.toIntExact(bytes.getLong())];
            assertEquals(masked(bytes.array(), start, Long.BYTES), bytes.getInt(), "checksum of the length");
            start = bytes.position();
            bytes.get(event);
            assertEquals(masked(bytes.array(), start, event.length), bytes.getInt(), "checksum of the event");
            events.add(Event.parseFrom(event));
        }
        return events;
    }

    /** Castagnoli's checksum bit by bit, then TensorFlow's mask: a definition of its own, to compare with the library's. */
    private static int masked(byte[] bytes, int from, int count) {
        int crc = -1;
        for (int i = from; i < from + count; i++) {
            crc ^= bytes[i] & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
            }
        }
        crc = ~crc;
        return (crc >>> 15 | crc << 17) + 0xa282ead8;
    }

    /** RFC 3720, B.4: 32 bytes of zeros. */
    @Test
    void theTestsChecksumIsThePublishedOne() {
        int expected = (0x8a9136aa >>> 15 | 0x8a9136aa << 17) + 0xa282ead8;
        assertEquals(expected, masked(new byte[32], 0, 32));
    }

    @Test
    void scalarsAndHistogramsAreThoseOfTheHistory() throws IOException {
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            History history = Toy.trainer(model, new Sgd(0.1))
                    .withEpochs(3)
                    .withMetric(new Accuracy())
                    .withValidation(Toy.data(10))
                    .withCallback(new TensorBoard(folder.resolve("a/b")))
                    .fit(Toy.data(40));
            List<Event> events = events(folder.resolve("a/b"));
            assertEquals("brain.Event:2", events.get(0).getFileVersion());
            Map<String, List<Double>> scalars = new LinkedHashMap<>();
            Map<String, HistogramProto> last = new LinkedHashMap<>();
            for (Event event : events.subList(1, events.size())) {
                Summary.Value value = event.getSummary().getValue(0);
                if (value.hasHisto()) {
                    last.put(value.getTag(), value.getHisto());
                } else {
                    List<Double> values = scalars.computeIfAbsent(value.getTag(), tag -> new ArrayList<>());
                    values.add((double) value.getSimpleValue());
                    assertEquals(values.size(), event.getStep());
                }
                assertTrue(Math.abs(event.getWallTime() - System.currentTimeMillis() / 1000.0) < 3600);
            }
            assertSame(history.values("loss"), scalars.get("loss/train"));
            assertSame(history.values("validation accuracy"), scalars.get("accuracy/validation"));
            assertSame(history.learningRates(), scalars.get("learning rate"));
            assertEquals(2 * model.declarations().layout().entries().size(), last.size());
            float[] weights = model.parameter("0.dense/weight");
            double sum = 0;
            double least = Double.POSITIVE_INFINITY;
            for (float weight : weights) {
                sum += weight;
                least = Math.min(least, weight);
            }
            HistogramProto histogram = last.get("weights/0.dense/weight");
            assertEquals(sum, histogram.getSum(), 1e-9);
            assertEquals(least, histogram.getMin());
            assertEquals(weights.length, histogram.getNum());
            assertEquals(
                    weights.length,
                    histogram.getBucketList().stream().mapToDouble(c -> c).sum());
            assertEquals(histogram.getBucketLimitCount(), histogram.getBucketCount());
            assertTrue(last.get("gradients/2.dense/bias").getSumSquares() > 0);
        }
    }

    /** To the last digit of the floats that event files hold. */
    private static void assertSame(double[] expected, List<Double> got) {
        assertArrayEquals(
                Arrays.stream(expected).map(v -> (float) v).toArray(),
                got.stream().mapToDouble(v -> v).toArray());
    }

    @Test
    void imagesShowTheFirstFilters() throws IOException {
        Sequential network = Sequential.of(new Conv2d(6, 3), new Relu(), new Flatten(), new Dense(10));
        try (Device device = TestDevice.open();
                Model model = Model.create(network, Shape.of(8, 8, 1), device, 42)) {
            Digits.trainer(model, new Sgd(0.1))
                    .withCallback(new TensorBoard(folder))
                    .fit(Digits.of(64, 1));
            Summary.Image written = events(folder).stream()
                    .flatMap(event -> event.getSummary().getValueList().stream())
                    .filter(Summary.Value::hasImage)
                    .map(Summary.Value::getImage)
                    .findFirst()
                    .orElseThrow();
            BufferedImage image = ImageIO.read(
                    new ByteArrayInputStream(written.getEncodedImageString().toByteArray()));
            assertEquals(written.getHeight(), image.getHeight());
            assertEquals(written.getWidth(), image.getWidth());
            // six filters of 3 x 3 in three columns and two rows, each weight 2 x 2 pixels, a pixel between filters
            assertEquals(3 * 7 - 1, image.getWidth());
            assertEquals(2 * 7 - 1, image.getHeight());
            float[] weights = model.parameter("0.conv2d/weight"); // (3, 3, 1, 6)
            for (int filter = 0; filter < 6; filter++) {
                float min = Float.POSITIVE_INFINITY;
                float max = Float.NEGATIVE_INFINITY;
                for (int i = filter; i < weights.length; i += 6) {
                    min = Math.min(min, weights[i]);
                    max = Math.max(max, weights[i]);
                }
                for (int place = 0; place < 9; place++) {
                    int x = filter % 3 * 7 + place % 3 * 2 + 1;
                    int y = filter / 3 * 7 + place / 3 * 2 + 1;
                    int grey = Math.round(255 * (weights[place * 6 + filter] - min) / (max - min));
                    assertEquals(grey, image.getRGB(x, y) & 0xff, 1, "filter " + filter + ", " + place);
                }
            }
        }
    }

    @Test
    void histogramsCountEveryNumberOnce() {
        Histogram histogram = Histogram.of(new float[] {-1, 0, 0.5f, 2, Float.NaN});
        assertEquals(4, histogram.count());
        assertEquals(1, histogram.counts()[0]);
        assertEquals(1, histogram.counts()[29]);
        assertEquals(2, histogram.limits()[29]);
        assertEquals(5.25, histogram.sumOfSquares());
        assertArrayEquals(new double[] {3}, Histogram.of(new float[] {2, 2, 2}).counts());
    }

    @Test
    void aFolderThatIsAFileIsRefusedBeforeTraining() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            Map<String, float[]> before = Toy.weights(model);
            Trainer trainer = Toy.trainer(model, new Sgd(0.1)).withCallback(new TensorBoard(file));
            String message = assertThrows(IllegalArgumentException.class, () -> trainer.fit(Toy.data(40)))
                    .getMessage();
            assertTrue(message.startsWith("TensorBoard: " + file + ": expected a folder"), message);
            Toy.assertSame(before, Toy.weights(model));
        }
    }
}
