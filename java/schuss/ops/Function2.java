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
    };

    private final String symbol;

    Function2(String symbol) {
        this.symbol = symbol;
    }

    /** The infix sign, or an empty string for a function written with its name. */
    String symbol() {
        return symbol;
    }

    /** The function's value. */
    abstract double evaluate(double a, double b);
}
