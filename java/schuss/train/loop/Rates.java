package schuss.train.loop;

import java.util.Map;
import schuss.optim.Optimizer;
import schuss.schedules.Constant;
import schuss.schedules.ReduceOnPlateau;
import schuss.schedules.Schedule;
import schuss.train.Training;

/** The learning rate and the momentum of every step. */
public final class Rates {
    private static final Schedule ALWAYS = new Constant(1);

    private final Optimizer optimizer;
    private final Schedule schedule;
    private final Schedule momentumSchedule; // null for none
    private final ReduceOnPlateau plateau; // null for none
    private double rate;
    private double momentum;

    private Rates(Optimizer optimizer, Schedule schedule, Schedule momentumSchedule, ReduceOnPlateau plateau) {
        this.optimizer = optimizer;
        this.schedule = schedule;
        this.momentumSchedule = momentumSchedule;
        this.plateau = plateau;
        rate = optimizer.learningRate();
        momentum = optimizer.momentum();
    }

    /** Those of the optimiser, at all times. */
    public static Rates of(Optimizer optimizer) {
        return new Rates(optimizer, ALWAYS, null, null);
    }

    public Rates withSchedule(Schedule value) {
        return new Rates(optimizer, value, momentumSchedule, plateau);
    }

    public Rates withMomentumSchedule(Schedule value) {
        if (Double.isNaN(optimizer.momentum())) {
            throw new IllegalArgumentException("momentum schedule: expected an optimiser with a momentum, got "
                    + optimizer.getClass().getSimpleName());
        }
        return new Rates(optimizer, schedule, value, plateau);
    }

    public Rates withPlateau(ReduceOnPlateau value) {
        return new Rates(optimizer, schedule, momentumSchedule, value);
    }

    /** What lowers the rate when training no longer gets better; null for nothing. */
    ReduceOnPlateau plateau() {
        return plateau;
    }

    /**
     * Computes both for an update, counted from 0; allocates nothing.
     *
     * @param scale what plateaus have made of the rate
     */
    void begin(long step, long stepsPerEpoch, long totalSteps, double scale) {
        rate = optimizer.learningRate() * scale * schedule.at(step, stepsPerEpoch, totalSteps);
        if (!(rate >= 0 && rate <= Float.MAX_VALUE)) { // a step computes with a single
            throw outOfRange("schedule", "a finite learning rate of at least 0", step, rate);
        }
        if (momentumSchedule != null) {
            momentum = momentumSchedule.at(step, stepsPerEpoch, totalSteps);
            if (!(momentum >= 0 && momentum < 1)) {
                throw outOfRange("momentum schedule", "a momentum in [0, 1)", step, momentum);
            }
        }
    }

    private static IllegalStateException outOfRange(String what, String expected, long step, double got) {
        return new IllegalStateException(what + ": expected " + expected + " at update " + step + ", got " + got);
    }

    /** Looks at an epoch's values: what follows from them on this state of things. */
    ReduceOnPlateau.State next(ReduceOnPlateau.State state, Map<String, Double> values) {
        if (plateau == null) {
            return state;
        }
        String name = plateau.value();
        if (name == null) {
            name = values.containsKey(Training.VALIDATION_LOSS) ? Training.VALIDATION_LOSS : "loss";
        }
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "reduce on plateau: expected one of " + values.keySet() + ", got \"" + name + "\"");
        }
        return plateau.next(state, value);
    }

    /** What is set of them. */
    @Override
    public String toString() {
        return "schedule " + schedule + ", momentum " + momentumSchedule + ", plateau " + plateau;
    }

    /** Of the update begun last, of parameters without a factor of their own. */
    double rate() {
        return rate;
    }

    public double momentum() {
        return momentum;
    }
}
