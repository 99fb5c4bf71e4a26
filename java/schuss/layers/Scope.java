package schuss.layers;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/** Where a layer stands while it is traced: its path, through which it asks for parameters and applies inner layers. */
public final class Scope {
    private final Tracer tracer;
    private final String path;
    private final Map<Layer, String> firstPaths; // of every applied instance: a second application shares its weights
    private final Set<String> names = new HashSet<>();
    private final Map<String, Parameter> parameters = new HashMap<>();

    /** The outermost scope of a model. */
    public Scope(Tracer tracer) {
        this(tracer, "", new IdentityHashMap<>());
    }

    private Scope(Tracer tracer, String path, Map<Layer, String> firstPaths) {
        this.tracer = tracer;
        this.path = path;
        this.firstPaths = firstPaths;
    }

    /** The path of the layer being traced, like {@code 2.sequential/0.dense}; empty for the outermost. */
    public String path() {
        return path;
    }

    /** Whether this program drops units: true in training and in Monte Carlo dropout. */
    public boolean dropout() {
        return tracer.dropout();
    }

    /** Applies an inner layer under a name of its own. An instance applied before keeps its first name and weights. */
    public Value apply(String name, Layer layer, Value x) {
        return apply(name, layer, new Value[] {x})[0];
    }

    /** {@link #apply(String, Layer, Value)} for several inputs. */
    public Value[] apply(String name, Layer layer, Value... inputs) {
        String inner = firstPaths.get(layer);
        if (inner == null) {
            if (name.isEmpty() || name.contains("/") || !names.add(name)) {
                throw new IllegalArgumentException(
                        "layer name: expected one that is not empty, without '/', and new in its parent, got \"" + name
                                + "\"");
            }
            inner = path.isEmpty() ? name : path + "/" + name;
            firstPaths.put(layer, inner);
        }
        tracer.enter(inner);
        try {
            return layer.forward(new Scope(tracer, inner, firstPaths), inputs);
        } catch (LayerException e) {
            throw e; // already says where
        } catch (IllegalArgumentException e) {
            throw new LayerException(layer.getClass().getSimpleName() + " \"" + inner + "\": " + e.getMessage(), e);
        } finally {
            tracer.enter(path);
        }
    }

    /** A trainable tensor to which weight decay applies. */
    public Value weight(String name, Shape shape, Initializer initializer) {
        return parameter(name, shape, initializer, Parameter.Role.WEIGHT);
    }

    /** A trainable tensor that weight decay leaves alone: biases, scales, shifts. */
    public Value bias(String name, Shape shape, Initializer initializer) {
        return parameter(name, shape, initializer, Parameter.Role.BIAS);
    }

    /** The random state of the step, for ops that draw. */
    public Value random() {
        return tracer.random();
    }

    /** A number for a random stream of this layer's own. */
    public int nextStream() {
        return tracer.nextStream();
    }

    private Value parameter(String name, Shape shape, Initializer initializer, Parameter.Role role) {
        Parameter parameter = new Parameter(path.isEmpty() ? name : path + "/" + name, shape, initializer, role);
        if (parameters.putIfAbsent(name, parameter) != null) {
            throw new IllegalArgumentException("parameter \"" + name + "\": expected a name used once in its layer");
        }
        return tracer.parameter(parameter);
    }
}
