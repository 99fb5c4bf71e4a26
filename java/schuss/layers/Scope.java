package schuss.layers;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import schuss.DType;
import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/** Where a layer stands while it is traced: its path, through which it asks for parameters and applies inner layers. */
public final class Scope {
    private static final int MOST_DEPTH = 200; // Java's stack has room for some thousand
    private static final int SHOWN = 60; // characters of a path that is too long

    private static final UnaryOperator<Value> AS_THEY_ARE = UnaryOperator.identity();

    private final Tracer tracer;
    private final String path;
    private final int depth; // layers around this one
    private final Map<Layer, String> firstPaths; // of every applied instance: a second application shares its weights
    private final UnaryOperator<Value> weights; // what to make of a weight before it is used
    private final Set<String> names = new HashSet<>();
    private final Map<String, Parameter> parameters = new HashMap<>();

    /** The outermost scope of a model. */
    public Scope(Tracer tracer) {
        this(tracer, "", 0, new IdentityHashMap<>(), AS_THEY_ARE);
    }

    private Scope(Tracer tracer, String path, int depth, Map<Layer, String> firstPaths, UnaryOperator<Value> weights) {
        this.tracer = tracer;
        this.path = path;
        this.depth = depth;
        this.firstPaths = firstPaths;
        this.weights = weights;
    }

    /** The path of the layer being traced, like {@code 2.sequential/0.dense}; empty for the outermost. */
    public String path() {
        return path;
    }

    /** Whether this program drops units: true in training and in Monte Carlo dropout. */
    public boolean dropout() {
        return tracer.dropout();
    }

    /** Whether normalisation uses the batch's own mean and variance, as in training, instead of running averages. */
    public boolean batchStatistics() {
        return tracer.batchStatistics();
    }

    /** Applies an inner layer under a name of its own. An instance applied before keeps its first name and weights. */
    public Value apply(String name, Layer layer, Value x) {
        return apply(name, layer, new Value[] {x})[0];
    }

    /** {@link #apply(String, Layer, Value)} for several inputs. */
    public Value[] apply(String name, Layer layer, Value... inputs) {
        if (depth == MOST_DEPTH) { // one that applies itself, perhaps
            throw new LayerException(
                    layer.name() + " in \"" + path.substring(0, Math.min(SHOWN, path.length()))
                            + "...\": expected layers within layers up to " + MOST_DEPTH + " deep, got more",
                    null);
        }
        String inner = firstPaths.get(layer);
        if (inner == null) {
            if (name.isEmpty() || name.contains("/") || !names.add(name)) {
                throw new IllegalArgumentException(
                        "layer name: expected one that is not empty, without '/', and new in its parent, got \"" + name
                                + "\"");
            }
            inner = join(path, name);
            firstPaths.put(layer, inner);
        }
        tracer.enter(inner);
        try {
            Value[] outputs = layer.forward(new Scope(tracer, inner, depth + 1, firstPaths, weights), inputs);
            tracer.applied(inner, layer, inputs, outputs);
            return outputs;
        } catch (LayerException e) {
            throw e; // already says where
        } catch (IllegalArgumentException e) {
            throw new LayerException(layer.getClass().getSimpleName() + " \"" + inner + "\": " + e.getMessage(), e);
        } finally {
            tracer.enter(path);
        }
    }

    /** Applies a layer that is all of the network and has no name in it. */
    Value whole(Layer layer, Value x) {
        Value y = layer.forward(this, x);
        tracer.applied(path, layer, new Value[] {x}, new Value[] {y});
        return y;
    }

    /** A trainable tensor to which weight decay applies. */
    public Value weight(String name, Shape shape, Initializer initializer) {
        return weights.apply(parameter(name, shape, initializer, Parameter.Role.WEIGHT));
    }

    /**
     * Rows of a trainable table. As nothing else is read of the table, an update changes no other rows: it takes the time of
     * the rows, however many there are that nobody asks for.
     *
     * @param shape (rows, ...)
     * @param indices of rows, i32 of any shape
     * @return (indices..., ...)
     */
    public Value rows(String name, Shape shape, Initializer initializer, Value indices) {
        if (weights != AS_THEY_ARE || indices.dtype() != DType.I32) {
            return weight(name, shape, initializer).gather(indices);
        }
        return parameter(name, shape, initializer, Parameter.Role.TABLE).gather(indices);
    }

    /** A trainable tensor that weight decay leaves alone: biases, scales, shifts. */
    public Value bias(String name, Shape shape, Initializer initializer) {
        return parameter(name, shape, initializer, Parameter.Role.BIAS);
    }

    /** This scope, in which every weight is used as {@code change} makes it, after what outer scopes make of it. */
    public Scope withWeights(UnaryOperator<Value> change) {
        return new Scope(tracer, path, depth, firstPaths, w -> change.apply(weights.apply(w)));
    }

    /**
     * Adds to the loss of each example where this program has a loss, and nothing elsewhere.
     *
     * @param perExample (batch)
     */
    public void addLoss(Value perExample) {
        tracer.addLoss(perExample);
    }

    /** The random state of the step, for ops that draw. */
    public Value random() {
        return tracer.random();
    }

    /** A number for a random stream of this layer's own. */
    public int nextStream() {
        return tracer.nextStream();
    }

    /**
     * A weight that another layer, applied earlier, asked for: both use the same numbers and train them together.
     *
     * @throws IllegalArgumentException if that layer was not applied, or its weight has another shape
     */
    public Value shared(Layer owner, String name, Shape shape) {
        Value weight = shared(owner, name);
        if (!weight.shape().equals(shape)) {
            throw new IllegalArgumentException("shared parameter \"" + name + "\": expected shape " + weight.shape()
                    + " as where it was first used, got " + shape);
        }
        return weight;
    }

    /** {@link #shared(Layer, String, Shape)} of whatever shape it has. */
    public Value shared(Layer owner, String name) {
        String ownerPath = firstPaths.get(owner);
        Value weight = ownerPath == null ? null : tracer.known(join(ownerPath, name));
        if (weight == null) {
            throw new IllegalArgumentException("shared parameter \"" + name + "\": expected the " + owner.name()
                    + " it belongs to applied before");
        }
        return weights.apply(weight);
    }

    /**
     * A tensor that the model keeps and saves but no optimiser trains, such as a running mean.
     *
     * @param initial every element's first value
     */
    public Value state(String name, Shape shape, double initial) {
        return state(name, shape, Initializer.constant(initial));
    }

    /** {@link #state(String, Shape, double)} whose elements begin with numbers of their own. */
    public Value state(String name, Shape shape, Initializer initial) {
        return tracer.state(declare(name, shape, initial, Parameter.Role.STATE));
    }

    /**
     * Has every training step move a state towards a value of that step: state = state + weight * (value - state). Other
     * programs leave it alone.
     */
    public void update(Value state, Value value, double weight) {
        tracer.update(state, value, weight);
    }

    private Value parameter(String name, Shape shape, Initializer initializer, Parameter.Role role) {
        return tracer.parameter(declare(name, shape, initializer, role));
    }

    private Parameter declare(String name, Shape shape, Initializer initializer, Parameter.Role role) {
        Parameter parameter = new Parameter(join(path, name), shape, initializer, role);
        if (parameters.putIfAbsent(name, parameter) != null) {
            throw new IllegalArgumentException("parameter \"" + name + "\": expected a name used once in its layer");
        }
        return parameter;
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "/" + name;
    }
}
