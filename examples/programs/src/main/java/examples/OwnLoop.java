package examples;

import schuss.Model;
import schuss.Session;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.train.Trainer;

/** A training loop of one's own: a session runs the step, the loop decides on what and how often. */
public final class OwnLoop {
    /** Trains until the loss of a batch is small enough, at most 1000 steps. Returns how many it took. */
    static int train(Model model, float[] inputs, int[] labels, double enough) {
        Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01));
        int steps = 0;
        try (Session step = trainer.session(labels.length)) {
            step.set("input", inputs).set("target", labels);
            while (steps < 1000 && (steps == 0 || step.number("loss") > enough)) {
                step.run();
                steps++;
            }
        }
        trainer.publish(); // predictions see the new weights from here on
        return steps;
    }
}
