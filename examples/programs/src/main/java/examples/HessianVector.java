package examples;

import java.util.List;
import java.util.Map;
import schuss.DType;
import schuss.Model;
import schuss.Session;
import schuss.Shape;
import schuss.Spec;
import schuss.losses.Objective;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.ops.Value;
import schuss.passes.Tangent;
import schuss.trace.BatchSpec;
import schuss.trace.Goal;
import schuss.trace.Programs;
import schuss.trace.Trace;

/**
 * The Hessian of a loss times a direction, without the Hessian: the tangent of the gradient. Source: Pearlmutter, Fast Exact
 * Multiplication by the Hessian (1994).
 */
public final class HessianVector {
    /** How the gradient of one weight changes as it moves in a direction. */
    static float[] product(Model model, String weight, float[] direction, float[] inputs, int[] labels) {
        Spec x = model.input().batched(labels.length);
        Spec target = new Spec("target", DType.I32, Shape.of(labels.length));
        Trace trace = Programs.gradients(
                model.network(),
                new BatchSpec(List.of(x), List.of(target), false),
                new Goal(List.of(Objective.of(new SoftmaxCrossEntropy())), List.of()));
        Value w = trace.weight(weight);
        Value product = trace.derive(builder -> {
            Value v = builder.input("direction", w.type());
            Value gradient = trace.gradient(w).orElseThrow();
            return Tangent.of(builder, Map.of(w, v)).get(gradient);
        });
        trace.output("product", product);
        try (Session session = model.session(trace.program())) {
            session.set(x.name(), inputs).set("target", labels).set("direction", direction);
            return session.run().floats("product");
        }
    }
}
