package schuss.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import schuss.DType;
import schuss.Shape;
import schuss.layers.Layer;
import schuss.layers.Parameter;
import schuss.layers.Scope;
import schuss.layers.Tracer;
import schuss.losses.Loss;
import schuss.losses.Losses;
import schuss.metrics.Metric;
import schuss.ops.Accumulate;
import schuss.ops.Blend;
import schuss.ops.Fill;
import schuss.ops.Op;
import schuss.ops.Type;
import schuss.ops.Value;

/**
 * Follows layers once with symbolic values and writes down what they do: the first pass. Later passes use the same trace
 * to record more steps over its values.
 */
public final class Trace implements Tracer {
    /** Names of a program's outputs. */
    public static final String OUTPUT = "output";

    public static final String LOSS = "loss";
    public static final String NORM = "norm";
    public static final String INPUT_GRADIENT = "input gradient";

    /** What the totals hold before the metrics: how many examples, the sum of their losses, what it is divided by. */
    public static final int TOTAL_EXAMPLES = 0;

    public static final int TOTAL_LOSS = 1;
    public static final int TOTAL_WEIGHT = 2;
    public static final int TOTAL_METRICS = 3;

    private static final double PICTURE_SCALE = 1.0 / 255;

    private final Request request;
    private final Map<Variable, Value> variables = new LinkedHashMap<>();
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, Parameter> states = new LinkedHashMap<>();
    private final List<Value> addedLosses = new ArrayList<>();
    private final List<Applied> applied = new ArrayList<>();
    private List<Step> recorded = new ArrayList<>();
    private Section section = Section.BODY;
    private String path = "";
    private int values;
    private int streams;
    private Layout layout;
    private Layout stateLayout;
    private Value batchWeight;

    private Trace(Request request) {
        this.request = request;
    }

    /** The forward part of a request: outputs, and the mean loss with its totals where a loss is asked for. */
    static Program forward(Request request) {
        Trace trace = new Trace(request);
        Map<String, Value> outputs = new LinkedHashMap<>();
        List<Step> steps = trace.record(Section.BODY, () -> trace.follow(outputs));
        trace.layout = new Layout(List.copyOf(trace.parameters.values()));
        trace.stateLayout = new Layout(List.copyOf(trace.states.values()));
        return new Program(trace, steps, trace.byValue(), outputs);
    }

    private void follow(Map<String, Value> outputs) {
        Value input = variable(
                new Variable(Variable.Kind.INPUT, 0, ""),
                new Type(request.input().dtype(), request.input().shape()));
        Value x = input.dtype() == DType.U8 ? input.mul(PICTURE_SCALE) : input;
        Value output = request.layer().forward(new Scope(this), x);
        applied("", request.layer(), new Value[] {x}, new Value[] {output});
        if (request.loss() == null) {
            outputs.put(OUTPUT, request.prediction().of(output));
            return;
        }
        path = LOSS;
        Value target = variable(
                new Variable(Variable.Kind.TARGET, 0, ""),
                new Type(request.target().dtype(), request.target().shape()));
        Losses losses = losses(output, target);
        for (Value added : addedLosses) {
            losses = losses.plus(added);
        }
        outputs.put(LOSS, losses.mean());
        Value count =
                apply(new Fill(Shape.of(), input.shape().dim(0)), List.of()).get(0);
        if (request.part() != Request.Part.WHOLE) {
            batchWeight = losses.weights() == null ? count : losses.weights().sum();
        }
        List<Value> gathered =
                new ArrayList<>(List.of(count, losses.terms(), losses.weights() == null ? count : losses.weights()));
        for (Metric metric : request.metrics()) {
            path = metric.name();
            gathered.addAll(numbers(
                    metric, metric.forward(output, target), input.shape().dim(0)));
        }
        accumulate(gathered);
    }

    /** A metric's numbers one by one, (batch) or (batch, 1) each. */
    private static List<Value> numbers(Metric metric, Value all, int batch) {
        int count = metric.numbers();
        if (count == 1) {
            return List.of(all);
        }
        Shape expected = Shape.of(batch, count);
        if (!all.shape().equals(expected)) {
            throw new IllegalArgumentException(metric.name() + ": expected " + count + " numbers per example "
                    + expected + ", got " + all.shape());
        }
        return IntStream.range(0, count).mapToObj(i -> all.slice(1, i, i + 1)).toList();
    }

    private Losses losses(Value output, Value target) {
        Loss loss = request.loss();
        if (target.dtype() != loss.targetType()) {
            throw new IllegalArgumentException(loss.getClass().getSimpleName() + ": expected targets of type "
                    + loss.targetType() + ", got " + target.type());
        }
        Shape batch = Shape.of(output.shape().dim(0));
        Losses losses = loss.losses(output, target);
        if (request.exampleWeights()) {
            losses = losses.weighted(variable(Variable.whole(Variable.Kind.EXAMPLE_WEIGHTS), Type.f32(batch)));
        }
        expectOnePerExample("loss", losses.terms(), batch);
        if (losses.weights() != null) {
            expectOnePerExample("weight", losses.weights(), batch);
        }
        return losses;
    }

