package schuss.golden;

import java.util.Map;
import java.util.stream.IntStream;
import schuss.schedules.Constant;
import schuss.schedules.Cosine;
import schuss.schedules.CosineRestarts;
import schuss.schedules.Cyclic;
import schuss.schedules.Exponential;
import schuss.schedules.OneCycle;
import schuss.schedules.Polynomial;
import schuss.schedules.Schedule;
import schuss.schedules.Span;
import schuss.schedules.StepDecay;

/** Schedules of the learning rate, at some steps or at the first of them. */
final class ScheduleCases {
    private ScheduleCases() {}

    static void add(Map<String, GoldenTest.Check> checks) {
        Span ten = Span.steps(10);
        add(checks, "keras.schedule.exponential", new Constant(0.05).times(new Exponential(0.96, ten)));
        add(
                checks,
                "keras.schedule.exponential_staircase",
                new Constant(0.1).times(new StepDecay(0.96, Span.steps(3))));
        Polynomial polynomial = new Polynomial(1, ten).withRange(0.05, 0.001);
        add(checks, "keras.schedule.polynomial_p1", polynomial);
        add(
                checks,
                "keras.schedule.polynomial_cycle",
                new Polynomial(0.5, ten).withRange(0.05, 0.001).withCycles());
        add(checks, "keras.schedule.cosine", new Cosine(Span.steps(1000)).withEnd(0.1));
        add(checks, "keras.schedule.cosine_restarts", new CosineRestarts(Span.steps(1000)).withLengthen(2));
        add(
                checks,
                "pytorch113.schedule.cosine_annealing_warm_restarts",
                new CosineRestarts(Span.steps(4)).withLengthen(2).withEnd(0.1));
        add(checks, "pytorch113.schedule.one_cycle", new OneCycle());
        add(checks, "pytorch113.schedule.polynomial", new Polynomial(2, Span.steps(8)));
        add(checks, "pytorch113.schedule.cyclic_triangular2", new Cyclic(0.1, Span.steps(3)).withHalving());
    }

    private static void add(Map<String, GoldenTest.Check> checks, String id, Schedule schedule) {
        checks.put(id, (c, device) -> {
            double[] expected = Numbers.of(c.expected());
            double[] steps = c.hasInput("steps")
                    ? Numbers.of(c.input("steps"))
                    : IntStream.range(0, expected.length).asDoubleStream().toArray();
            double[] actual = new double[steps.length];
            for (int i = 0; i < steps.length; i++) {
                actual[i] = schedule.at((long) steps[i], 1, expected.length);
            }
            c.compare(expected, actual, 0, "schedule");
        });
    }
}
