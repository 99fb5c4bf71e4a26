package schuss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import schuss.Device;
import schuss.Model;
import schuss.metrics.Accuracy;
import schuss.metrics.Metric;
import schuss.ops.Value;
import schuss.optim.Sgd;

/** Settings that change while a fit goes on, and what it shows meanwhile. */
class SteeringTest {
    private static History change(Trainer trainer, UnaryOperator<Trainer> change) {
        return trainer.withCallback(Callback.everyEpoch((epoch, training) -> training.change(change)))
                .fit(Toy.data(40));
    }

    @Test
    void aChangeHoldsFromTheNextEpochOn() {
        try (Device device = Device.cpu(1);
                Model model = Toy.model(device)) {
            Trainer trainer = Toy.trainer(model, new Sgd(0.1)).withEpochs(3);
            float[] before = model.parameter("0.dense/weight");
            List<float[]> seen = new ArrayList<>();
            Trainer watched = trainer.withCallback(
                    Callback.everyEpoch((epoch, training) -> seen.add(model.parameter("0.dense/weight"))));
            change(watched, t -> t.withFrozen("0.dense"));
            assertFalse(Arrays.equals(before, seen.get(0)), "epoch 1 trains");
            assertArrayEquals(seen.get(0), seen.get(1), "frozen");
            assertArrayEquals(seen.get(0), seen.get(2), "frozen");
        }
    }

    @Test
    void anotherTrainerAndOtherMetricsAreRefused() {
        try (Device device = Device.cpu(1);
                Model model = Toy.model(device);
                Model other = Toy.model(device)) {
            Trainer trainer = Toy.trainer(model, new Sgd(0.1)).withEpochs(2);
            assertThrows(IllegalArgumentException.class, () -> change(trainer, t -> Toy.trainer(other, new Sgd(0.1))));
            IllegalStateException e = assertThrows(
                    IllegalStateException.class, () -> change(trainer, t -> t.withMetric(new OtherAccuracy())));
            assertTrue(e.getMessage().contains("metrics that training began with"), e.getMessage());
        }
    }

    /** An accuracy under another name. */
    private record OtherAccuracy() implements Metric {
        @Override
        public String name() {
            return "another accuracy";
        }

        @Override
        public Value forward(Value output, Value target) {
            return new Accuracy().forward(output, target);
        }
    }

    @Test
    void progressIsALineForEachEpoch() {
        StringWriter text = new StringWriter();
        try (Device device = Device.cpu(1);
                Model model = Toy.model(device)) {
            Toy.trainer(model, new Sgd(0.1))
                    .withEpochs(2)
                    .withCallback(new ConsoleProgress(new PrintWriter(text, true), false))
                    .fit(Toy.data(40));
        }
        List<String> lines = text.toString().lines().toList();
        assertEquals(2, lines.size(), lines.toString());
        assertTrue(lines.get(1).matches("epoch 2/2: loss \\d+\\.\\d{4},? ?.* s, [\\d,]+ samples/s"), lines.toString());
    }

    /** As where a run goes on behind the last batch of an epoch. */
    @Test
    void anEpochThatNothingWasHeardOfHasALineToo() {
        StringWriter text = new StringWriter();
        ConsoleProgress progress = new ConsoleProgress(new PrintWriter(text, true), false);
        progress.onEpoch(new Epoch(3, Map.of("loss", 0.5), 2, 0.1));
        assertEquals("epoch 3: loss 0.5000, 2.0 s", text.toString().strip());
    }

    @ParameterizedTest
    @CsvSource({"200, samples/s", "60, left", "36, loss", "16, 25%", "3, 25%"})
    void aBarFitsTheTerminal(int width, String part) {
        Progress now = new Progress(2, 5, 250, 1000, Map.of("loss", 0.4699), 1000, 0);
        String line = ConsoleProgress.render(now, width);
        assertTrue(line.length() <= width, line);
        assertTrue(line.contains(part), line);
    }
}
