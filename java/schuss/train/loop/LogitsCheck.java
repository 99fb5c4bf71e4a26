package schuss.train.loop;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import schuss.Model;
import schuss.Spec;
import schuss.ir.Step;
import schuss.layers.Network;
import schuss.losses.Objective;
import schuss.losses.OutputActivation;
import schuss.ops.Dropout;
import schuss.ops.Expression;
import schuss.ops.LogSoftmax;
import schuss.ops.Op;
import schuss.ops.Pointwise;
import schuss.ops.Reshape;
import schuss.ops.Softmax;
import schuss.ops.Value;
import schuss.trace.Mode;
import schuss.trace.Trace;

/**
 * Refuses a network that ends in what its loss does itself, such as a softmax in front of a loss on logits, or has one output
 * where the loss chooses between several: it would train, badly or not at all, and without a word.
 */
public final class LogitsCheck {
    private static final Expression SIGMOID = Expression.input(0).sigmoid();
    private static final Expression LOG_SIGMOID = SIGMOID.log();

    private LogitsCheck() {}

    /** @throws IllegalArgumentException naming the loss and the layer */
    public static void check(Model model, List<Objective> objectives) {
        if (objectives.stream().allMatch(o -> o.loss().prediction() == OutputActivation.OUTPUT)) {
            return;
        }
        List<Spec> one = model.inputs().stream().map(input -> input.batched(1)).toList();
        Trace trace = Trace.of(model.network(), one, Mode.INFERENCE).predictions(Map.of());
        Map<Value, Step> makers = new HashMap<>();
        trace.program().steps().forEach(step -> step.outputs().forEach(output -> makers.put(output, step)));
        for (Objective objective : objectives) {
            Value output = trace.outputs().get(objective.output());
            if (output != null
                    && output.shape().rank() > 1
                    && output.shape().dim(-1) == 1
                    && objective.loss().prediction() == OutputActivation.SOFTMAX) {
                throw new IllegalArgumentException(name(objective)
                        + ": expected at least 2 classes, got 1 output, whose loss is always 0: for yes or no with one"
                        + " output there is BinaryCrossEntropy");
            }
            Step last = makers.get(output);
            while (last != null && (last.op() instanceof Reshape || last.op() instanceof Dropout)) {
                last = makers.get(last.inputs().get(0));
            }
            String made = last == null ? null : made(last.op());
            if (made != null) {
                check(objective, made, last.path());
            }
        }
    }

    /** What an op makes of logits; null where it makes none of them. */
    private static String made(Op op) {
        if (op instanceof Softmax) {
            return "Softmax";
        } else if (op instanceof LogSoftmax) {
            return "LogSoftmax";
        } else if (op instanceof Pointwise pointwise) {
            return pointwise.expression().equals(SIGMOID)
                    ? "Sigmoid"
                    : pointwise.expression().equals(LOG_SIGMOID) ? "LogSigmoid" : null;
        }
        return null;
    }

    private static void check(Objective objective, String made, String path) {
        boolean logarithms = made.startsWith("Log");
        String help;
        if (objective.loss().prediction() == OutputActivation.EXP) {
            if (logarithms) {
                return;
            }
            help = "expected logarithms of probabilities, got those of %s: use LogSoftmax there"
                    + ", or SoftmaxCrossEntropy without it";
        } else if (objective.loss().prediction() == OutputActivation.OUTPUT) {
            return;
        } else {
            help =
                    "expected logits, of which it makes probabilities itself, got what %s has made of them: leave that out"
                            + " (predictions will be probabilities without it)"
                            + (made.equals("Sigmoid") && objective.loss().prediction() == OutputActivation.SIGMOID
                                    ? ", or use BinaryCrossEntropy.fromProbabilities"
                                    : made.equals("LogSoftmax") ? ", or use NegativeLogLikelihood" : "");
        }
        String layer = path.isEmpty() ? "the " + made : made + " \"" + path + "\"";
        throw new IllegalArgumentException(name(objective) + ": " + String.format(help, layer));
    }

    private static String name(Objective objective) {
        String loss = objective.loss().getClass().getSimpleName();
        return objective.output().equals(Network.OUTPUT) ? loss : loss + " of \"" + objective.output() + "\"";
    }
}
