package schuss.trace;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.ir.Place;
import schuss.ir.Program;
import schuss.ir.ProgramBuilder;
import schuss.ir.Section;
import schuss.ir.Step;
import schuss.layers.Layer;
import schuss.layers.Network;
import schuss.layers.Parameter;
import schuss.layers.Scope;
import schuss.layers.Tracer;
import schuss.losses.OutputActivation;
import schuss.ops.Blend;
import schuss.ops.Expression;
import schuss.ops.Fill;
import schuss.ops.Pointwise;
import schuss.ops.Reshape;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.optim.UpdateRule;
import schuss.passes.Drop;
import schuss.passes.Grad;

/**
 * Follows a network once with symbolic values and records the ops its layers apply. Further calls append what else the
 * program is to compute: predictions, losses, gradients, an update.
 *
 * <pre>{@code
 * Trace trace = Trace.of(network, inputs, Mode.TRAINING);
 * trace.losses(goal, targets, false);
 * trace.gradients(path -> true);
 * Program program = trace.program();
 * }</pre>
 */
public final class Trace implements Tracer {
    /** The name of the output that is the mean loss of the batch. */
    public static final String LOSS = "loss";

    /** The name of the input that holds the weight of each example, f32(batch). */
    public static final String EXAMPLE_WEIGHTS = "example weights";

    private final ProgramBuilder builder = new ProgramBuilder();
    private final Mode mode;
    private final int batch;
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, Parameter> states = new LinkedHashMap<>();
    private final Map<String, Value> outputs = new LinkedHashMap<>();
    private final List<Value> addedLosses = new ArrayList<>();
    private final List<Applied> applied = new ArrayList<>();
    private Map<Value, Value> gradients = Map.of(); // of the loss, once they are asked for
    private final Map<Value, Value> views = new HashMap<>(); // what reshapes made, with what they made it of
    private final List<TableGradient> tables = new ArrayList<>(); // of which an update changes rows
    private final List<Value> followed = new ArrayList<>(); // by states, as they are updated
    private Value batchWeight;
    private int streams;

    private Trace(Mode mode, int batch) {
        this.mode = mode;
        this.batch = batch;
    }

    /**
     * Traces the forward pass.
     *
     * @param network the network
     * @param inputs of a whole batch; the first axis of each is the batch size
     * @param mode how dropout and normalisation behave
     * @return the trace, to which more can be appended
     * @throws schuss.layers.LayerException naming the layer that does not fit its input
     */
    public static Trace of(Network network, List<Spec> inputs, Mode mode) {
        Trace trace = new Trace(mode, inputs.get(0).shape().dim(0));
        trace.follow(network, inputs);
        return trace;
    }

    private void follow(Network network, List<Spec> inputs) {
        Map<String, Value> named = new LinkedHashMap<>();
        for (Spec spec : inputs) {
            named.put(spec.name(), builder.input(spec.name(), new Type(spec.dtype(), spec.shape())));
        }
        outputs.putAll(network.forward(new Scope(this), Collections.unmodifiableMap(named)));
        builder.behind(Slots.PARAMETERS, declarations().tables());
        outputs.forEach((name, value) -> {
            if (value.graph() != builder) {
                throw new IllegalArgumentException("network: expected output \"" + name
                        + "\" to be computed of this network's inputs, got a value of another");
            }
        });
    }

    /** {@return the program's inputs so far, by name} */
    public Map<String, Value> inputs() {
        return builder.inputs();
    }

    /** {@return the network's outputs, by name} */
    public Map<String, Value> outputs() {
        return Collections.unmodifiableMap(outputs);
    }

    /**
     * Makes the network's outputs the outputs of the program, each with an activation.
     *
     * @param made the activation of each output, by name; outputs that are not named stay as they are
     * @return this
     */
    public Trace predictions(Map<String, OutputActivation> made) {
        outputs.forEach((name, value) -> builder.output(
                name, made.getOrDefault(name, OutputActivation.OUTPUT).of(value)));
        return this;
    }

