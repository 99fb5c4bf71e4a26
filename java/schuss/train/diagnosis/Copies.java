package schuss.train.diagnosis;

import schuss.Model;
import schuss.internal.Inside;
import schuss.train.Trainer;
import schuss.train.loop.Settings;

/** Trainers of copies of a model, on which something is tried out. */
final class Copies {
    private Copies() {}

    /** A trainer like another one, without metrics, validation, schedules and callbacks. */
    static Trainer of(Trainer like, Model copy) {
        Settings settings = Inside.of(like, Settings.class);
        return Trainer.of(copy, settings.goal().objectives(), settings.rule().optimizer())
                .withUpdateRule(settings.rule())
                .withBatchSize(settings.batchSize())
                .withSeed(settings.seed());
    }
}