    private void expectOnePerExample(String what, Value value, Shape batch) {
        if (!value.shape().equals(batch)) {
            throw new IllegalArgumentException(request.loss().getClass().getSimpleName() + ": expected one " + what
                    + " per example " + batch + ", got " + value.shape());
        }
    }

    /** Sums examples, losses and metrics, so that nothing needs to be read back until somebody asks. */
    private void accumulate(List<Value> gathered) {
        section = Section.UPDATE;
        path = "totals";
        Value totals = variable(Variable.whole(Variable.Kind.TOTALS), new Type(DType.F64, Shape.of(gathered.size())));
        for (int i = 0; i < gathered.size(); i++) {
            Value.outputs(new Accumulate(i), gathered.get(i), totals, flag());
        }
    }

    /** What the batch's mean loss counts beside those of the other batches of its update: its examples or their weights. */
    Value batchWeight() {
        return batchWeight;
    }

    /** Where parameters lie. */
    Layout layout() {
        return layout;
    }

    /** Where the model's states lie. */
    Layout stateLayout() {
        return stateLayout;
    }

    /** The steps that {@code body} records. */
    List<Step> record(Section into, Runnable body) {
        List<Step> outer = recorded;
        recorded = new ArrayList<>();
        section = into;
        try {
            body.run();
            return recorded;
        } finally {
            recorded = outer;
        }
    }

    /** The steps recorded so far by the innermost {@link #record}. */
    List<Step> recorded() {
        return recorded;
    }

    /** The value of a variable, made at its first use. */
    Value variable(Variable variable, Type type) {
        return variables.computeIfAbsent(variable, v -> newValue(type));
    }

    Value flag() {
        return variable(Variable.whole(Variable.Kind.FLAG), new Type(DType.I32, Shape.of()));
    }

    /** All variables used so far. */
    Map<Value, Variable> byValue() {
        Map<Value, Variable> result = new LinkedHashMap<>();
        variables.forEach((variable, value) -> result.put(value, variable));
        return result;
    }

    @Override
    public List<Value> apply(Op op, List<Value> inputs) {
        List<Value> outputs = op.infer(inputs.stream().map(Value::type).toList()).stream()
                .map(this::newValue)
                .toList();
        recorded.add(new Step(op, inputs, outputs, path, section));
        return outputs;
    }

    @Override
    public Value parameter(Parameter parameter) {
        return declared(parameter, parameters, Variable.Kind.PARAMETERS);
    }

    @Override
    public Value known(String parameter) {
        return variables.get(new Variable(Variable.Kind.PARAMETERS, 0, parameter));
    }

    @Override
    public void addLoss(Value perExample) {
        Shape expected = Shape.of(request.input().shape().dim(0));
        if (!perExample.shape().equals(expected)) {
            throw new IllegalArgumentException(
                    "added loss: expected one number per example " + expected + ", got " + perExample.shape());
        }
        addedLosses.add(perExample);
    }

    @Override
    public Value state(Parameter state) {
        return declared(state, states, Variable.Kind.MODEL_STATE);
    }

    private Value declared(Parameter parameter, Map<String, Parameter> known, Variable.Kind kind) {
        Parameter first = known.putIfAbsent(parameter.path(), parameter);
        if (first != null && !first.shape().equals(parameter.shape())) {
            throw new IllegalArgumentException("shared parameter \"" + parameter.path() + "\": expected shape "
                    + first.shape() + " as where it was first used, got " + parameter.shape());
        }
        return variable(new Variable(kind, 0, parameter.path()), Type.f32(parameter.shape()));
    }

    @Override
    public void update(Value state, Value value, double weight) {
        if (request.update() == null) {
            return;
        }
        Section outer = section;
        section = Section.UPDATE;
        Value.outputs(new Blend(weight), value, state, flag());
        section = outer;
    }

    @Override
    public Value random() {
        return variable(Variable.whole(Variable.Kind.RANDOM), new Type(DType.I64, Shape.of(2)));
    }

    @Override
    public int nextStream() {
        return streams++;
    }

    @Override
    public boolean dropout() {
        return request.dropout();
    }

    @Override
    public boolean batchStatistics() {
        return request.batchStatistics();
    }

    @Override
    public void applied(String at, Layer layer, Value[] inputs, Value[] outputs) {
        applied.add(new Applied(at, layer, List.of(inputs), List.of(outputs)));
    }

    /** All layers in the order in which they came to an end: inner ones before those that contain them. */
    public List<Applied> applied() {
        return Collections.unmodifiableList(applied);
    }

    @Override
    public void enter(String entered) {
        path = entered;
    }

    private Value newValue(Type type) {
        return new Value(this, values++, type);
    }
}
