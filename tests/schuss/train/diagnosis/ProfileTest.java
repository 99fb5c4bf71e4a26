package schuss.train.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Model;
import schuss.TestDevice;
import schuss.backend.runtime.ModelMemory;
import schuss.internal.Inside;
import schuss.ir.Section;
import schuss.ir.Step;
import schuss.ops.Pack;
import schuss.ops.Reshape;
import schuss.optim.Adam;
import schuss.train.Toy;
import schuss.train.Trainer;

/** Where the time goes, and that looking changes nothing. */
@Tag("device")
class ProfileTest {
    private static final double SECONDS = 0.05;

    private static void assertTimed(Profile profile) {
        assertTrue(profile.runs() >= 9, profile.toString());
        assertTrue(profile.micros() > 0 && profile.hostMicros() > 0, profile.toString());
        for (Profile.Timed timed : profile.steps()) {
            assertTrue(timed.micros() >= 0 && timed.hostMicros() >= 0, timed.toString());
        }
        assertEquals(
                profile.stepMicros(),
                profile.steps().stream().mapToDouble(Profile.Timed::micros).sum(),
                1e-9);
        assertTrue(profile.stepMicros() > 0, profile.toString());
    }

    @Test
    void trainingIsTimedStepByStepAndTheModelStaysAsItIs() {
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            Map<String, float[]> before = Toy.weights(model);
            long version = Inside.of(model, ModelMemory.class).version();
            Trainer trainer = Toy.trainer(model, new Adam(0.01)).withMetric(new schuss.metrics.Accuracy());
            Profile profile = Profile.training(trainer, Toy.data(40), SECONDS);
            assertTimed(profile);
            List<Step> steps = profile.steps().stream().map(Profile.Timed::step).toList();
            assertTrue(steps.stream().noneMatch(s -> s.op() instanceof Reshape), steps.toString());
            // both products of the first layer, whose input has no gradient, and the three of the second
            assertEquals(5, steps.stream().filter(s -> s.multiplyAdds() > 0).count());
            assertEquals(Section.UPDATE, steps.get(steps.size() - 1).section());
            Toy.assertSame(before, Toy.weights(model));
            assertEquals(version, Inside.of(model, ModelMemory.class).version());
        }
    }

    /** A fit after it is the fit that would have been. */
    @Test
    void trainingGoesOnAlike() {
        try (Device device = TestDevice.open();
                Model watched = Toy.model(device);
                Model unwatched = Toy.model(device)) {
            Trainer trainer =
                    Toy.trainer(watched, new Adam(0.01)).withAccumulation(2).withBatchSize(8);
            trainer.fit(Toy.data(40));
            assertTimed(Profile.training(trainer, Toy.data(40), SECONDS));
            trainer.fit(Toy.data(40));
            Trainer other =
                    Toy.trainer(unwatched, new Adam(0.01)).withAccumulation(2).withBatchSize(8);
            other.fit(Toy.data(40));
            other.fit(Toy.data(40));
            Toy.assertSame(Toy.weights(unwatched), Toy.weights(watched));
        }
    }

    /** What is derived from the weights once is no part of a prediction. */
    @Test
    void predictionIsTimedStepByStep() {
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            Profile profile = Profile.prediction(model, Toy.data(40), SECONDS);
            assertTimed(profile);
            List<Step> steps = profile.steps().stream().map(Profile.Timed::step).toList();
            assertEquals(
                    List.of(40L * 4 * 6, 40L * 6 * 3),
                    steps.stream().map(Step::multiplyAdds).filter(n -> n > 0).toList());
            assertTrue(steps.stream().noneMatch(s -> s.op() instanceof Pack), steps.toString());
        }
    }
}
