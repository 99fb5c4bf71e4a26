package schuss.cli.options;

import java.util.function.UnaryOperator;
import schuss.schedules.Cosine;
import schuss.schedules.Exponential;
import schuss.schedules.Linear;
import schuss.schedules.OneCycle;
import schuss.schedules.ReduceOnPlateau;
import schuss.schedules.Schedule;
import schuss.schedules.Span;
import schuss.schedules.StepDecay;
import schuss.train.Trainer;

/** How the learning rate changes in the course of training. */
public enum RateSchedule {
    CONSTANT(trainer -> trainer),
    /** A tenth when more than three epochs brought no lower loss. */
    PLATEAU(trainer -> trainer.withReduceOnPlateau(new ReduceOnPlateau(0.1, 3))),
    /** Along half a cosine to 0. */
    COSINE(new Cosine()),
    /** In a straight line to 0. */
    LINEAR(new Linear(1, 0, Span.training())),
    /** Little by little to a hundredth. */
    EXPONENTIAL(new Exponential(0.01, Span.training())),
    /** A tenth after each third. */
    STEP(new StepDecay(0.1, new Span(1.0 / 3, Span.Unit.TRAININGS))),
    /** Up from a 25th and down to almost nothing. */
    ONE_CYCLE(new OneCycle());

    private final UnaryOperator<Trainer> setting;

    RateSchedule(UnaryOperator<Trainer> setting) {
        this.setting = setting;
    }

    RateSchedule(Schedule schedule) {
        this(trainer -> trainer.withSchedule(schedule));
    }

    Trainer set(Trainer trainer) {
        return setting.apply(trainer);
    }

    /** Accepts the names of schedules. */
    static final class Name extends Convert.Name<RateSchedule> {
        Name() {
            super(RateSchedule.class);
        }
    }
}
