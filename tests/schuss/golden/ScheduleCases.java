package schuss.golden;

import java.util.Map;
import java.util.stream.IntStream;
import schuss.schedules.Cosine;
import schuss.schedules.CosineRestarts;
import schuss.schedules.Cyclic;
import schuss.schedules.Exponential;
import schuss.schedules.OneCycle;
import schuss.schedules.Polynomial;
import schuss.schedules.Schedule;
import schuss.schedules.Span;
import schuss.schedules.StepDecay;

/** Learning rates at given steps, or at steps 0, 1, 2 and so on. */
final class ScheduleCases {
    private static final int STEPS_PER_EPOCH = 7; // no schedule of these counts in epochs

    private ScheduleCases() {}

    static void add(Map<String, GoldenTest.Check> checks) {
        add(checks, "keras.schedule.exponential", 0.05, new Exponential(0.96, Span.steps(10)));
        add(checks, "keras.schedule.exponential_staircase", 0.1, new StepDecay(0.96, Span.steps(3)));
        Polynomial line = new Polynomial(1, Span.steps(10)).withRange(0.05, 0.001);
        add(checks, "keras.schedule.polynomial_p1", 1, line);
        Polynomial root = new Polynomial(0.5, Span.steps(10)).withRange(0.05, 0.001);
        add(checks, "keras.schedule.polynomial_cycle", 1, root.withCycles());
        add(checks, "keras.schedule.cosine", 1, new Cosine(0.1, Span.steps(1000)));
        CosineRestarts doubling = new CosineRestarts(Span.steps(1000)).withLengthen(2);
        add(checks, "keras.schedule.cosine_restarts", 1, doubling);
        add(
                checks,
                "pytorch113.schedule.cosine_annealing_warm_restarts",
                1,
                new CosineRestarts(Span.steps(4)).withLengthen(2).withEnd(0.1));
        add(checks, "pytorch113.schedule.one_cycle", 1, new OneCycle(Span.steps(12)));
        add(checks, "pytorch113.schedule.polynomial", 1, new Polynomial(2, Span.steps(8)));
        add(checks, "pytorch113.schedule.cyclic_triangular2", 1, new Cyclic(0.1, Span.steps(3)).withHalving());
    }

    private static void add(Map<String, GoldenTest.Check> checks, String id, double rate, Schedule schedule) {
        checks.put(id, (c, device) -> {
            double[] expected = Numbers.of(c.expected());
            double[] steps = c.hasInput("steps")
                    ? Numbers.of(c.input("steps"))
                    : IntStream.range(0, expected.length).asDoubleStream().toArray();
            double[] actual = new double[steps.length];
            for (int i = 0; i < steps.length; i++) {
                actual[i] = rate * schedule.at((long) steps[i], STEPS_PER_EPOCH, (long) steps[steps.length - 1] + 1);
            }
            c.compare(expected, actual, 0, "rates");
        });
    }
}
