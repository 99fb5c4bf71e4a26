package schuss.program;

import java.util.LinkedHashMap;
import java.util.Map;
import schuss.ops.Value;

/** The row of passes that turns a request into a program. */
public final class Passes {
    private Passes() {}

    /**
     * The program of a request.
     *
     * @param abilities of the backend that will run it
     */
    public static Program compile(Request request, Abilities abilities) {
        return optimized(unfused(request), abilities);
    }

    private static Program optimized(Program unfused, Abilities abilities) {
        Program fused = Fuse.run(unfused, abilities::fuses);
        return Derive.run(FuseNormalization.run(fused, abilities::fuses), abilities);
    }

    /** The program before anything is fused or moved. */
    public static Program unfused(Request request) {
        Program forward = Trace.forward(request);
        Program differentiated = Differentiate.run(forward, request, Map.of());
        return Drop.run(Update.run(differentiated, request));
    }

    /**
     * The program unfused, with more outputs: what each layer put out last, named {@link #outputOf}, and where the request
     * differentiates, the loss's gradient with respect to it, named {@link #gradientOf}, if anything trained lies before.
     */
    public static Program inspected(Request request) {
        Program forward = Trace.forward(request);
        Map<String, Value> watched = new LinkedHashMap<>();
        forward.trace().applied().forEach(a -> watched.put(a.path(), a.outputs().get(0)));
        Map<String, Value> outputs = new LinkedHashMap<>(forward.outputs());
        watched.forEach((path, value) -> outputs.put(outputOf(path), value));
        return Drop.run(Differentiate.run(forward.withOutputs(outputs), request, watched));
    }

    /**
     * The program of a request, but what it puts out is what a layer, at its last application, puts out.
     *
     * @throws IllegalArgumentException if there is no layer of this path
     */
    public static Program features(Request request, String path, Abilities abilities) {
        Program forward = Trace.forward(request);
        Map<String, Value> layers = new LinkedHashMap<>();
        forward.trace().applied().forEach(a -> layers.put(a.path(), a.outputs().get(0)));
        if (!layers.containsKey(path)) {
            throw new IllegalArgumentException("features: expected one of the layers "
                    + layers.keySet().stream().filter(name -> !name.isEmpty()).toList() + ", got \"" + path + "\"");
        }
        return optimized(Drop.run(forward.withOutputs(Map.of(Trace.OUTPUT, layers.get(path)))), abilities);
    }

    /** The name of a layer's output. */
    public static String outputOf(String path) {
        return "output of " + path;
    }

    /** The name of the loss's gradient with respect to a layer's output. */
    public static String gradientOf(String path) {
        return "gradient of " + path;
    }
}