    /**
     * Computes the mean loss, and adds losses and metrics to the totals.
     *
     * @param goal losses and metrics
     * @param targets of a whole batch, by the names that losses and metrics refer to
     * @param weighted whether each example has a weight, the input {@link #EXAMPLE_WEIGHTS}
     * @return this
     * @throws IllegalArgumentException if a target has the name of an input, or a loss does not fit output and target
     */
    public Trace losses(Goal goal, List<Spec> targets, boolean weighted) {
        batchWeight = new Comparison(builder, outputs, batch).losses(goal, targets, weighted, addedLosses);
        return this;
    }

    static Value flag(ProgramBuilder builder) {
        return builder.slot(Slots.FLAG, new Type(DType.I32, Shape.of()));
    }

    /**
     * Differentiates the loss with respect to parameters. Their gradients are stored in the slot {@link
     * Slots#GRADIENTS}.
     *
     * @param trained whether to differentiate with respect to the parameter of a path
     * @return this
     */
    public Trace gradients(Predicate<String> trained) {
        return gradients(trained, List.of());
    }

    /**
     * Differentiates the loss with respect to parameters and to other values; see {@link #gradient} for the latter.
     *
     * @param trained whether to differentiate with respect to the parameter of a path
     * @param others the other values
     * @return this
     */
    public Trace gradients(Predicate<String> trained, List<Value> others) {
        List<String> paths = parameters.keySet().stream().filter(trained).toList();
        differentiate(paths, new HashSet<>(others));
        place(paths);
        return this;
    }

    /**
     * {@link #gradients(Predicate)} for a following {@link #update}: the gradients of tables are rows, where they were
     * looked up.
     */
    Trace gradientsByRow(Predicate<String> trained) {
        List<String> paths = parameters.keySet().stream().filter(trained).toList();
        Declarations declarations = declarations();
        List<String> whole = new ArrayList<>(paths);
        whole.removeAll(declarations.tables());
        Map<String, List<Step>> lookups = new LinkedHashMap<>();
        Set<Value> lookedUp = new HashSet<>();
        for (String path : paths) {
            if (!whole.contains(path)) {
                lookups.put(path, TableGradient.lookups(builder, parameter(path)));
                lookups.get(path).forEach(step -> lookedUp.addAll(step.outputs()));
            }
        }
        differentiate(whole, lookedUp);
        lookups.forEach((path, steps) -> {
            builder.enter(path + "'");
            TableGradient.of(path, parameter(path).shape(), declarations.rows(), steps, gradients)
                    .ifPresent(tables::add);
        });
        place(whole);
        return this;
    }

    private void differentiate(List<String> paths, Set<Value> others) {
        Set<Value> wanted = new HashSet<>(others);
        paths.forEach(path -> wanted.add(parameter(path)));
        builder.enter(LOSS + "'");
        gradients = Grad.of(builder, builder.outputs().get(LOSS), wanted);
        for (Step step : builder.steps(Section.BODY)) {
            if (step.op() instanceof Reshape) {
                views.put(step.outputs().get(0), step.inputs().get(0));
            }
        }
    }

    /** Stores gradients in their slot. */
    private void place(List<String> paths) {
        builder.declare(Slots.PARAMETERS, DType.F32, declarations().layout(), true); // where no layer has asked for one
        builder.declare(Slots.GRADIENTS, DType.F32, builder.layout(Slots.PARAMETERS), false);
        for (String path : paths) {
            builder.enter(path + "'");
            Value gradient = gradients.get(parameter(path));
            Value own = gradient == null ? fill(parameter(path).shape(), 0) : gradient;
            if (isPlaced(root(own))) {
                own = copy(own); // two parameters with one gradient, as in x + b + c
            }
            builder.place(root(own), new Place(Slots.GRADIENTS, path));
        }
    }

    /**
     * The gradient of the loss with respect to a value. The loss must have been differentiated with respect to it, or
     * to something before it.
     *
     * @param of the value
     * @return empty if no gradient was computed
     */
    public Optional<Value> gradient(Value of) {
        return Optional.ofNullable(gradients.get(of))
                .map(gradient -> isPlaced(root(gradient)) ? copy(gradient) : gradient);
    }

    private Value parameter(String path) {
        return builder.known(Slots.PARAMETERS, path);
    }

