package schuss.losses;

import schuss.ops.Value;

/** How a trained network's raw output becomes a prediction. */
public enum OutputActivation {
    /** The output itself. */
    OUTPUT {
        @Override
        public Value of(Value output) {
            return output;
        }
    },
    /** Class probabilities of logits. */
    SOFTMAX {
        @Override
        public Value of(Value output) {
            return output.softmax();
        }
    },
    /** Independent probabilities of logits. */
    SIGMOID {
        @Override
        public Value of(Value output) {
            return output.sigmoid();
        }
    },
    /** Probabilities of their logarithms. */
    EXP {
        @Override
        public Value of(Value output) {
            return output.exp();
        }
    };

    public abstract Value of(Value output);
}
