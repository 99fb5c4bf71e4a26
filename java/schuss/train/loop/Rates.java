package schuss.train.loop;

import java.util.Map;
import schuss.optim.Optimizer;
import schuss.schedules.Constant;
import schuss.schedules.ReduceOnPlateau;
import schuss.schedules.Schedule;

/** The learning rate and the momentum of every step. */
public final class Rates {
    private static final Schedule ALWAYS = new Constant(1);

    private final Optimizer optimizer;
    private Schedule schedule = ALWAYS;
    private Schedule momentumSchedule;
    private ReduceOnPlateau plateau;
    private double rate;
    private double momentum;

    public Rates(Optimizer optimizer) {
        this.optimizer = optimizer;
        rate = optimizer.learningRate();
        momentum = optimizer.momentum();
    }

    public void setSchedule(Schedule value) {
        schedule = value;
    }

    public void setMomentumSchedule(Schedule value) {
        if (Double.isNaN(optimizer.momentum())) {
            throw new IllegalArgumentException("momentum schedule: expected an optimiser with a momentum, got "
                    + optimizer.getClass().getSimpleName());
        }
        momentumSchedule = value;
    }

    public void setPlateau(ReduceOnPlateau value) {
        plateau = value;
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
            name = values.containsKey("validation loss") ? "validation loss" : "loss";
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
