package schuss.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.DType;
import schuss.backend.Backend;
import schuss.backend.Memory;
import schuss.metrics.Metric;
import schuss.optim.OptimizerStep;
import schuss.program.Groups;
import schuss.program.Trace;
import schuss.program.Variable;

/**
 * What the host and a running program tell each other: the step's random state and coefficients one way, flag and totals
 * the other.
 */
final class Control implements AutoCloseable {
    private final Memory random;
    private final Memory coefficients;
    private final Memory flag;
    private final Memory[] scalars = new Memory[Variable.SCALARS];
    private final Memory totals;
    private final ByteBuffer randomBuffer = direct(2 * Long.BYTES);
    private final ByteBuffer flagBuffer = direct(Integer.BYTES);
    private final ByteBuffer totalsBuffer;
    private final float[] averageWeight = new float[1];
    private final float[] coefficientValues = new float[Groups.mostCoefficients()];

    Control(Backend backend, int totalCount) {
        Memory[] all = allocateAll(
                backend,
                2L * backend.bytes(DType.I64),
                (long) coefficientValues.length * backend.bytes(DType.F32),
                backend.bytes(DType.I32),
                backend.bytes(DType.F32),
                backend.bytes(DType.F32),
                (long) totalCount * backend.bytes(DType.F64));
        random = all[0];
        coefficients = all[1];
        flag = all[2];
        scalars[Variable.WEIGHT] = all[3];
        scalars[Variable.AVERAGE_WEIGHT] = all[4];
        totals = all[5];
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
    Memory memory(Variable variable) {
        return switch (variable.kind()) {
            case RANDOM -> random;
            case COEFFICIENTS -> coefficients;
            case FLAG -> flag;
            case SCALAR -> scalars[variable.index()];
            case TOTALS -> totals;
            default -> throw new IllegalArgumentException("control: expected a variable it holds, got " + variable);
        };
    }

    /** Prepares a batch, counted from 1: what is drawn in it follows from seed and number. */
    void beginBatch(long seed, long number) {
        randomBuffer.putLong(0, seed).putLong(Long.BYTES, number);
        random.write(DType.I64, 0, randomBuffer);
    }

    /**
     * Prepares an update, counted from 1.
     *
     * @param averaged updates that a uniform average consists of after this one
     */
    void beginUpdate(Groups groups, long step, double rate, double momentum, long averaged) {
        groups.coefficients(step, rate, momentum, coefficientValues);
        coefficients.write(0, coefficientValues, 0, groups.count() * OptimizerStep.GROUP_COEFFICIENTS);
        averageWeight[0] = (float) (1.0 / averaged);
        scalars[Variable.AVERAGE_WEIGHT].write(0, averageWeight, 0, 1);
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

    /** The mean loss of the totals read last. */
    double meanLoss() {
        double weight = total(Trace.TOTAL_WEIGHT);
        return weight == 0 ? 0 : total(Trace.TOTAL_LOSS) / weight;
    }

    /** Mean loss and metrics of the totals read last, by name. */
    Map<String, Double> means(List<Metric> metrics) {
        Map<String, Double> means = new LinkedHashMap<>();
        means.put("loss", meanLoss());
        double examples = total(Trace.TOTAL_EXAMPLES);
        int at = Trace.TOTAL_METRICS;
        for (Metric metric : metrics) {
            double[] numbers = new double[metric.numbers()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = total(at++) / examples;
            }
            means.put(metric.name(), metric.result(numbers));
        }
        return means;
    }

    @Override
    public void close() {
        random.close();
        coefficients.close();
        flag.close();
        for (Memory one : scalars) {
            one.close();
        }
        totals.close();
    }
}
