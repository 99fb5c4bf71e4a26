package schuss.losses;

import schuss.ops.Value;

/**
 * How a prediction is computed from the raw output of a trained network. The loss decides it: a network trained on logits
 * predicts probabilities.
 */
public enum OutputActivation {
    /** The output unchanged. */
    OUTPUT {
        @Override
        public Value of(Value output) {
            return output;
        }
    },
    /** Class probabilities from logits, by softmax over the last axis. */
    SOFTMAX {
        @Override
        public Value of(Value output) {
            return output.softmax();
        }
    },
    /** Independent probabilities from logits, by the sigmoid. */
    SIGMOID {
        @Override
        public Value of(Value output) {
            return output.sigmoid();
        }
    },
    /** Probabilities from log probabilities, by the exponential function. */
    EXP {
        @Override
        public Value of(Value output) {
            return output.exp();
        }
    };

    /**
     * {@return the prediction}
     *
     * @param output the raw output of the network
     */
    public abstract Value of(Value output);
}
