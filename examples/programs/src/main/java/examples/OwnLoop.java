package examples;

import schuss.Model;
import schuss.Session;
import schuss.data.Dataset;
import schuss.data.ExampleReader;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.train.Trainer;

/** A training loop of one's own: a session runs the step, the loop decides on what and how often. */
public final class OwnLoop {
    /** Trains until the loss of a batch is small enough, at most 1000 steps. Returns how many it took. */
    static int train(Model model, float[] inputs, int[] labels, double enough) {
        Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01));
        int steps = 0;
        // snippet: steps
        try (Session step = trainer.session(labels.length)) {
            step.set("input", inputs).set("target", labels);
            while (steps < 1000 && (steps == 0 || step.number("loss") > enough)) {
                step.run();
                steps++;
            }
        }
        trainer.publish(); // predictions see the new weights from here on
        // end
        return steps;
    }

    /** The first epoch of {@code fit}, to the bit, without the examples that fill no batch. Returns the last loss. */
    static float epoch(Trainer trainer, Dataset data, int batch) {
        // snippet: epoch
        int width = (int) data.input().shape().size();
        float[] inputs = new float[batch * width];
        int[] labels = new int[batch];
        int[] order = trainer.order(1, data.size()); // that of fit in epoch 1
        ExampleReader reader = new ExampleReader(data);
        float loss = 0;
        try (Session step = trainer.session(batch)) {
            for (int from = 0; from + batch <= data.size(); from += batch) {
                for (int i = 0; i < batch; i++) {
                    reader.read(order[from + i]);
                    System.arraycopy(reader.inputs(), 0, inputs, i * width, width);
                    labels[i] = reader.label();
                }
                loss = step.set("input", inputs).set("target", labels).run().number("loss");
            }
        }
        trainer.publish();
        // end
        return loss;
    }
}
