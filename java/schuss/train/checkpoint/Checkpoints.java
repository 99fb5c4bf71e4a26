package schuss.train.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import schuss.FormatException;
import schuss.Model;
import schuss.backend.Backend;
import schuss.internal.Inside;
import schuss.io.Safetensors;
import schuss.trace.Totals;
import schuss.train.loop.Batches;
import schuss.train.loop.EpochStart;
import schuss.train.loop.TrainingState;
import schuss.train.loop.Workspace;

/** The checkpoints of one fit: the one that it goes on from and those that it writes. */
public final class Checkpoints implements Closeable {
    /** Where, how often and how many, and from where to go on; folders are null where nothing is wanted. */
    public record Plan(Path folder, int every, int kept, Resume resume, Consumer<String> notices) {
        public boolean wanted() {
            return folder != null || resume != null;
        }

        public static Plan none(Consumer<String> notices) {
            return new Plan(null, 0, 0, null, notices);
        }

        /** One that goes on from a folder; from where the trainer is for null. */
        public Plan withResume(Resume from) {
            return new Plan(folder, every, kept, from, notices);
        }

        public Plan withNotices(Consumer<String> listener) {
            return new Plan(folder, every, kept, resume, listener);
        }
    }

    /** The wish to go on from a folder, which is fulfilled once. */
    public static final class Resume {
        private final Path folder;

        public Resume(Path folder) {
            this.folder = folder;
        }
    }

    private static final String MACHINE = "machine";
    private static final String CHOICES = "plan_choices";

    private final Plan plan;
    private final Workspace work;
    private final Backend backend;
    private final Supplier<CheckpointNumbers> numbers;
    private final CheckpointNotes notes;
    private final Supplier<Map<String, String>> description; // of the run, as it is set at that time
    private final CheckpointPosition.Bounds bounds;
    private long written; // batches at the newest, or where the fit began
    private Path newest;
    private Closeable taken; // the folder, while the fit runs
    private Optional<CheckpointFolder.Found> found = Optional.empty();
    private boolean failing; // the last could not be written

    public Checkpoints(
            Plan plan,
            Model model,
            Workspace work,
            CheckpointNotes notes,
            Supplier<Map<String, String>> description,
            CheckpointPosition.Bounds bounds) {
        this.bounds = bounds;
        this.plan = plan;
        this.work = work;
        this.notes = notes;
        this.description = description;
        backend = Inside.of(model.device(), Backend.class);
        numbers = () -> new CheckpointNumbers(work, backend, model.declarations());
        written = work.state().batches;
    }

    /**
     * Finds what to go on from, before anything is compiled: a device chooses as it did then.
     *
     * @param fresh whether this trainer has not trained yet: checkpoints that are there already are somebody else's
     * @throws FormatException when there is one that is not of this run, or that this run would overwrite
     */
    public Optional<CheckpointFolder.Found> find(boolean fresh) {
        if (plan.resume() != null) {
            found = new CheckpointFolder(plan.resume().folder).newest(plan.notices());
            found.ifPresent(this::check);
            if (found.isEmpty()) {
                plan.notices().accept("no checkpoint in " + plan.resume().folder + ": training starts afresh");
            }
        }
        if (plan.folder() != null) {
            if (fresh && (plan.resume() == null || !plan.folder().equals(plan.resume().folder))) {
                expectNone(new CheckpointFolder(plan.folder()));
            }
            taken = new CheckpointFolder(plan.folder()).take();
        }
        return found;
    }

    private static void expectNone(CheckpointFolder folder) {
        if (!folder.files().isEmpty()) {
            throw new FormatException(
                    folder.path() + ": expected a folder without checkpoints, or to resume from them, got "
                            + folder.files().get(0));
        }
    }

    private void check(CheckpointFolder.Found checkpoint) {
        CheckpointText text = checkpoint.text();
        RunDescription.check(text, description.get());
        boolean same = text.get(MACHINE).equals(backend.describe());
        boolean chosen;
        try {
            chosen = backend.restorePlanChoices(text.get(CHOICES));
        } catch (IllegalArgumentException e) {
            throw new FormatException(checkpoint.file() + ": " + CHOICES + ": " + e.getMessage(), e);
        }
        if (!chosen || !same) {
            plan.notices()
                    .accept("resuming on " + backend.describe() + " what was begun on " + text.get(MACHINE)
                            + ": last digits may differ from those of a run in one go");
        }
    }

