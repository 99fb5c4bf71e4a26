package schuss.train.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import schuss.Model;
import schuss.report.EventFile;
import schuss.report.FilterImage;
import schuss.report.Histogram;
import schuss.train.Callback;
import schuss.train.Epoch;
import schuss.train.Training;

/**
 * A callback that writes event files for TensorBoard, one for each {@code fit}. After every epoch it records the values
 * and the learning rate, the distributions of the weights and of the last update's gradients, and, for image models,
 * the filters of the first layer, be it a convolution or dense. Requires the optional library protobuf-java.
 *
 * <p>If the folder cannot be written at the start, {@code fit} throws {@link IllegalArgumentException}. If writing
 * fails later, training continues without events, and the history has a warning.
 *
 * <pre>{@code
 * trainer.withCallback(new TensorBoard(Path.of("logs/first"))).fit(data);   // then: tensorboard --logdir logs
 * }</pre>
 */
public final class TensorBoard implements Callback {

    private final Path folder;
    private Training training;
    private EventFile events;

    /**
     * Writes into a folder.
     *
     * @param folder created if it does not exist
     */
    public TensorBoard(Path folder) {
        this.folder = folder;
    }

    @Override
    public void onBegin(Training begun) {
        training = begun;
        // TensorBoard takes files with this word in their names, and reads them in the names' order
        String name = "events.out.tfevents." + System.currentTimeMillis() / 1000 + "." + UUID.randomUUID();
        try {
            Files.createDirectories(folder);
            events = EventFile.create(folder.resolve(name));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "TensorBoard: " + folder + ": expected a folder in which files can be made, got " + e, e);
        }
    }

    @Override
    public void onEpoch(Epoch epoch) {
        if (events == null) {
            return;
        }
        try {
            write(epoch);
        } catch (IOException e) {
            training.warn(
                    events.path() + ": expected to write epoch " + epoch.number() + ", got " + e + "; events end here");
            events = null;
        }
    }

    private void write(Epoch epoch) throws IOException {
        int step = epoch.number();
        for (Map.Entry<String, Double> value : epoch.values().entrySet()) {
            events.scalar(tag(value.getKey()), step, value.getValue());
        }
        events.scalar("learning rate", step, epoch.learningRate());
        Model model = training.model();
        for (String path : model.declarations().layout().entries().keySet()) {
            events.histogram("weights/" + path, step, Histogram.of(model.parameter(path)));
            events.histogram("gradients/" + path, step, Histogram.of(training.gradient(path)));
        }
        FirstFilters filters = FirstFilters.of(model).orElse(null);
        if (filters != null) {
            FilterImage image = filters.image();
            events.image("filters/" + filters.path(), step, image.height(), image.width(), image.png());
        }
    }

    /** {@code loss/train} and {@code loss/validation} appear under one heading. */
    private static String tag(String value) {
        return value.startsWith(Training.VALIDATION)
                ? value.substring(Training.VALIDATION.length()) + "/validation"
                : value + "/train";
    }
}