    private boolean isPlaced(Value value) {
        return builder.placeOf(value) != null || builder.inputs().containsValue(value);
    }

    /** The value whose memory this one shares: reshapes are views. */
    private Value root(Value value) {
        Value viewed = views.get(value);
        return viewed == null ? value : root(viewed);
    }

    private static Value copy(Value value) {
        return Value.of(new Pointwise(Expression.input(0), 1), value);
    }

    private Value fill(Shape shape, double number) {
        return builder.apply(new Fill(shape, number), List.of()).get(0);
    }

    /**
     * Appends the update of the parameters from the gradients.
     *
     * @param rule how parameters are updated
     * @param part the place of the batch in its update
     * @return this
     */
    public Trace update(UpdateRule rule, Part part) {
        new Update(builder, rule, part, declarations(), batchWeight).record(followed, tables);
        return this;
    }

    /**
     * Records more steps on the values so far, for instance on gradients.
     *
     * @param steps records them
     * @param <T> the type of the result
     * @return what {@code steps} returned
     */
    public <T> T derive(Function<ProgramBuilder, T> steps) {
        return steps.apply(builder);
    }

    /**
     * The value of a parameter or state.
     *
     * @param path its path
     * @return null if no layer declared it
     */
    public Value weight(String path) {
        Value parameter = parameter(path);
        return parameter != null ? parameter : builder.known(Slots.STATES, path);
    }

    /**
     * Adds an output that the caller may read after a run.
     *
     * @param name of the output
     * @param value of this trace
     * @return this
     */
    public Trace output(String name, Value value) {
        builder.output(name, value);
        return this;
    }

    /** {@return the program as recorded so far, without steps whose results nobody reads} */
    public Program program() {
        return Drop.of(builder.build());
    }

    /** {@return the parameters and states that layers have declared} */
    public Declarations declarations() {
        return new Declarations(parameters, states);
    }

    /**
     * {@return all applications of layers in the order in which they finished: inner layers before those that contain
     * them}
     */
    public List<Applied> applied() {
        return Collections.unmodifiableList(applied);
    }

    @Override
    public Value parameter(Parameter parameter) {
        return declared(parameter, parameters, Slots.PARAMETERS);
    }

    @Override
    public Value state(Parameter state) {
        return declared(state, states, Slots.STATES);
    }

    private Value declared(Parameter parameter, Map<String, Parameter> known, String slot) {
        known.merge(parameter.path(), parameter, (first, second) -> second.isTable() ? first : second);
        if (builder.isComposing()) { // in a loop, which reads all of it
            known.computeIfPresent(parameter.path(), (path, own) -> own.read());
        }
        try {
            return builder.slot(slot, DType.F32, true, parameter.path(), parameter.shape());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("shared parameter " + e.getMessage(), e);
        }
    }

    @Override
    public Value known(String parameter) {
        parameters.computeIfPresent(parameter, (path, own) -> own.read());
        return parameter(parameter);
    }

    @Override
    public void addLoss(Value perExample) {
        Shape expected = Shape.of(batch);
        if (!perExample.shape().equals(expected)) {
            throw new IllegalArgumentException(
                    "added loss: expected one number per example " + expected + ", got " + perExample.shape());
        }
        addedLosses.add(perExample);
    }

    @Override
    public void update(Value state, Value value, double weight) {
        if (mode.updatesStates()) {
            followed.add(builder.own(value));
            builder.in(Section.UPDATE, () -> Value.outputs(new Blend(weight), value, state, flag(builder)));
        }
    }

    @Override
    public Value random() {
        return builder.slot(Slots.RANDOM, new Type(DType.I64, Shape.of(2)));
    }

    @Override
    public int nextStream() {
        return streams++;
    }

    @Override
    public boolean dropout() {
        return mode.dropout();
    }

    @Override
    public boolean batchStatistics() {
        return mode.batchStatistics();
    }

    @Override
    public void applied(String at, Layer layer, Value[] inputs, Value[] outputs) {
        applied.add(new Applied(at, layer, List.of(inputs), List.of(outputs)));
    }

    @Override
    public void enter(String entered) {
        builder.enter(entered);
    }
}