    /** Brings the state of training to where it was; on the device's thread. Says where its epoch goes on. */
    public EpochStart restore(CheckpointFolder.Found checkpoint) {
        int further = RunDescription.further(checkpoint.text(), description.get());
        CheckpointPosition position =
                CheckpointPosition.read(checkpoint.text(), bounds).extended(further, bounds.batches());
        CheckpointNumbers places = numbers.get();
        Map<String, Safetensors.Entry> content =
                CheckpointNotes.others(checkpoint.content().numbers());
        Path file = checkpoint.file();
        places.check(file, content);
        try {
            checkTotals(file, position, content.get(CheckpointNumbers.TOTALS));
            notes.restore(checkpoint);
            work.control().reset();
            places.write(content);
        } catch (IOException e) {
            throw unreadable(checkpoint, e);
        }
        work.state().restore(position.state());
        written = position.state().batches();
        newest = file;
        boolean done = position.state().epochs() == position.state().lastEpoch();
        plan.notices()
                .accept("resumed from " + file + ", "
                        + (done
                                ? "where training was done"
                                : "epoch " + (position.state().epochs() + 1) + ", after "
                                        + position.start().batch() + " batches of it")
                        + (further > 0 ? "; it goes on for " + further + " epochs more than it was to" : ""));
        return position.start();
    }

    /** Within an epoch the totals are of its batches so far. */
    private void checkTotals(Path file, CheckpointPosition position, Safetensors.Entry totals) throws IOException {
        Batches batches = bounds.batches();
        long expected = Math.min((long) position.start().batch() * batches.size(), batches.examples());
        double got = CheckpointNotes.values(file, CheckpointNumbers.TOTALS, totals)[Totals.EXAMPLES];
        if (expected > 0 && got != expected) {
            throw new FormatException(file + ": " + CheckpointNumbers.TOTALS + ": expected those of " + expected
                    + " examples, got of " + got);
        }
    }

    private static FormatException unreadable(CheckpointFolder.Found checkpoint, IOException e) {
        return new FormatException(checkpoint.file() + ": expected to read it to its end, got " + e.getMessage(), e);
    }

    /** Brings back what callbacks remember; they have begun. */
    public void restoreCallbacks(CheckpointFolder.Found checkpoint) {
        try (checkpoint) {
            notes.restoreCallbacks(checkpoint);
        } catch (IOException e) {
            throw unreadable(checkpoint, e);
        }
    }

    /** How many batches may pass until the next. */
    public int left() {
        return plan.folder() == null
                ? Integer.MAX_VALUE
                : (int) Math.max(1, written + plan.every() - work.state().batches);
    }

    /** Writes one where it is time to. */
    public void writeIfDue(EpochStart start) {
        if (plan.folder() != null && work.state().batches >= written + plan.every()) {
            write(start);
        }
    }

    /** Writes one, where they are wanted. The first failure is told, and training goes on: older ones are still there. */
    public void write(EpochStart start) {
        if (plan.folder() == null) {
            return;
        }
        TrainingState state = work.state();
        work.expectFinite("after batch " + state.batches);
        Map<String, String> text = new TreeMap<>();
        new CheckpointPosition(state.counts(), start).write(text);
        RunDescription.write(description.get(), text);
        text.put(MACHINE, backend.describe());
        text.put(CHOICES, backend.planChoices());
        Map<String, Safetensors.Entry> values = numbers.get().entries();
        notes.write(text, values);
        CheckpointFile content = new CheckpointFile(text, values);
        written = state.batches;
        try {
            newest = new CheckpointFolder(plan.folder()).write(state.batches, content, plan.kept());
            failing = false;
        } catch (IOException | IllegalArgumentException e) {
            if (!failing) {
                plan.notices()
                        .accept("checkpoint after " + state.batches + " batches: expected to write it, got "
                                + (e.getMessage() == null ? e.toString() : e.getMessage())
                                + (newest == null ? "; there is none before" : "; the one before was " + newest));
            }
            failing = true;
        }
    }

    /** Gives the folder back. */
    @Override
    public void close() {
        try (Closeable folder = taken;
                Closeable read = found.orElse(null)) {
            return;
        } catch (IOException e) {
            plan.notices().accept(plan.folder() + ": expected to give it back, got " + e.getMessage());
        }
    }

    /** The newest that was written or gone on from; null for none. */
    public Path newest() {
        return newest;
    }
}
