package schuss.passes;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import schuss.ir.Program;
import schuss.ir.Scan;
import schuss.ir.Step;
import schuss.ops.Value;

/** Applies passes to the bodies of scans. */
final class Scans {
    private Scans() {}

    /** The program with scans that have only the outputs that are read, and whose bodies went through a pass. */
    static Program withBodies(Program program, UnaryOperator<Program> pass) {
        if (program.steps().stream().noneMatch(step -> step.op() instanceof Scan)) {
            return program;
        }
        Set<Value> read = new HashSet<>(program.kept());
        program.steps().forEach(step -> read.addAll(step.inputs()));
        List<Step> steps = new ArrayList<>();
        for (Step step : program.steps()) {
            steps.add(step.op() instanceof Scan scan ? slim(step, scan, read, pass) : step);
        }
        return program.withSteps(steps);
    }

    private static Step slim(Step step, Scan scan, Set<Value> read, UnaryOperator<Program> pass) {
        Map<String, Value> outputs = new LinkedHashMap<>();
        List<Value> results = new ArrayList<>();
        int index = 0;
        for (Map.Entry<String, Value> output : scan.body().outputs().entrySet()) {
            Value result = step.outputs().get(index);
            if (index < scan.carried() || read.contains(result)) {
                outputs.put(output.getKey(), output.getValue());
                results.add(result);
            }
            index++;
        }
        Program body = withBodies(scan.body().withOutputs(outputs), pass);
        return new Step(scan.withBody(pass.apply(body)), step.inputs(), results, step.path(), step.section());
    }
}
