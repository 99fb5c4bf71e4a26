package schuss.train;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import schuss.Model;
import schuss.backend.Executable;
import schuss.data.Dataset;
import schuss.losses.Loss;
import schuss.optim.Sgd;
import schuss.program.Applied;
import schuss.program.Program;
import schuss.program.Request;

/** One run of a model on a batch, forward and backward, of which everything can be read; changes nothing. */
final class Inspection {
    private Inspection() {}

    /**
     * Runs without dropout and reads on the device's thread.
     *
     * @param batch taken whole
     * @param reader gets what every layer put out, and the gradients of parameters
     */
    static <T> T of(Model model, Loss loss, Dataset batch, BiFunction<Executable, Workspace, T> reader) {
        Settings.check(model, batch);
        int count = batch.size();
        Request request = Request.gradients(
                        model.layer(),
                        batch.input().batched(count),
                        batch.target().batched(count),
                        loss,
                        Request.Gradients.PARAMETERS)
                .withExampleWeights(batch.weighted());
        return model.device().call(() -> {
            model.checkOpen();
            try (Workspace work = new Workspace(model, new Sgd(1), 0)) {
                work.prepare(batch, count);
                work.batch().load(batch, IntStream.range(0, count).toArray(), 0, count);
                work.control().reset();
                model.readWeights(work.state().weights());
                try (Executable executable = work.inspect(request)) {
                    executable.run();
                    return reader.apply(executable, work);
                }
            }
        });
    }

    /** The layers that contain no other, in the order in which they ran. */
    static List<Applied> innermost(Program program) {
        List<Applied> all = program.trace().applied();
        return all.stream().filter(a -> all.stream().noneMatch(a::contains)).toList();
    }
}
