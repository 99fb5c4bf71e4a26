package schuss.train.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import schuss.Model;
import schuss.data.Dataset;
import schuss.internal.Inside;
import schuss.trace.Goal;
import schuss.train.Epoch;
import schuss.train.Snapshot;
import schuss.train.Trainer;
import schuss.train.Training;

/** What callbacks see of a fit, and what it is set to now. */
final class FitInProgress implements Training {
    static {
        Inside.show(FitInProgress.class, Settings.class, fit -> fit.settings);
    }

    private static final System.Logger LOG = System.getLogger(Training.class.getName());
    private static final String LOSS = "loss";

    private final AtomicReference<Trainer> current;
    private final Settings settings; // of the beginning
    private final SharedTraining shared;
    private final Workspace work;
    private final Dataset data;
    private final List<String> warnings = new ArrayList<>();

    FitInProgress(Trainer trainer, SharedTraining shared, Workspace work, Dataset data) {
        this.current = new AtomicReference<>(trainer);
        this.settings = now();
        this.shared = shared;
        this.work = work;
        this.data = data;
    }

    /** What is set at this moment. */
    Settings now() {
        return Inside.of(current.get(), Settings.class);
    }

    List<String> warnings() {
        return warnings;
    }

    @Override
    public Model model() {
        return settings.model();
    }

    @Override
    public Goal goal() {
        return settings.goal();
    }

    @Override
    public Dataset data() {
        return data;
    }

    @Override
    public void stop() {
        shared.stop();
    }

    @Override
    public void change(UnaryOperator<Trainer> change) {
        Trainer changed = change.apply(current.get());
        if (Inside.of(changed, SharedTraining.class) != shared) {
            throw new IllegalArgumentException(
                    "Training: expected this trainer with other settings, got another trainer");
        }
        shared.expectGoal(Inside.of(changed, Settings.class).goal());
        current.set(changed);
    }

    @Override
    public void warn(String warning) {
        if (!warnings.contains(warning)) {
            warnings.add(warning);
            LOG.log(System.Logger.Level.WARNING, warning);
        }
    }

    @Override
    public List<Epoch> epochs() {
        return List.copyOf(work.state().finished);
    }

    @Override
    public List<String> valueNames() {
        List<String> names = new ArrayList<>(List.of(LOSS));
        settings.goal().metrics().forEach(m -> names.add(m.name()));
        if (settings.validation() != null) {
            List.copyOf(names).forEach(name -> names.add(VALIDATION + name));
        }
        return names;
    }

    @Override
    public boolean isHigherBetter(String valueName) {
        String name = valueName.startsWith(VALIDATION) ? valueName.substring(VALIDATION.length()) : valueName;
        return settings.goal().metrics().stream()
                .filter(m -> m.name().equals(name))
                .findFirst()
                .map(m -> m.metric().isHigherBetter())
                .orElse(false);
    }

    @Override
    public Snapshot snapshot() {
        return Snapshot.of(model());
    }

    @Override
    public void restore(Snapshot snapshot) {
        snapshot.restore(model());
    }

    @Override
    public Map<String, Double> evaluate(Dataset examples) {
        Settings now = now();
        now.check(examples);
        return new Evaluation(now, work, examples).means();
    }

    @Override
    public float[] gradient(String path) {
        return settings.onDevice(() -> work.gradient(path));
    }
}
