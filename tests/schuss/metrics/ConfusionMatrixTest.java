package schuss.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Against the examples in scikit-learn's documentation of the function that each test names. */
class ConfusionMatrixTest {
    private static final double TWO_DIGITS = 0.005;

    @Test
    void confusionMatrix() {
        ConfusionMatrix matrix = ConfusionMatrix.of(new int[] {2, 0, 2, 2, 0, 1}, new int[] {0, 0, 2, 2, 0, 2}, 3);
        long[][] expected = {{2, 0, 0}, {0, 0, 1}, {1, 0, 2}};
        for (int label = 0; label < 3; label++) {
            for (int predicted = 0; predicted < 3; predicted++) {
                assertEquals(expected[label][predicted], matrix.count(label, predicted), label + " as " + predicted);
            }
        }
        assertEquals(3, matrix.count(2));
        assertEquals(6, matrix.count());
    }

    @Test
    void classificationReport() {
        ConfusionMatrix matrix = ConfusionMatrix.of(new int[] {0, 1, 2, 2, 2}, new int[] {0, 0, 2, 2, 1}, 3);
        double[][] expected = {{0.50, 1.00, 0.67}, {0.00, 0.00, 0.00}, {1.00, 0.67, 0.80}};
        for (int label = 0; label < 3; label++) {
            assertEquals(expected[label][0], matrix.precision(label), TWO_DIGITS);
            assertEquals(expected[label][1], matrix.recall(label), TWO_DIGITS);
            assertEquals(expected[label][2], matrix.f1(label), TWO_DIGITS);
        }
        assertEquals(0.60, matrix.accuracy(), 1e-12);
        assertEquals(0.50, matrix.macroPrecision(), TWO_DIGITS);
        assertEquals(0.56, matrix.macroRecall(), TWO_DIGITS);
        assertEquals(0.49, matrix.macroF1(), TWO_DIGITS);
    }

    @Test
    void f1Score() {
        ConfusionMatrix matrix = ConfusionMatrix.of(new int[] {0, 1, 2, 0, 1, 2}, new int[] {0, 2, 1, 0, 0, 1}, 3);
        assertEquals(0.8, matrix.f1(0), 1e-12);
        assertEquals(0.267, matrix.macroF1(), 5e-4);
        assertEquals(2.0 / 9, matrix.macroPrecision(), 1e-12);
        assertEquals(1.0 / 3, matrix.macroRecall(), 1e-12);
    }

    @Test
    void rocAucScore() {
        boolean[] positive = {false, false, true, true};
        assertEquals(0.75, RocCurve.area(positive, new double[] {0.1, 0.4, 0.35, 0.8}), 1e-12);
    }

    /** By hand: of the four pairs one is won, two are tied, one is lost. */
    @Test
    void tiesCountHalf() {
        boolean[] positive = {true, false, true, false};
        assertEquals(0.5, RocCurve.area(positive, new double[] {3, 3, 1, 1}), 1e-12);
        assertEquals(0.875, RocCurve.area(positive, new double[] {3, 2, 2, 1}), 1e-12);
        assertEquals(Double.NaN, RocCurve.area(new boolean[] {true, true}, new double[] {1, 2}));
        assertEquals(Double.NaN, RocCurve.area(positive, new double[] {3, Double.NaN, 2, 1}));
    }

    @Test
    void labelsThatAreNoClassesAreRefused() {
        assertEquals(
                "ConfusionMatrix: prediction of example 1: expected 0 to 1, got 2",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> ConfusionMatrix.of(new int[] {0, 1}, new int[] {0, 2}, 2))
                        .getMessage());
    }

    /** A square of that many classes would take 80 GB. */
    @Test
    void manyClassesTakeWhatTheirExamplesDo() {
        int classes = 100_000;
        int[] labels = IntStream.range(0, classes).toArray();
        int[] predicted = labels.clone();
        for (int i = 0; i < 60; i++) {
            predicted[500 + i] = 77; // one each, all with 77
        }
        ConfusionMatrix matrix = ConfusionMatrix.of(labels, predicted, classes);
        assertEquals(classes, matrix.count());
        assertEquals(1, matrix.count(559, 77));
        assertEquals(0, matrix.count(559, 559));
        assertEquals(1 / 61.0, matrix.precision(77), 1e-12);
        assertEquals(1, matrix.recall(77));
        assertEquals(1 - 60.0 / classes, matrix.macroRecall(), 1e-12);
        assertEquals(1 - 60.0 / classes, matrix.accuracy(), 1e-12);
        assertEquals(
                new ConfusionMatrix.Confusion(500, 77, 1), matrix.confusions(60).get(0));
        assertEquals(60, matrix.confusions(1000).size());
        assertEquals(List.of(77, 500, 501), matrix.mostConfused(3));
    }
}
