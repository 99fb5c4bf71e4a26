package schuss.ops;

/**
 * The functions of two numbers that an {@link Expression} can use. Comparisons and logic give 1 for true and 0 for
 * false.
 */
public enum Function2 {
    /** a + b. */
    ADD("+") {
        @Override
        double evaluate(double a, double b) {
            return a + b;
        }
    },
    /** a - b. */
    SUB("-") {
        @Override
        double evaluate(double a, double b) {
            return a - b;
        }
    },
    /** a * b. */
    MUL("*") {
        @Override
        double evaluate(double a, double b) {
            return a * b;
        }
    },
    /** a / b. */
    DIV("/") {
        @Override
        double evaluate(double a, double b) {
            return a / b;
        }
    },
    /** The larger of a and b. */
    MAX("") {
        @Override
        double evaluate(double a, double b) {
            return Math.max(a, b);
        }
    },
    /** The smaller of a and b. */
    MIN("") {
        @Override
        double evaluate(double a, double b) {
            return Math.min(a, b);
        }
    },
    /** a to the power of b. */
    POW("") {
        @Override
        double evaluate(double a, double b) {
            return Math.pow(a, b);
        }
    },
    /** 1 where a &gt; b, else 0. */
    GREATER(">") {
        @Override
        double evaluate(double a, double b) {
            return a > b ? 1 : 0;
        }
    },
    /** 1 where a = b, else 0. */
    EQUAL("==") {
        @Override
        double evaluate(double a, double b) {
            return a == b ? 1 : 0;
        }
    },
    /** 1 where a and b differ, else 0. */
    NOT_EQUAL("!=") {
        @Override
        double evaluate(double a, double b) {
            return a != b ? 1 : 0;
        }
    },
    /** 1 where a &ge; b, else 0. */
    GREATER_EQUAL(">=") {
        @Override
        double evaluate(double a, double b) {
            return a >= b ? 1 : 0;
        }
    },
    /** 1 where neither a nor b is 0, else 0. */
    AND("&&") {
        @Override
        double evaluate(double a, double b) {
            return a != 0 && b != 0 ? 1 : 0;
        }
    },
    /** 1 where at least one of a and b is not 0, else 0. */
    OR("||") {
        @Override
        double evaluate(double a, double b) {
            return a != 0 || b != 0 ? 1 : 0;
        }
    };

    private final String symbol;

    Function2(String symbol) {
        this.symbol = symbol;
    }

    /** Whether it compares two numbers. NaN is equal to nothing, and neither greater nor smaller than anything. */
    boolean isComparison() {
        return this == GREATER || this == EQUAL || this == NOT_EQUAL || this == GREATER_EQUAL;
    }

    /** Whether it combines two truth values. */
    boolean isLogical() {
        return this == AND || this == OR;
    }

    /** The infix operator, or an empty string for a function that is written with its name. */
    String symbol() {
        return symbol;
    }

    /** Computes the function in double precision. */
    abstract double evaluate(double a, double b);
}
