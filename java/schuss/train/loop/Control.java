package schuss.train.loop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.DType;
import schuss.Spec;
import schuss.backend.Backend;
import schuss.backend.Memory;
import schuss.metrics.Watched;
import schuss.optim.OptimizerStep;
import schuss.trace.Goal;
import schuss.trace.Groups;
import schuss.trace.Slots;
import schuss.trace.Totals;

/**
 * What the host and a running program tell each other: the step's random state and coefficients one way, flag and totals
 * the other.
 */
public final class Control implements AutoCloseable {
    private final Goal goal;
    private final int[] numbers; // of each metric
    private final Memory random;
    private final Memory coefficients;
    private final Memory flag;
    private final Memory updateWeight;
    private final Memory averageWeight;
    private final Memory totals;
    private final ByteBuffer randomBuffer = direct(2 * Long.BYTES);
    private final ByteBuffer flagBuffer = direct(Integer.BYTES);
    private final ByteBuffer totalsBuffer;
    private final double[] averageWeightValue = new double[1];
    private final double[] coefficientValues = new double[Groups.mostCoefficients()];
    private final ByteBuffer coefficientBuffer = direct(Groups.mostCoefficients() * Double.BYTES);
    private final boolean singles; // what the device computes with

    /** @param outputs of the network for one example */
    Control(Backend backend, Goal goal, List<Spec> outputs) {
        this.goal = goal;
        this.numbers = goal.numbers(outputs);
        this.singles = backend.bytes(DType.F32) == Float.BYTES;
        int totalCount = goal.totals().metrics() + Arrays.stream(numbers).sum() + numbers.length;
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
        updateWeight = all[3];
        averageWeight = all[4];
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

    /** The memory of a slot; null for one that lies elsewhere. */
    public Memory slot(String name) {
        return switch (name) {
            case Slots.RANDOM -> random;
            case Slots.COEFFICIENTS -> coefficients;
            case Slots.FLAG -> flag;
            case Slots.UPDATE_WEIGHT -> updateWeight;
            case Slots.AVERAGE_WEIGHT -> averageWeight;
            case Slots.TOTALS -> totals;
            default -> null;
        };
    }

    /** Prepares a batch, counted from 1: what is drawn in it follows from seed and number. */
    public void beginBatch(long seed, long number) {
        randomBuffer.putLong(0, seed).putLong(Long.BYTES, number);
        random.write(DType.I64, 0, randomBuffer);
    }

    /**
     * Prepares an update, counted from 1.
     *
     * @param averaged updates that a uniform average consists of after this one
     */
    public void beginUpdate(Groups groups, long step, double rate, double momentum, long averaged) {
        groups.coefficients(step, rate, momentum, coefficientValues);
        write(coefficients, coefficientValues, groups.count() * OptimizerStep.GROUP_COEFFICIENTS);
        averageWeightValue[0] = 1.0 / averaged;
        write(averageWeight, averageWeightValue, 1);
    }

    /** Rounds numbers where the device does. */
    private void write(Memory memory, double[] values, int count) {
        coefficientBuffer.clear();
        for (int i = 0; i < count; i++) {
            if (singles) {
                coefficientBuffer.putFloat((float) values[i]);
            } else {
                coefficientBuffer.putDouble(values[i]);
            }
        }
        memory.write(singles ? DType.F32 : DType.F64, 0, coefficientBuffer.flip());
    }

    boolean flagged() {
        flag.read(DType.I32, 0, flagBuffer);
        return flagBuffer.getInt(0) != 0;
    }

    /** Lowers the flag. */
    void lower() {
        flagBuffer.putInt(0, 0);
        flag.write(DType.I32, 0, flagBuffer);
    }

    /** Lowers the flag and empties the totals. */
    public void reset() {
        lower();
        for (int i = 0; i < totalsBuffer.capacity(); i += Double.BYTES) {
            totalsBuffer.putDouble(i, 0);
        }
        totals.write(DType.F64, 0, totalsBuffer);
    }

    /** Reads the totals; {@link #total} gives them until the next call. */
    public void readTotals() {
        totals.read(DType.F64, 0, totalsBuffer);
    }

    /** How many totals there are. */
    public int totals() {
        return totalsBuffer.capacity() / Double.BYTES;
    }

    double total(int index) {
        return totalsBuffer.getDouble(index * Double.BYTES);
    }

    /** How many examples the totals read last are of. */
    double examples() {
        return total(Totals.EXAMPLES);
    }

    /** The mean loss of the totals read last: of several losses the sum, each times its weight. */
    public double meanLoss() {
        double sum = 0;
        for (int i = 0; i < goal.objectives().size(); i++) {
            sum += goal.objectives().get(i).weight() * meanLoss(i);
        }
        return sum;
    }

    /** The sum of the losses of the totals read last, which divided by {@link #lossWeight} is their mean. */
    double lossSum() {
        return goal.objectives().size() == 1 ? total(goal.totals().loss(0)) : meanLoss() * examples();
    }

    /** What {@link #lossSum} is divided by. */
    double lossWeight() {
        return goal.objectives().size() == 1 ? total(goal.totals().weight(0)) : examples();
    }

    private double meanLoss(int objective) {
        double weight = total(goal.totals().weight(objective));
        return total(goal.totals().loss(objective)) / weight; // NaN where nothing was counted
    }

    /** Mean loss and metrics of the totals read last, by name. */
    Map<String, Double> means() {
        Map<String, Double> means = new LinkedHashMap<>();
        means.put("loss", meanLoss());
        int at = goal.totals().metrics();
        for (int metric = 0; metric < numbers.length; metric++) {
            Watched watched = goal.metrics().get(metric);
            double[] ofMetric = new double[numbers[metric]];
            double counted = total(at + ofMetric.length);
            for (int i = 0; i < ofMetric.length; i++) {
                ofMetric[i] = total(at++) / counted; // NaN where nothing was counted
            }
            at++;
            means.put(watched.name(), watched.metric().result(ofMetric));
        }
        return means;
    }

    @Override
    public void close() {
        random.close();
        coefficients.close();
        flag.close();
        updateWeight.close();
        averageWeight.close();
        totals.close();
    }
}
