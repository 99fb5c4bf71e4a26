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

/**
 * What a layer uses while its {@link Layer#forward(Scope, Value) forward} method runs: it declares parameters, applies
 * inner layers and tells whether the network is being trained. Every applied layer has a scope of its own, with its own
 * path.
 *
 * <pre>{@code
 * record Linear(int units) implements Layer {
 *     public Value forward(Scope scope, Value x) {
 *         Shape shape = Shape.of(x.shape().dim(-1), units);
 *         return x.matmul(scope.weight("weight", shape, Initializer.heNormal()));
 *     }
 * }
 * }</pre>
 */
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

    /**
     * Creates the outermost scope of a model; layers are given theirs.
     *
     * @param tracer records the operations and parameters
     */
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

    /** {@return the path of the layer, such as {@code 2.sequential/0.dense}; empty for the outermost} */
    public String path() {
        return path;
    }

    /** {@return whether dropout drops elements and noise is added: true in training and in Monte Carlo dropout} */
    public boolean dropout() {
        return tracer.dropout();
    }

    /**
     * {@return whether normalisation uses the mean and variance of the batch, as in training, instead of running
     * averages}
     */
    public boolean batchStatistics() {
        return tracer.batchStatistics();
    }

    /**
     * Applies an inner layer. A layer object that was applied before keeps its first name and shares its parameters.
     *
     * @param name the name of the layer in this scope, not empty, without "/", used once
     * @param layer the layer to apply
     * @param x its input
     * @return its output
     * @throws LayerException if the layer refuses the input, or layers are nested more than 200 deep
     */
    public Value apply(String name, Layer layer, Value x) {
        return apply(name, layer, new Value[] {x})[0];
    }

    /**
     * Applies an inner layer with several inputs or outputs; see {@link #apply(String, Layer, Value)}.
     *
     * @param name the name of the layer in this scope, not empty, without "/", used once
     * @param layer the layer to apply
     * @param inputs its inputs
     * @return its outputs
     * @throws LayerException if the layer refuses the inputs, or layers are nested more than 200 deep
     */
    public Value[] apply(String name, Layer layer, Value... inputs) {
        if (layer instanceof Named named) { // it is the layer inside that others may share
            return apply(name, named.layer(), inputs);
        }
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

    /** Applies a layer that is the whole network and therefore has no name in the paths. */
    Value whole(Layer layer, Value x) {
        Value y = layer.forward(this, x);
        tracer.applied(path, layer, new Value[] {x}, new Value[] {y});
        return y;
    }

    /**
     * {@return a trainable tensor to which weight decay is applied}
     *
     * @param name its name in the layer, used once
     * @param shape its shape
     * @param initializer draws its initial numbers
     */
    public Value weight(String name, Shape shape, Initializer initializer) {
        return weights.apply(parameter(name, shape, initializer, Parameter.Role.WEIGHT));
    }

    /**
     * Looks up rows of a trainable table. An update changes only the rows that were looked up, so its time does not
     * depend on the size of the table.
     *
     * @param name the name of the table in the layer, used once
     * @param shape the shape of the table, (rows, ...)
     * @param initializer draws the initial table
     * @param indices the numbers of rows, 32-bit integers of any shape
     * @return the rows, (shape of the indices, ...)
     */
    public Value rows(String name, Shape shape, Initializer initializer, Value indices) {
        if (weights != AS_THEY_ARE || indices.dtype() != DType.I32) {
            return weight(name, shape, initializer).gather(indices);
        }
        return parameter(name, shape, initializer, Parameter.Role.TABLE).gather(indices);
    }

    /**
     * {@return a trainable tensor to which weight decay is not applied: a bias, a scale, a shift}
     *
     * @param name its name in the layer, used once
     * @param shape its shape
     * @param initializer draws its initial numbers
     */
    public Value bias(String name, Shape shape, Initializer initializer) {
        return parameter(name, shape, initializer, Parameter.Role.BIAS);
    }

    /**
     * {@return a scope with this path in which every weight is changed by a function before it is used; changes of outer
     * scopes come first}
     *
     * @param change computes the weight that is used from the trained one
     */
    public Scope withWeights(UnaryOperator<Value> change) {
        return new Scope(tracer, path, depth, firstPaths, w -> change.apply(weights.apply(w)));
    }

    /**
     * Adds a term to the loss of each example. It has no effect where no loss is computed, such as in prediction.
     *
     * @param perExample the terms, (batch)
     */
    public void addLoss(Value perExample) {
        tracer.addLoss(perExample);
    }

    /** {@return the random state of the training step, an input of operations that draw random numbers} */
    public Value random() {
        return tracer.random();
    }

    /** {@return the number of a new random stream, so that this layer's random numbers differ from those of others} */
    public int nextStream() {
        return tracer.nextStream();
    }

    /**
     * Uses a weight that belongs to another layer: both layers use the same numbers and train them together.
     *
     * @param owner the layer that declared the weight, applied before this one
     * @param name the name of the weight in that layer
     * @param shape the expected shape
     * @return the weight
     * @throws IllegalArgumentException if that layer was not applied before, or its weight has another shape
     */
    public Value shared(Layer owner, String name, Shape shape) {
        Value weight = shared(owner, name);
        if (!weight.shape().equals(shape)) {
            throw new IllegalArgumentException("shared parameter \"" + name + "\": expected shape " + weight.shape()
                    + " as where it was first used, got " + shape);
        }
        return weight;
    }

    /**
     * Uses a weight of any shape that belongs to another layer; see {@link #shared(Layer, String, Shape)}.
     *
     * @param owner the layer that declared the weight, applied before this one
     * @param name the name of the weight in that layer
     * @return the weight
     * @throws IllegalArgumentException if that layer was not applied before
     */
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
     * {@return a tensor that the model keeps and saves but the optimizer does not train, such as a running mean}
     *
     * @param name its name in the layer, used once
     * @param shape its shape
     * @param initial the initial value of every element
     */
    public Value state(String name, Shape shape, double initial) {
        return state(name, shape, Initializer.constant(initial));
    }

    /**
     * {@return a tensor that the model keeps and saves but the optimizer does not train, with different initial numbers}
     *
     * @param name its name in the layer, used once
     * @param shape its shape
     * @param initial gives its initial numbers
     */
    public Value state(String name, Shape shape, Initializer initial) {
        return tracer.state(declare(name, shape, initial, Parameter.Role.STATE));
    }

    /**
     * Makes every training step move a state towards a value that the step computes: {@code state = state + weight *
     * (value - state)}. Validation and prediction do not change the state.
     *
     * @param state a tensor that {@link #state(String, Shape, double)} returned
     * @param value the target of this step, of the same shape
     * @param weight the share of the new value, 0 to 1
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
