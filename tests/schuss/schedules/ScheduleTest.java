package schuss.schedules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Schedules worked out by hand; published numbers are among the golden cases. */
class ScheduleTest {
    private static final Span TEN = Span.steps(10);

    private static double[] values(Schedule schedule, long... steps) {
        return LongStream.of(steps)
                .mapToDouble(step -> schedule.at(step, 5, 12))
                .toArray();
    }

    private static void assertNear(double[] expected, double[] actual) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], 1e-12 + 1e-9 * Math.abs(expected[i]), "number " + i);
        }
    }

    /** From PyTorch's definition by hand: phases end at 0.25 * 13 - 1 = 2.25, 4.5 and 12. */
    @Test
    void oneCycleOfThreePhases() {
        OneCycle cycle = new OneCycle(Span.steps(13))
                .withThreePhases()
                .withStraightLines()
                .withRise(0.25)
                .withDivisors(10, 100);
        assertNear(
                new double[] {0.1, 0.1 + 0.9 * 2 / 2.25, 1 - 0.9 * 0.75 / 2.25, 0.1 - 0.099 * 0.5 / 7.5, 0.001, 0.001},
                values(cycle, 0, 2, 3, 5, 12, 100));
        Schedule momentum = cycle.momentum(0.85, 0.95);
        assertNear(
                new double[] {0.95, 0.95 - 0.1 * 2 / 2.25, 0.85 + 0.1 * 0.75 / 2.25, 0.95, 0.95},
                values(momentum, 0, 2, 3, 5, 12));
    }

    @Test
    void lecture() {
        // learning rate 10 x 0.998^epoch, momentum from 0.5 to 0.99 in 500 epochs; 5 steps to an epoch
        Schedule rate = new Constant(10).times(new StepDecay(0.998, Span.epochs(1)));
        assertNear(new double[] {10, 10, 9.98, 10 * Math.pow(0.998, 2999)}, values(rate, 0, 4, 5, 2999 * 5 + 3));
        Schedule momentum = new Linear(0.5, 0.99, Span.epochs(500)).perEpoch();
        assertNear(
                new double[] {0.5, 0.5, 0.5 + 0.49 / 500, 0.745, 0.99, 0.99},
                values(momentum, 0, 4, 5, 1252, 2500, 9999));
    }

    @Test
    void otherShapes() {
        assertNear(new double[] {1, 0.5, 0.25}, values(new InverseTime(1, TEN), 0, 10, 30));
        assertNear(new double[] {1, 1, 0.5, 0.5}, values(new InverseTime(1, TEN).withStaircase(), 0, 9, 10, 19));
        Piecewise steps = new Piecewise(1).then(0.1, Span.epochs(2)).then(0.01, Span.epochs(3));
        assertNear(new double[] {1, 1, 0.1, 0.1, 0.01, 0.01}, values(steps, 0, 9, 10, 14, 15, 1000));
        Cyclic saw = new Cyclic(0.5, Span.steps(4)).withDown(Span.steps(1)).withDecay(0.5);
        assertNear(new double[] {0.5, 0.5 + 0.5 * 0.25 / 2, 0.5 + 0.5 / 16, 0.5}, values(saw, 0, 1, 4, 5));
        assertNear(new double[] {0.25, 0.5, 1, 1}, values(new WarmUp(Span.steps(4)), 0, 1, 3, 100));
        assertNear(new double[] {0.996004}, values(new Exponential(0.998, Span.epochs(1)).perEpoch(), 14));
    }

    /** What follows sees what is left: a cosine over the whole training ends with it. */
    @Test
    void chains() {
        Schedule schedule = new WarmUp(Span.steps(4)).then(new Cosine());
        assertNear(new double[] {0.25, 1, 1, 0.5, 0, 0}, values(schedule, 0, 3, 4, 8, 12, 20)); // 12 in all
        Schedule product = new Constant(2).times(new WarmUp(Span.steps(2)));
        assertNear(new double[] {1, 2, 2}, values(product, 0, 1, 2));
        assertEquals(new WarmUp(Span.steps(4)).then(new Cosine()), schedule);
    }

    @Test
    void plateau() {
        ReduceOnPlateau plateau = new ReduceOnPlateau(0.1, 2).withCooldown(1);
        double[] losses = {5, 4, 4, 3.9999, 4, 4, 4, 4, 3, Double.NaN, 3, 3, 3};
        double[] scales = {1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01};
        ReduceOnPlateau.State state = ReduceOnPlateau.State.START;
        for (int i = 0; i < losses.length; i++) {
            state = plateau.next(state, losses[i]);
            assertEquals(scales[i], state.scale(), 1e-15, "epoch " + i);
        }
        assertEquals(3, state.best());
        ReduceOnPlateau eager = new ReduceOnPlateau(0.1, 0).withLeast(0.05);
        state = eager.next(ReduceOnPlateau.State.START, 1);
        state = eager.next(eager.next(state, 1), 1);
        assertEquals(0.05, state.scale());
    }

    @Test
    void settingsOutOfRange() {
        List<Runnable> bad = List.of(
                () -> Span.steps(0),
                () -> Span.epochs(Double.NaN),
                () -> new Constant(-1),
                () -> new Exponential(0, TEN),
                () -> new Exponential(Double.POSITIVE_INFINITY, TEN),
                () -> new StepDecay(-0.1, TEN),
                () -> new InverseTime(-1, TEN),
                () -> new Polynomial(0, TEN),
                () -> new Polynomial(1, TEN).withRange(-1, 0),
                () -> new Linear(0, -1, TEN),
                () -> new Cosine().withEnd(2),
                () -> new CosineRestarts(TEN).withLengthen(0.5),
                () -> new CosineRestarts(TEN).withShrink(0),
                () -> new OneCycle().withRise(1),
                () -> new OneCycle().withThreePhases().withRise(0.6),
                () -> new OneCycle().withDivisors(0, 1),
                () -> new Cyclic(2, TEN),
                () -> new Cyclic(0.1, TEN).withDecay(1.1),
                () -> new Piecewise(1).then(0.1, Span.epochs(3)).then(0.01, Span.epochs(3)),
                () -> new Piecewise(1).then(0.1, Span.epochs(3)).then(0.01, Span.steps(9)),
                () -> new Piecewise(1).then(-0.1, Span.epochs(3)),
                () -> new ReduceOnPlateau(1, 3),
                () -> new ReduceOnPlateau(0.1, -1));
        for (Runnable setting : bad) {
            String message =
                    assertThrows(IllegalArgumentException.class, setting::run).getMessage();
            assertTrue(message.contains(": expected ") && message.contains(", got "), message);
        }
    }
}
