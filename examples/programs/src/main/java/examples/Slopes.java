package examples;

import java.util.List;
import java.util.Map;
import schuss.Device;
import schuss.Session;
import schuss.Shape;
import schuss.ir.ProgramBuilder;
import schuss.ops.Expression;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.passes.Grad;
import schuss.passes.Tangent;

/** The slope of the logistic loss log(1 + exp(-y w x)) in w, by both modes of automatic differentiation. */
public final class Slopes {
    /** At x = 3, y = 1, w = 3: backwards, then forwards. */
    static float[] of(Device device) {
        // snippet: slopes
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", Type.f32(Shape.of()));
        Value y = builder.input("y", Type.f32(Shape.of()));
        Value w = builder.input("w", Type.f32(Shape.of()));
        Value loss = y.mul(w.mul(x)).neg().exp().map(e -> e.add(1)).map(Expression::log);

        builder.output("reverse", Grad.of(builder, loss, List.of(w)).get(w));
        Value direction = builder.input("direction", w.type());
        builder.output("forward", Tangent.of(builder, Map.of(w, direction)).get(loss));

        try (Session session = Session.of(device, builder.build())) {
            session.set("x", 3f).set("y", 1f).set("w", 3f).set("direction", 1f).run();
            return new float[] {session.number("reverse"), session.number("forward")}; // -0.000370183728 twice
        }
        // end
    }
}
