package schuss.ops;

/** The functions of two numbers that expressions are built from. */
public enum Function2 {
    ADD("+") {
        @Override
        double evaluate(double a, double b) {
            return a + b;
        }
    },
    SUB("-") {
        @Override
        double evaluate(double a, double b) {
            return a - b;
        }
    },
    MUL("*") {
        @Override
        double evaluate(double a, double b) {
            return a * b;
        }
    },
    DIV("/") {
        @Override
        double evaluate(double a, double b) {
            return a / b;
        }
    },
    MAX("") {
        @Override
        double evaluate(double a, double b) {
            return Math.max(a, b);
        }
    },
    MIN("") {
        @Override
        double evaluate(double a, double b) {
            return Math.min(a, b);
        }
    },
    POW("") {
        @Override
        double evaluate(double a, double b) {
            return Math.pow(a, b);
        }
    },
    GREATER(">") {
        @Override
        double evaluate(double a, double b) {
            return a > b ? 1 : 0;
        }
    },
    EQUAL("==") {
        @Override
        double evaluate(double a, double b) {
            return a == b ? 1 : 0;
        }
    },
    NOT_EQUAL("!=") {
        @Override
        double evaluate(double a, double b) {
            return a != b ? 1 : 0;
        }
    },
    GREATER_EQUAL(">=") {
        @Override
        double evaluate(double a, double b) {
            return a >= b ? 1 : 0;
        }
    },
    AND("&&") {
        @Override
        double evaluate(double a, double b) {
            return a != 0 && b != 0 ? 1 : 0;
        }
    },
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

    /** Whether it compares two numbers, NaN being equal to nothing and neither greater nor smaller. */
    boolean isComparison() {
        return this == GREATER || this == EQUAL || this == NOT_EQUAL || this == GREATER_EQUAL;
    }

    /** Whether it joins two truth values. */
    boolean isLogical() {
        return this == AND || this == OR;
    }

    /** The infix sign, or an empty string for a function written with its name. */
    String symbol() {
        return symbol;
    }

    /** The function's value. */
    abstract double evaluate(double a, double b);
}
