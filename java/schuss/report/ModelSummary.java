package schuss.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.backend.Backend;
import schuss.backend.runtime.Arena;
import schuss.backend.runtime.Executable;
import schuss.ir.Layout;
import schuss.ir.Program;
import schuss.layers.Network;
import schuss.losses.MeanSquaredError;
import schuss.losses.Objective;
import schuss.optim.Adam;
import schuss.optim.UpdateRule;
import schuss.passes.Passes;
import schuss.trace.Applied;
import schuss.trace.BatchSpec;
import schuss.trace.Declarations;
import schuss.trace.Goal;
import schuss.trace.Part;
import schuss.trace.Programs;
import schuss.trace.Trace;

/**
 * A network layer by layer: output shapes, parameters, cost, and the memory that the whole network needs. {@code
 * model.summary()} makes it; printing it gives a table.
 *
 * @param rows the layers in the order in which they run
 * @param parameters the number of trained numbers in all layers
 * @param multiplyAdds the multiply-add pairs to predict one example
 * @param memory what the network needs
 */
public record ModelSummary(List<Row> rows, long parameters, long multiplyAdds, Memory memory) {
    /** The batch size for which the memory of training is given. */
    public static final int TRAINING_BATCH = 128;

    /**
     * One layer.
     *
     * @param path its place in the network
     * @param kind its class's name
     * @param output the shape of its output for one example; of the first one if there are several
     * @param parameters the number of its own parameters, without those of layers inside of it; shared ones are counted
     *     where they occur first
     * @param receptiveField how much of the input one position depends on, and the distance between neighbouring
     *     positions, such as {@code 5x5/2x2}; {@code -} if there are no positions, or all of the input is seen
     * @param multiplyAdds for one example, without those of layers inside of it
     */
    public record Row(
            String path, String kind, Shape output, long parameters, String receptiveField, long multiplyAdds) {}

    /**
     * The memory of a network in bytes, as planned for a device.
     *
     * @param parameters the parameters and the states kept with them, such as running means
     * @param inference what predicting one example takes besides: activations and scratch memory
     * @param trainedParameters parameters, gradients, the two moments of Adam, and the states
     * @param training what a training step on {@link #TRAINING_BATCH} examples takes besides, with squared error as the
     *     loss
     */
    public record Memory(long parameters, long inference, long trainedParameters, long training) {}

    /**
     * Creates the record; the list is copied.
     *
     * @param rows the layers in the order in which they run
     * @param parameters the number of trained numbers in all layers
     * @param multiplyAdds the multiply-add pairs to predict one example
     * @param memory what the network needs
     */
    public ModelSummary {
        rows = List.copyOf(rows);
    }

    /**
     * {@return the summary of a network} Nothing is allocated or run.
     *
     * @param network the network
     * @param inputs the shapes of one example
     * @param backend the device for which memory is planned
     * @param threads the number of threads its kernels use
     */
    public static ModelSummary of(Network network, List<Spec> inputs, Backend backend, int threads) {
        Trace one = Programs.inference(network, batched(inputs, 1), Map.of());
        return new ModelSummary(
                rows(one),
                one.declarations().layout().elements(),
                one.program().multiplyAdds(),
                memory(one, network, inputs, backend, threads));
    }

    private static List<Spec> batched(List<Spec> inputs, int batch) {
        return inputs.stream().map(input -> input.batched(batch)).toList();
    }

