package schuss.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import schuss.train.Epoch;
import schuss.train.History;

class FindingsTest {
    private static Epoch epoch(int number, double loss, double... validation) {
        Map<String, Double> values = new LinkedHashMap<>(Map.of("loss", loss));
        if (validation.length > 0) {
            values.put("validation loss", validation[0]);
        }
        return new Epoch(number, values, 1, 1e-3);
    }

    private static List<String> found(Epoch... epochs) {
        return Findings.of(new History(List.of(epochs)));
    }

    @Test
    void aLossThatNeverFellAsksForASmallerRate() {
        History history =
                new History(List.of(epoch(1, 90), epoch(2, 50)), List.of(new History.LossPoint(1, 2.3)), List.of());
        List<String> found = Findings.of(history);
        assertEquals(
                "No epoch had a lower training loss than the first batches, 2.300. To try: a smaller learning rate.",
                found.get(2));
        assertEquals(3, found.size());
    }

    @Test
    void overfittingIsTold() {
        List<String> found = found(epoch(1, 0.9, 0.8), epoch(2, 0.5, 0.6), epoch(3, 0.2, 0.9));
        assertEquals("The validation loss was lowest in epoch 2 of 3: 0.6000; it ended at 0.9000.", found.get(0));
        assertEquals(
                "In the last epoch the loss was 0.2000 in training and 0.9000 in validation, a difference of 0.70.",
                found.get(1));
        assertTrue(
                found.get(2)
                        .startsWith("Since epoch 2 the validation loss has risen by 50 %, while the training loss went"
                                + " from 0.5000 to 0.2000: the model overfits. To try: early stopping,"),
                found.get(2));
        assertEquals(3, found.size());
    }

    @Test
    void aLossThatStillFallsAsksForMoreEpochs() {
        List<String> found = found(epoch(1, 0.9, 0.8), epoch(2, 0.5, 0.6));
        assertEquals("The validation loss was lowest in epoch 2 of 2: 0.6000.", found.get(0));
        assertEquals("In the last epoch the training loss still fell, by 44.4 %. To try: more epochs.", found.get(2));
        // fallen as far as it will
        assertEquals(2, found(epoch(1, 0.5, 0.6), epoch(2, 0.499, 0.6)).size());
    }

    @Test
    void withoutValidationNothingIsSaidOfOverfitting() {
        List<String> found = found(epoch(1, 0.9), epoch(2, 0.95));
        assertEquals("The training loss was lowest in epoch 1 of 2: 0.9000; it ended at 0.9500.", found.get(0));
        assertTrue(found.get(1).startsWith("There was no validation data"), found.get(1));
        assertEquals(2, found.size());
    }

    @Test
    void anEpochThatWasStoppedAndNotValidatedIsLeftOut() {
        List<String> found = found(epoch(1, 0.9, 0.8), epoch(2, 0.1));
        assertEquals("The validation loss was lowest in epoch 1 of 1: 0.8000.", found.get(0));
        assertEquals(List.of(), Findings.of(new History(List.of())));
    }
}
