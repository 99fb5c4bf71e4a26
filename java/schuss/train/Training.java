package schuss.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import schuss.Model;
import schuss.data.Dataset;
import schuss.trace.Goal;
import schuss.train.loop.Evaluation;
import schuss.train.loop.Settings;
import schuss.train.loop.Workspace;

/** One call of {@code fit}, as callbacks see and steer it, on the thread that called it. */
public final class Training {
    private static final System.Logger LOG = System.getLogger(Training.class.getName());
    public static final String VALIDATION = "validation ";
    private static final String LOSS = "loss";

    private final Supplier<Settings> current;
    private final Settings settings; // of the beginning
    private final Workspace work;
    private final Dataset data;
    private final AtomicBoolean stopped;
    private final List<String> warnings = new ArrayList<>();

    public Training(Supplier<Settings> current, Workspace work, Dataset data, AtomicBoolean stopped) {
        this.current = current;
        this.settings = current.get();
        this.work = work;
        this.data = data;
        this.stopped = stopped;
    }

    public Model model() {
        return settings.model();
    }

    /** What the model's outputs are compared by: losses and metrics. */
    public Goal goal() {
        return settings.goal();
    }

    /** What the model is trained on. */
    public Dataset data() {
        return data;
    }

    /** Ends training after the current batch, or after the current epoch where that is done. */
    public void stop() {
        stopped.set(true);
    }

    /** Says something that the user should know: it is logged once and stands in the {@link History}. */
    public void warn(String warning) {
        if (!warnings.contains(warning)) {
            warnings.add(warning);
            LOG.log(System.Logger.Level.WARNING, warning);
        }
    }

    /** The epochs that are done, those before a resume included. */
    public List<Epoch> epochs() {
        return List.copyOf(work.state().finished);
    }

    public Settings settings() {
        return settings;
    }

    public List<String> warnings() {
        return warnings;
    }

    /** The names of every epoch's values: {@code loss}, then metrics, then the same of validation data if there is some. */
    public List<String> valueNames() {
        List<String> names = new ArrayList<>(List.of(LOSS));
        settings.goal().metrics().forEach(m -> names.add(m.name()));
        if (settings.validation() != null) {
            List.copyOf(names).forEach(name -> names.add(VALIDATION + name));
        }
        return names;
    }

    /** Whether more is better of an epoch's value: of an accuracy it is, of a loss it is not. */
    public boolean isHigherBetter(String valueName) {
        String name = valueName.startsWith(VALIDATION) ? valueName.substring(VALIDATION.length()) : valueName;
        return settings.goal().metrics().stream()
                .filter(m -> m.name().equals(name))
                .findFirst()
                .map(m -> m.metric().isHigherBetter())
                .orElse(false);
    }

    /** A copy of the weights that predictions see now, those of the last epoch's end. */
    public Snapshot snapshot() {
        return Snapshot.of(model());
    }

    /** Has predictions see these weights, and training go on from them; between epochs. */
    public void restore(Snapshot snapshot) {
        snapshot.restore(model());
    }

    /** Mean loss and metrics of data, as {@link Trainer#evaluate}; between epochs. */
    public Map<String, Double> evaluate(Dataset examples) {
        Settings now = current.get();
        now.check(examples);
        return new Evaluation(now, work, examples).means();
    }

    /** One parameter's gradient as the last update left it, that of its last batch; between epochs. */
    public float[] gradient(String path) {
        return settings.onDevice(() -> work.gradient(path));
    }
}
