package schuss.backend.kernels;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import schuss.ops.Expression;
import schuss.ops.Expression.Binary;
import schuss.ops.Expression.Constant;
import schuss.ops.Expression.Input;
import schuss.ops.Expression.Unary;
import schuss.ops.Expression.Where;

/**
 * Expressions compiled to a list of instructions for the native interpreter. Equal parts are computed once, and the
 * slot of a temporary is reused after its last use.
 *
 * @param integers whether slots hold 64-bit integers; otherwise single-precision numbers
 * @param code five numbers per instruction: opcode, destination, a, b, c
 * @param constants their values, exact in the type of the slots; their slots follow those of the inputs
 * @param outputs the slot of each expression's result
 * @param slots the number of slots
 */
public record Bytecode(boolean integers, int[] code, double[] constants, int[] outputs, int slots) {
    /** Numbers of an instruction. */
    public static final int WORDS = 5;

    /** The instructions' functions, in the order of {@code schuss/opcodes.h}. */
    public enum Opcode {
        ADD,
        SUB,
        MUL,
        DIV,
        MAX,
        MIN,
        POW,
        GREATER,
        EQUAL,
        NOT_EQUAL,
        GREATER_EQUAL,
        AND,
        OR,
        NEG,
        ABS,
        EXP,
        LOG,
        LOG1P,
        EXPM1,
        SQRT,
        RECIPROCAL,
        SQUARE,
        TANH,
        SIGMOID,
        ERF,
        SOFTPLUS,
        RELU,
        STEP,
        SIGN,
        NOT,
        SIN,
        COS,
        FLOOR,
        COPY,
        WHERE
    }

    /** The instructions for these expressions of {@code inputs} inputs, in singles. */
    public static Bytecode of(List<Expression> expressions, int inputs) {
        return new Writer(false, inputs).write(expressions);
    }

    /** The instructions for these expressions, whose functions and constants are all whole, in integers. */
    public static Bytecode inIntegers(List<Expression> expressions, int inputs) {
        return new Writer(true, inputs).write(expressions);
    }

    private static final class Writer {
        private record Instruction(Opcode opcode, int destination, int[] operands) {}

        private final boolean integers;
        private final int inputs;
        private final Map<Expression, Integer> values = new HashMap<>(); // numbers of inputs, then of results
        private final Map<Double, Integer> constants = new java.util.LinkedHashMap<>();
        private final List<Instruction> instructions = new ArrayList<>();
        private int next;

        Writer(boolean integers, int inputs) {
            this.integers = integers;
            this.inputs = inputs;
        }

        Bytecode write(List<Expression> expressions) {
            expressions.forEach(this::gatherConstants);
            next = inputs + constants.size();
            int[] outputs = expressions.stream().mapToInt(this::output).toArray();
            return reuseSlots(outputs);
        }

        private void gatherConstants(Expression e) {
            if (e instanceof Constant c) {
                constants.putIfAbsent(exact(c), constants.size());
            } else if (e instanceof Unary u) {
                gatherConstants(u.x());
            } else if (e instanceof Binary b) {
                gatherConstants(b.a());
                gatherConstants(b.b());
            } else if (e instanceof Where w) {
                gatherConstants(w.condition());
                gatherConstants(w.then());
                gatherConstants(w.otherwise());
            }
        }

        private double exact(Constant c) {
            return integers ? c.value() : (float) c.value();
        }

        /** A result of its own for every output: an input or constant is copied. */
        private int output(Expression e) {
            int value = value(e);
            return value < inputs + constants.size() ? emit(Opcode.COPY, value) : value;
        }

        private int value(Expression e) {
            if (e instanceof Input i) {
                return i.index();
            } else if (e instanceof Constant c) {
                return inputs + constants.get(exact(c));
            }
            Integer known = values.get(e);
            if (known == null) {
                known = compute(e);
                values.put(e, known);
            }
            return known;
        }

        private int compute(Expression e) {
            if (e instanceof Unary u) {
                return emit(Opcode.valueOf(u.function().name()), value(u.x()));
            } else if (e instanceof Binary b) {
                int left = value(b.a());
                return emit(Opcode.valueOf(b.function().name()), left, value(b.b()));
            } else if (e instanceof Where w) {
                int condition = value(w.condition());
                int then = value(w.then());
                return emit(Opcode.WHERE, condition, then, value(w.otherwise()));
            }
            throw new IllegalStateException("Expression " + e + ": expected no reference to the result");
        }

        private int emit(Opcode opcode, int... operands) {
            instructions.add(new Instruction(opcode, next, operands));
            return next++;
        }

        /** Linear scan: numbers of results become slots, given back after their last reader. */
        private Bytecode reuseSlots(int[] outputs) {
            int fixed = inputs + constants.size();
            Map<Integer, Integer> lastReader = new HashMap<>();
            for (int i = 0; i < instructions.size(); i++) {
                for (int operand : instructions.get(i).operands()) {
                    lastReader.put(operand, i);
                }
            }
            for (int output : outputs) {
                lastReader.put(output, instructions.size());
            }
            int[] slot = new int[next];
            for (int i = 0; i < fixed; i++) {
                slot[i] = i;
            }
            java.util.ArrayDeque<Integer> free = new java.util.ArrayDeque<>();
            int slots = fixed;
            int[] code = new int[WORDS * instructions.size()];
            for (int i = 0; i < instructions.size(); i++) {
                Instruction instruction = instructions.get(i);
                slot[instruction.destination()] = free.isEmpty() ? slots++ : free.pop();
                int at = WORDS * i;
                java.util.Arrays.fill(code, at, at + WORDS, -1);
                code[at] = instruction.opcode().ordinal();
                code[at + 1] = slot[instruction.destination()];
                for (int k = 0; k < instruction.operands().length; k++) {
                    code[at + 2 + k] = slot[instruction.operands()[k]];
                }
                int here = i;
                java.util.Arrays.stream(instruction.operands())
                        .distinct()
                        .filter(o -> o >= fixed && lastReader.get(o) == here)
                        .forEach(o -> free.push(slot[o]));
            }
            double[] values = new double[constants.size()];
            constants.forEach((value, index) -> values[index] = value);
            int[] outputSlots =
                    java.util.Arrays.stream(outputs).map(o -> slot[o]).toArray();
            return new Bytecode(integers, code, values, outputSlots, slots);
        }
    }
}
