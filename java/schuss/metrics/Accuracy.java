package schuss.metrics;

import schuss.ops.Matches;
import schuss.ops.Value;

/** The share of examples whose largest output (batch, classes) is at their label (batch). */
public record Accuracy() implements Metric {
    @Override
    public String name() {
        return "accuracy";
    }

    @Override
    public Value forward(Value output, Value target) {
        return Value.of(new Matches(), output, target);
    }
}
