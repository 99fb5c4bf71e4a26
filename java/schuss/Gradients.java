package schuss;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import schuss.ops.Value;
import schuss.passes.Grad;
import schuss.trace.Mode;
import schuss.trace.Trace;

/**
 * Gradients of what a model computes with respect to its inputs, or to any layer's output: which pixels an answer hangs on,
 * in which direction an input must move to change it. For a batch of examples at once; dropout is off, and normalisation
 * uses its running statistics, as in {@link Model#predict}.
 *
 * <pre>{@code
 * // saliency (Simonyan et al. 2014): how the score of class 7 changes with each pixel of an image
 * try (Gradients gradients = Gradients.of(model, 1, outputs -> outputs.get("output").slice(1, 7, 8))) {
 *     float[] saliency = gradients.run(image).withRespectTo("input");
 * }
 * }</pre>
 *
 * <p>What is differentiated is the sum of the function's elements: of a score for each example, each example's gradient is
 * that of its own score. A session is for one caller at a time, as this is.
 */
public final class Gradients implements AutoCloseable {
    private static final String VALUE = "value";
    private static final String GRADIENT = "gradient of ";

    private final Session session;
    private final List<Spec> inputs;
    private final Map<String, String> outputs; // names in the program by what they are with respect to

    private Gradients(Session session, List<Spec> inputs, Map<String, String> outputs) {
        this.session = session;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /**
     * Of a function of the outputs with respect to all inputs of type F32.
     *
     * @param batch how many examples are given at once
     * @param function of the network's outputs by name, such as one class's score: {@code y -> y.get("output").slice(1, 7, 8)}
     */
    public static Gradients of(Model model, int batch, Function<Map<String, Value>, Value> function) {
        return of(model, batch, function, List.of());
    }

    /**
     * Likewise with respect to layers' outputs too.
     *
     * @param layers by path, as {@link Model#summary} names them; of one that is applied several times the last output
     * @throws IllegalArgumentException if there is no such layer, or the function does not depend on it
     */
    public static Gradients of(
            Model model, int batch, Function<Map<String, Value>, Value> function, List<String> layers) {
        if (batch < 1) {
            throw new IllegalArgumentException("gradients: expected a batch of at least 1 example, got " + batch);
        }
        List<Spec> batched =
                model.inputs().stream().map(input -> input.batched(batch)).toList();
        Trace trace = Trace.of(model.network(), batched, Mode.INFERENCE);
        Map<String, Value> wanted = new LinkedHashMap<>();
        trace.inputs().forEach((name, input) -> {
            if (input.dtype() == DType.F32) {
                wanted.put(name, input);
            }
        });
        Map<String, Value> known = new LinkedHashMap<>();
        trace.applied().forEach(a -> known.put(a.path(), a.outputs().get(0)));
        for (String path : layers) {
            if (!known.containsKey(path)) {
                throw new IllegalArgumentException("gradients: expected one of the layers "
                        + known.keySet().stream()
                                .filter(name -> !name.isEmpty())
                                .toList() + ", got \"" + path + "\"");
            }
            if (wanted.putIfAbsent(path, known.get(path)) != null) {
                throw new IllegalArgumentException("gradients: expected layers that no input is called as, got \""
                        + path + "\": give it another name");
            }
        }
        Value value = function.apply(trace.outputs());
        trace.output(VALUE, value);
        Map<Value, Value> gradients = trace.derive(builder -> Grad.of(builder, value, wanted.values()));
        Map<String, String> names = new LinkedHashMap<>();
        wanted.forEach((name, of) -> {
            Value gradient = gradients.get(of);
            if (gradient != null) {
                trace.output(GRADIENT + name, gradient);
                names.put(name, GRADIENT + name);
            } else if (layers.contains(name)) {
                throw new IllegalArgumentException("gradients: expected a function that depends on \"" + name + "\"");
            }
        });
        return new Gradients(model.session(trace.program()), batched, names);
    }

    /** Computes value and gradients of a batch, for a model of one input of type F32. */
    public Gradients run(float... examples) {
        if (inputs.size() != 1) {
            throw new IllegalStateException("gradients: expected one input, got " + inputs + ": give them by name");
        }
        session.set(inputs.get(0).name(), examples).run();
        return this;
    }

    /** Computes value and gradients of a batch, inputs by name. */
    public Gradients run(Map<String, Tensor> examples) {
        List<String> names = new ArrayList<>(inputs.stream().map(Spec::name).toList());
        if (!examples.keySet().equals(java.util.Set.copyOf(names))) {
            throw new IllegalArgumentException("gradients: expected inputs " + names + ", got " + examples.keySet());
        }
        examples.forEach(session::set);
        session.run();
        return this;
    }

    /** The function's value in the last run. */
    public float[] value() {
        return session.floats(VALUE);
    }

    /**
     * The gradient of the last run.
     *
     * @param name of an input, or the path of a layer that was asked for
     * @return an array as large as that input or output for the whole batch
     * @throws IllegalArgumentException if it has none; the message lists those that have
     */
    public float[] withRespectTo(String name) {
        String output = outputs.get(name);
        if (output == null) {
            throw new IllegalArgumentException(
                    "gradients: expected one of " + outputs.keySet() + ", got \"" + name + "\"");
        }
        return session.floats(output);
    }

    @Override
    public void close() {
        session.close();
    }
}
