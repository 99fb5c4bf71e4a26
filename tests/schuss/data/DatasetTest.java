package schuss.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;

class DatasetTest {
    private static final float[][] ROWS = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}};
    private static final Shape THREE = Shape.of(3);

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private static String failure(Runnable make) {
        return assertThrows(DataException.class, make::run).getMessage();
    }

    @Test
    void describesAndReadsLabelledRows() {
        Dataset data = Dataset.of(ROWS, THREE, new int[] {0, 2, 1}, 3);
        assertEquals(3, data.size());
        assertEquals(new Spec("input", DType.F32, THREE), data.input());
        assertEquals(new Spec("label", DType.I32, Shape.of()), data.target());
        assertEquals(3, data.classes());

        ByteBuffer inputs = direct(2 * 12);
        ByteBuffer targets = direct(2 * 4);
        data.read(2, 1, inputs, targets);
        data.read(1, 0, inputs, targets);
        float[] values = new float[6];
        inputs.asFloatBuffer().get(values);
        assertArrayEquals(new float[] {4, 5, 6, 7, 8, 9}, values);
        assertEquals(2, targets.getInt(0));
        assertEquals(1, targets.getInt(4));
        assertEquals(0, inputs.position());
    }

    @Test
    void keepsItsOwnCopy() {
        float[] features = {1, 2};
        Dataset data = Dataset.of(features, Shape.of(1), new int[] {0, 1}, 2);
        features[1] = Float.NaN;
        ByteBuffer inputs = direct(4);
        data.read(1, 0, inputs, direct(4));
        assertEquals(2, inputs.getFloat(0));
    }

    @Test
    void readsNumbersAsTargets() {
        Dataset data = Dataset.of(new float[] {1, 2}, Shape.of(1), new float[] {3, 4, 5, 6}, Shape.of(2));
        assertEquals(new Spec("target", DType.F32, Shape.of(2)), data.target());
        assertEquals(0, data.classes());
        ByteBuffer targets = direct(8);
        data.read(1, 0, direct(4), targets);
        assertEquals(5, targets.getFloat(0));
        assertEquals(6, targets.getFloat(4));
    }

    @Test
    void viewsComposeAndAreChecked() {
        Dataset data = Dataset.of(ROWS, THREE, new int[] {0, 2, 1}, 3);
        Dataset view = data.subset(new int[] {2, 2, 0}).take(2).subset(new int[] {1});
        assertEquals(1, view.size());
        ByteBuffer inputs = direct(12);
        view.read(0, 0, inputs, direct(4));
        assertEquals(7, inputs.getFloat(0));
        assertThrows(IndexOutOfBoundsException.class, () -> view.read(1, 0, inputs, direct(4)));
        assertThrows(IndexOutOfBoundsException.class, () -> data.take(1).read(1, 0, inputs, direct(4)));

        assertEquals(
                "take: expected 1 to 3 examples, got 4",
                assertThrows(IllegalArgumentException.class, () -> data.take(4)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> data.take(0));
        assertThrows(IllegalArgumentException.class, () -> data.subset(new int[0]));
        assertEquals(
                "subset: index 1: expected 0 to 2, got 3",
                assertThrows(IllegalArgumentException.class, () -> data.subset(new int[] {0, 3}))
                        .getMessage());
    }

    @Test
    void refusesIndicesAndRowsOutOfRange() {
        Dataset data = Dataset.of(ROWS, THREE, new int[] {0, 2, 1}, 3);
        ByteBuffer inputs = direct(12);
        ByteBuffer targets = direct(4);
        assertThrows(IndexOutOfBoundsException.class, () -> data.read(-1, 0, inputs, targets));
        assertThrows(IndexOutOfBoundsException.class, () -> data.read(3, 0, inputs, targets));
        assertThrows(IndexOutOfBoundsException.class, () -> data.read(0, 1, inputs, targets));
        assertThrows(IndexOutOfBoundsException.class, () -> data.read(0, -1, inputs, targets));
    }

    @Test
    void saysWhatIsWrongWithData() {
        int[] labels = {0, 1, 2};
        assertEquals(
                "labels: expected one for each of the 3 examples of the features, got 2",
                failure(() -> Dataset.of(ROWS, THREE, new int[2], 3)));
        assertEquals("label 2 of example 2: expected 0 to 1", failure(() -> Dataset.of(ROWS, THREE, labels, 2)));
        assertEquals(
                "label -1 of example 0: expected 0 to 1",
                failure(() -> Dataset.of(new float[] {1}, Shape.of(1), new int[] {-1}, 2)));
        assertEquals("classes: expected at least 1, got 0", failure(() -> Dataset.of(ROWS, THREE, labels, 0)));
        assertEquals(
                "example 1, feature 0: expected a finite number, got NaN",
                failure(() -> Dataset.of(new float[] {1, 2, Float.NaN, 3}, Shape.of(2), new int[2], 2)));
        assertEquals(
                "example 0, target 1: expected a finite number, got -Infinity",
                failure(() -> Dataset.of(
                        new float[] {1}, Shape.of(1), new float[] {0, Float.NEGATIVE_INFINITY}, Shape.of(2))));
        assertEquals(
                "example 1: expected 3 features (3), got 2",
                failure(() -> Dataset.of(new float[][] {{1, 2, 3}, {4, 5}}, THREE, new int[2], 2)));
        assertEquals(
                "features: expected a multiple of 3 numbers (3), got 4",
                failure(() -> Dataset.of(new float[4], THREE, new int[1], 2)));
        assertEquals(
                "targets: expected one for each of the 2 examples of the features, got 1",
                failure(() -> Dataset.of(new float[2], Shape.of(1), new float[2], Shape.of(2))));
        assertEquals(
                "features: expected at least one example, got none",
                failure(() -> Dataset.of(new float[0][], THREE, new int[0], 2)));
    }

    @Test
    void rowsCrossNoPage() {
        float[] values = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        for (int pageBytes : new int[] {1, 8, 17, 24, 1000}) {
            Rows rows = Rows.ofFloats(5, 2, Rows.FloatRows.of(values, 2), pageBytes);
            ByteBuffer batch = direct(40);
            for (int i = 0; i < 5; i++) {
                rows.copy(i, 4 - i, batch);
            }
            for (int i = 0; i < 5; i++) {
                assertEquals(2 * i, batch.getFloat(8 * (4 - i)), "pages of " + pageBytes);
            }
        }
    }

    @Test
    void readingAllocatesNothing() {
        Dataset data = Dataset.of(ROWS, THREE, new int[] {0, 2, 1}, 3).subset(new int[] {0, 1, 2, 1});
        ByteBuffer inputs = direct(4 * 12);
        ByteBuffer targets = direct(4 * 4);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        readAll(data, inputs, targets, 1000);
        long before = threads.getCurrentThreadAllocatedBytes();
        readAll(data, inputs, targets, 100_000);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 10_000, allocated + " bytes for 100000 reads");
    }

    private static void readAll(Dataset data, ByteBuffer inputs, ByteBuffer targets, int times) {
        for (int i = 0; i < times; i++) {
            data.read(i & 3, i & 3, inputs, targets);
        }
    }

    /** So many examples of each class, the index as input. */
    private static Dataset classes(int... counts) {
        int[] labels = IntStream.range(0, counts.length)
                .flatMap(label -> IntStream.generate(() -> label).limit(counts[label]))
                .toArray();
        float[] inputs = new float[labels.length];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = i;
        }
        return Dataset.of(inputs, Shape.of(1), labels, counts.length);
    }

    private static int[] counts(Dataset data) {
        int[] counts = new int[data.classes()];
        ExampleReader reader = new ExampleReader(data);
        reader.forEach(() -> counts[reader.label()]++);
        return counts;
    }

    private static List<Integer> inputs(Dataset data) {
        List<Integer> inputs = new ArrayList<>();
        ExampleReader reader = new ExampleReader(data);
        reader.forEach(() -> inputs.add((int) reader.inputs()[0]));
        return inputs;
    }

    @Test
    void splitsEveryClassAlike() {
        Dataset data = classes(59, 71, 48);
        List<Dataset> parts = data.split(0.8, 0.2);
        assertEquals(142, parts.get(0).size());
        assertEquals(36, parts.get(1).size());
        int[] validation = counts(parts.get(1));
        for (int i = 0; i < 3; i++) {
            assertEquals(0.2 * counts(data)[i], validation[i], 1, "class " + i);
        }
        Set<Integer> all = new HashSet<>(inputs(parts.get(0)));
        assertTrue(inputs(parts.get(1)).stream().allMatch(all::add), "disjoint");
        assertEquals(178, all.size());
        assertEquals(inputs(parts.get(1)), inputs(data.split(0.8, 0.2).get(1)));
        List<Integer> other = inputs(data.shuffle(7).split(0.8, 0.2).get(1));
        assertNotEquals(Set.copyOf(inputs(parts.get(1))), Set.copyOf(other));
        assertArrayEquals(
                new int[] {36, 35, 107},
                data.split(0.2, 0.2, 0.6).stream().mapToInt(Dataset::size).toArray());
    }

    @Test
    void splitsAreChecked() {
        Dataset data = classes(2, 2);
        assertThrows(IllegalArgumentException.class, () -> data.split(0.8, 0.3));
        assertThrows(IllegalArgumentException.class, () -> data.split(1.2, -0.2));
        assertThrows(IllegalArgumentException.class, () -> data.split(Double.NaN, 1));
        assertThrows(DataException.class, () -> data.split(0.01, 0.99));
        assertThrows(IllegalArgumentException.class, () -> data.folds(1));
        assertThrows(DataException.class, () -> data.folds(5));
    }

    @Test
    void everyExampleIsInOneFold() {
        List<Fold> folds = classes(10, 13, 4).folds(5);
        List<Integer> validated = new ArrayList<>();
        for (Fold fold : folds) {
            List<Integer> all = new ArrayList<>(inputs(fold.validation()));
            validated.addAll(all);
            all.addAll(inputs(fold.train()));
            assertEquals(27, Set.copyOf(all).size());
            assertEquals(2, counts(fold.validation())[0], 1e-9);
            assertEquals(2.6, counts(fold.validation())[1], 1);
        }
        assertEquals(27, validated.size());
        assertEquals(27, Set.copyOf(validated).size());
    }

    @Test
    void numbersAreSplitToo() {
        Dataset data = Dataset.of(new float[10], Shape.of(1), new float[10], Shape.of(1));
        assertArrayEquals(
                new int[] {7, 3},
                data.split(0.7, 0.3).stream().mapToInt(Dataset::size).toArray());
        assertEquals(3, data.folds(3).size());
    }

    @Test
    void shufflesFromTheSeed() {
        Dataset data = classes(100);
        assertEquals(inputs(data.shuffle(1)), inputs(data.shuffle(1)));
        assertNotEquals(inputs(data.shuffle(1)), inputs(data.shuffle(2)));
        assertEquals(Set.copyOf(inputs(data)), Set.copyOf(inputs(data.shuffle(1))));
    }

    @Test
    void mapsInputsAsTheNetworkSeesThem() {
        Dataset data = Dataset.of(ROWS, THREE, new int[] {0, 2, 1}, 3).withWeights(1, 2, 3);
        Dataset sums = data.map(Shape.of(1), x -> new float[] {x[0] + x[1] + x[2]});
        assertEquals(Shape.of(1), sums.input().shape());
        assertEquals(List.of(6, 15, 24), inputs(sums));
        assertArrayEquals(new int[] {1, 1, 1}, counts(sums));
        assertEquals(3, sums.weight(2));
        ByteBuffer pixels = ByteBuffer.wrap(new byte[] {(byte) 255, 51});
        Dataset images = ArrayDataset.images(pixels, Shape.of(1, 1, 1), new int[] {0, 0}, 1);
        ExampleReader reader = new ExampleReader(images.map(Shape.of(1), x -> x));
        reader.read(1);
        assertArrayEquals(new float[] {0.2f}, reader.inputs(), 1e-7f);
        Dataset wrong = data.map(Shape.of(2), x -> x);
        assertTrue(failure(() -> inputs(wrong)).contains("expected 2 numbers (2) of the function, got 3"));
    }

    @Test
    void labelsBecomeRows() {
        Dataset data = Dataset.of(ROWS, THREE, new int[] {0, 2, 1}, 3);
        Dataset rows = data.oneHot();
        assertEquals(new Spec("target", DType.F32, THREE), rows.target());
        assertEquals(0, rows.classes());
        ByteBuffer inputs = direct(3 * 12);
        ByteBuffer targets = direct(3 * 12);
        for (int i = 0; i < 3; i++) {
            rows.read(i, i, inputs, targets);
        }
        float[] values = new float[9];
        targets.asFloatBuffer().get(values);
        assertArrayEquals(new float[] {1, 0, 0, 0, 0, 1, 0, 1, 0}, values);
        inputs.asFloatBuffer().get(values);
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, values);
        assertThrows(IllegalArgumentException.class, rows::oneHot);
    }

    @Test
    void concatenates() {
        Dataset a = classes(2, 1);
        Dataset b = classes(1, 1).withWeights(5, 6);
        Dataset all = a.concatenate(b, a);
        assertEquals(List.of(0, 1, 2, 0, 1, 0, 1, 2), inputs(all));
        assertArrayEquals(new int[] {5, 3}, counts(all));
        assertEquals(1, all.weight(2));
        assertEquals(6, all.weight(4));
        assertEquals(1, all.weight(5));
        assertThrows(IndexOutOfBoundsException.class, () -> all.weight(8));
        assertThrows(IllegalArgumentException.class, () -> a.concatenate(classes(1, 1, 1)));
        assertThrows(
                IllegalArgumentException.class, () -> a.concatenate(Dataset.of(ROWS, THREE, new int[] {0, 1, 1}, 2)));
    }
}