    /**
     * A row for each innermost layer, and for each layer around others that has parameters or computes something
     * itself.
     */
    static List<Row> rows(Trace trace) {
        Program program = trace.program();
        Layout layout = trace.declarations().layout();
        ReceptiveFields fields = new ReceptiveFields(program);
        Map<String, Long> parameters = new HashMap<>(); // by the path of their layer
        layout.entries()
                .forEach((name, entry) ->
                        parameters.merge(parent(name), entry.shape().size(), Long::sum));
        Map<String, Long> multiplyAdds = new HashMap<>(); // of all applications of a layer
        program.steps().forEach(step -> multiplyAdds.merge(step.path(), step.multiplyAdds(), Long::sum));
        Set<String> around = Applied.around(trace.applied());
        Set<String> seen = new HashSet<>(); // paths: a layer applied again shares its parameters
        List<Row> rows = new ArrayList<>();
        for (Applied applied : trace.applied()) {
            String path = applied.path();
            boolean first = seen.add(path);
            long own = first ? parameters.getOrDefault(path, 0L) : 0;
            boolean computes = multiplyAdds.containsKey(path) && !path.isEmpty();
            if (!around.contains(path) || own > 0 || computes) {
                ReceptiveField field = fields.of(applied.outputs().get(0));
                rows.add(new Row(
                        path,
                        applied.kind(),
                        applied.outputs().get(0).shape().tail(),
                        own,
                        field == null ? "-" : field.toString(),
                        first ? multiplyAdds.getOrDefault(path, 0L) : 0));
            }
        }
        return rows;
    }

    private static String parent(String name) {
        return name.substring(0, Math.max(name.lastIndexOf('/'), 0));
    }

    private static Memory memory(Trace one, Network network, List<Spec> inputs, Backend backend, int threads) {
        long number = backend.bytes(DType.F32);
        Declarations declared = one.declarations();
        long parameters = declared.layout().size() * number;
        long beside = declared.states().isEmpty() ? 0 : declared.stateLayout().size() * number;
        List<Spec> targets = new ArrayList<>();
        List<Objective> objectives = new ArrayList<>();
        one.outputs().forEach((name, value) -> {
            targets.add(new Spec("target of " + name, DType.F32, value.shape().with(0, TRAINING_BATCH)));
            objectives.add(new Objective(name, "target of " + name, new MeanSquaredError(), 1));
        });
        Adam adam = new Adam();
        Trace training = Programs.training(
                network,
                new BatchSpec(batched(inputs, TRAINING_BATCH), targets, false),
                new Goal(objectives, List.of()),
                new UpdateRule(adam),
                Part.WHOLE);
        return new Memory(
                parameters + beside,
                planned(one, backend, threads),
                (2L + adam.state().size()) * parameters + beside,
                planned(training, backend, threads));
    }

    /** The bytes that a program takes besides the model's own numbers. */
    private static long planned(Trace trace, Backend backend, int threads) {
        Program program = Passes.optimize(trace.program(), backend.abilities(threads));
        try (Arena arena = new Arena(backend);
                Executable executable = new Executable(program, backend, threads, arena, null)) { // it does not run
            return executable.arenaBytes() + executable.derivedBytes();
        }
    }

    /** The cells of the table; the first row is the head. */
    List<List<String>> cells() {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("layer", "kind", "output", "parameters", "sees", "multiply-adds"));
        for (Row row : rows) {
            cells.add(List.of(
                    row.path,
                    row.kind,
                    row.output.toString(),
                    TextTable.number(row.parameters),
                    row.receptiveField,
                    TextTable.number(row.multiplyAdds)));
        }
        return cells;
    }

    /** The columns of {@link #cells} that hold numbers. */
    static Integer[] numbers() {
        return new Integer[] {3, 5};
    }

    /** The sums below the table. */
    Map<String, String> totals() {
        Map<String, String> totals = new LinkedHashMap<>();
        totals.put("parameters", TextTable.number(parameters));
        totals.put("multiply-adds of one example", TextTable.number(multiplyAdds));
        totals.put("memory of one prediction", megabytes(memory.parameters, memory.inference));
        totals.put(
                "memory of training on " + TRAINING_BATCH + " with Adam",
                megabytes(memory.trainedParameters, memory.training));
        return totals;
    }

    /** A table with a row for each layer, and the sums below it. */
    @Override
    public String toString() {
        return TextTable.of(cells(), numbers())
                + totals().entrySet().stream()
                        .map(e -> String.format(Locale.ROOT, "%-36s %s%n", e.getKey(), e.getValue()))
                        .collect(Collectors.joining());
    }

    private static String megabytes(long numbers, long activations) {
        return String.format(
                Locale.ROOT,
                "%.1f MB: %.1f of parameters, %.1f of activations as planned for this device",
                (numbers + activations) / 1e6,
                numbers / 1e6,
                activations / 1e6);
    }
}
