package schuss.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import schuss.DType;
import schuss.backend.Backend;
import schuss.backend.Memory;
import schuss.optim.Optimizer;
import schuss.optim.OptimizerStep;
import schuss.program.Layout;
import schuss.program.Variable;

/**
 * What the host and a running program tell each other: the step's random state and coefficients one way, flag and totals
 * the other.
 */
final class Control implements AutoCloseable {
    private final Memory random;
    private final Memory coefficients;
    private final Memory flag;
    private final Memory totals;
    private final ByteBuffer randomBuffer = direct(2 * Long.BYTES);
    private final ByteBuffer flagBuffer = direct(Integer.BYTES);
    private final ByteBuffer totalsBuffer;
    private final float[] coefficientValues = new float[Layout.GROUPS * OptimizerStep.GROUP_COEFFICIENTS];

    Control(Backend backend, int totalCount) {
        Memory[] all = allocateAll(
                backend,
                2L * backend.bytes(DType.I64),
                (long) coefficientValues.length * backend.bytes(DType.F32),
                backend.bytes(DType.I32),
                (long) totalCount * backend.bytes(DType.F64));
        random = all[0];
        coefficients = all[1];
        flag = all[2];
        totals = all[3];
        totalsBuffer = direct(totalCount * Double.BYTES);
    }

    /** One memory for each size, or none when there is no room for all. */
    static Memory[] allocateAll(Backend backend, long... bytes) {
        Memory[] all = new Memory[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            try {
                all[i] = backend.allocate(bytes[i]);
            } catch (RuntimeException e) {
                for (int made = 0; made < i; made++) {
                    all[made].close();
                }
                throw e;
            }
        }
        return all;
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** The memory of a variable of these kinds. */
    Memory memory(Variable.Kind kind) {
        return switch (kind) {
            case RANDOM -> random;
            case COEFFICIENTS -> coefficients;
            case FLAG -> flag;
            case TOTALS -> totals;
            default -> throw new IllegalArgumentException("control: expected a variable it holds, got " + kind);
        };
    }

    /** Prepares a step, counted from 1. */
    void begin(Optimizer optimizer, double rate, long seed, long step) {
        randomBuffer.putLong(0, seed).putLong(Long.BYTES, step);
        random.write(DType.I64, 0, randomBuffer);
        for (int group = 0; group < Layout.GROUPS; group++) {
            double decay = group == Layout.WEIGHTS ? optimizer.weightDecay() : 0;
            int at = group * OptimizerStep.GROUP_COEFFICIENTS;
            OptimizerStep.coefficients(optimizer, step, rate, optimizer.momentum(), decay, 0, 0, coefficientValues, at);
        }
        coefficients.write(0, coefficientValues, 0, coefficientValues.length);
    }

    boolean flagged() {
        flag.read(DType.I32, 0, flagBuffer);
        return flagBuffer.getInt(0) != 0;
    }

    /** Lowers the flag and empties the totals. */
    void reset() {
        flagBuffer.putInt(0, 0);
        flag.write(DType.I32, 0, flagBuffer);
        for (int i = 0; i < totalsBuffer.capacity(); i += Double.BYTES) {
            totalsBuffer.putDouble(i, 0);
        }
        totals.write(DType.F64, 0, totalsBuffer);
    }

    /** Reads the totals; {@link #total} gives them until the next call. */
    void readTotals() {
        totals.read(DType.F64, 0, totalsBuffer);
    }

    double total(int index) {
        return totalsBuffer.getDouble(index * Double.BYTES);
    }

    @Override
    public void close() {
        random.close();
        coefficients.close();
        flag.close();
        totals.close();
    }
}
