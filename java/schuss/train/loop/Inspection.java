package schuss.train.loop;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import schuss.Model;
import schuss.Session;
import schuss.backend.runtime.ModelMemory;
import schuss.data.Dataset;
import schuss.internal.Inside;
import schuss.losses.Loss;
import schuss.losses.Objective;
import schuss.ops.Value;
import schuss.optim.Sgd;
import schuss.trace.Applied;
import schuss.trace.Goal;
import schuss.trace.Programs;
import schuss.trace.Trace;

/** A run of a model on a batch of which everything can be read; it changes nothing. */
public record Inspection(Session session, Trace trace, Workspace work) {
    /** No losses, no metrics. */
    public static final Goal NOTHING = new Goal(List.of(), List.of());

    /** A loss alone. */
    public static Goal goal(Loss loss) {
        return new Goal(List.of(Objective.of(loss)), List.of());
    }

    /**
     * Runs forward and backward, without dropout, and reads on the device's thread.
     *
     * @param batch taken whole
     * @param reader gets what every layer put out, and the gradients of parameters
     */
    public static <T> T of(Model model, Goal goal, Dataset batch, Function<Inspection, T> reader) {
        Settings.check(model, batch);
        int count = batch.size();
        return model.device().call(() -> {
            Inside.of(model, ModelMemory.class).checkOpen();
            try (Workspace work = new Workspace(model, new Sgd(1), goal)) {
                work.batch(Settings.batch(model, goal, batch, count))
                        .load(batch, IntStream.range(0, count).toArray(), 0, count);
                work.control().reset();
                Inside.of(model, ModelMemory.class).read(work.state().weights());
                Trace trace = Programs.inspected(model.network(), Settings.batch(model, goal, batch, count), goal);
                try (Session session = work.asTraced(trace)) {
                    session.run();
                    return reader.apply(new Inspection(session, trace, work));
                }
            }
        });
    }

    /** What a layer put out last. */
    public Value output(String path) {
        return session.program().output(Programs.outputOf(path));
    }

    /** The layers that contain no other, in the order in which they ran. */
    public List<Applied> innermost() {
        Set<String> around = Applied.around(trace.applied());
        return trace.applied().stream().filter(a -> !around.contains(a.path())).toList();
    }
}
