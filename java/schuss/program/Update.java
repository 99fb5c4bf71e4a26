package schuss.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.DType;
import schuss.Shape;
import schuss.ops.Guard;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.optim.Optimizer;
import schuss.optim.OptimizerStep;

/** Appends what training changes: the guard first, which can stop all that follows, then the optimiser. */
final class Update {
    private Update() {}

    static Program run(Program program, Request request) {
        if (request.optimizer() == null) {
            return program;
        }
        Trace trace = program.trace();
        Map<String, Value> outputs = new LinkedHashMap<>(program.outputs());
        List<Step> guard = trace.record(Section.UPDATE, () -> {
            trace.enter("guard");
            Value gradients = whole(trace, Variable.Kind.GRADIENTS, 0);
            outputs.put(Trace.NORM, Value.of(new Guard(), program.output(Trace.LOSS), gradients, trace.flag()));
        });
        List<Step> update = trace.record(Section.UPDATE, () -> {
            trace.enter("optimizer");
            step(trace, request.optimizer());
        });
        List<Step> steps = new ArrayList<>();
        program.steps().stream().filter(s -> s.section() != Section.UPDATE).forEach(steps::add);
        steps.addAll(guard);
        program.steps().stream().filter(s -> s.section() == Section.UPDATE).forEach(steps::add);
        steps.addAll(update);
        Map<Value, Variable> variables = new LinkedHashMap<>(program.variables());
        variables.putAll(trace.byValue());
        return new Program(trace, steps, variables, outputs);
    }

    private static void step(Trace trace, Optimizer optimizer) {
        long size = trace.layout().size();
        List<Value> inputs = new ArrayList<>();
        inputs.add(whole(trace, Variable.Kind.PARAMETERS, 0));
        inputs.add(whole(trace, Variable.Kind.GRADIENTS, 0));
        for (int i = 0; i < optimizer.state().size(); i++) {
            inputs.add(whole(trace, Variable.Kind.STATE, i));
        }
        int groups = Math.toIntExact(size / OptimizerStep.GROUP_ELEMENTS);
        inputs.add(trace.variable(Variable.whole(Variable.Kind.GROUPS), new Type(DType.U8, Shape.of(groups))));
        inputs.add(trace.variable(
                Variable.whole(Variable.Kind.COEFFICIENTS),
                Type.f32(Shape.of(Layout.GROUPS, OptimizerStep.GROUP_COEFFICIENTS))));
        inputs.add(trace.flag());
        Value.outputs(
                new OptimizerStep(
                        optimizer,
                        new OptimizerStep.Terms(true, false, optimizer.decoupled(), false, Double.POSITIVE_INFINITY),
                        OptimizerStep.runs(trace.layout().groups())),
                inputs.toArray(Value[]::new));
    }

    private static Value whole(Trace trace, Variable.Kind kind, int index) {
        return trace.variable(
                new Variable(kind, index, ""), Type.f32(trace.layout().shape()));
    }
}
