package schuss.conformance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import schuss.CudaOptions;
import schuss.DType;
import schuss.Device;
import schuss.backend.Addresses;
import schuss.backend.Backend;
import schuss.backend.Kernel;
import schuss.backend.Memory;
import schuss.backend.Prepared;
import schuss.backend.kernels.BFloat16;
import schuss.internal.Inside;
import schuss.ir.Step;
import schuss.ops.Reshape;
import schuss.ops.Type;
import schuss.ops.Value;

/** Runs single steps on a device, each value in memory of its own between guard zones. */
final class Machine {
    private static final int ZONE = 64; // elements before and after each value
    private static final double CANARY = 12345;

    private final Device device;
    private final Backend backend;
    private final boolean reference;

    Machine(Device device) {
        this.device = device;
        this.backend = Inside.of(device, Backend.class);
        this.reference = backend.name().equals("reference");
    }

    /** A GPU that is opened with a system property of the CUDA backend set. */
    static Machine gpu(String property, String value) {
        System.setProperty(property, value);
        try {
            return new Machine(Device.cuda(CudaOptions.DEFAULT));
        } finally {
            System.clearProperty(property);
        }
    }

    Device device() {
        return device;
    }

    /** The outputs of a step, then the inputs that it changes. */
    double[][] run(Step step, double[][] inputs) {
        return run(step, inputs, -1);
    }

    /** Inputs that the output may overwrite, by what the kernel says. */
    List<Integer> overwrites(Step step) {
        if (step.op() instanceof Reshape) {
            return List.of();
        }
        return device.call(() -> {
            Prepared prepared = backend.prepare(step, device.threads());
            List<Integer> overwrites = prepared.needs().overwrites();
            prepared.close();
            return overwrites;
        });
    }

    /** {@link #run(Step, double[][])} with the first output in the memory of one input; -1 for none. */
    double[][] run(Step step, double[][] inputs, int inPlace) {
        if (step.op() instanceof Reshape) {
            return new double[][] {inputs[0].clone()}; // a view: no backend computes it
        }
        return device.call(() -> {
            Prepared prepared = backend.prepare(step, device.threads());
            Place[] in = new Place[inputs.length];
            Place[] out = new Place[step.outputs().size()];
            try (Memory scratch = backend.allocate(Math.max(prepared.needs().scratchBytes(), 8))) {
                for (int i = 0; i < in.length; i++) {
                    in[i] = new Place(step.inputTypes().get(i));
                    in[i].write(inputs[i]);
                }
                for (int i = 0; i < out.length; i++) {
                    out[i] = i == 0 && inPlace >= 0
                            ? in[inPlace]
                            : new Place(step.outputTypes().get(i));
                }
                Kernel kernel = prepared.bind(new Addresses() {
                    @Override
                    public long input(int index) {
                        return in[index].address();
                    }

                    @Override
                    public long output(int index) {
                        return out[index].address();
                    }

                    @Override
                    public long scratch() {
                        return scratch.address();
                    }
                });
                if (backend.name().equals("cuda") && !kernel.recordable()) {
                    throw new AssertionError(step + ": keeps programs from being launched as a graph");
                }
                kernel.run();
                kernel.close();
                List<double[]> results = new ArrayList<>();
                for (Place place : out) {
                    results.add(place.read(step));
                }
                for (int i = 0; i < in.length; i++) {
                    double[] after = in[i].read(step);
                    if (step.op().mutates().contains(i)) {
                        results.add(after);
                    } else if (i != inPlace && !Arrays.equals(after, inputs[i])) {
                        throw new AssertionError(step + ": changed its input " + i);
                    }
                }
                return results.toArray(double[][]::new);
            } finally {
                for (Place place : in) {
                    place.memory.close();
                }
                for (Place place : out) {
                    place.memory.close();
                }
                prepared.close();
            }
        });
    }

    /** Runs several steps in order from these values on; returns all values, changed ones as they are at the end. */
    Map<Value, double[]> run(List<Step> steps, Map<Value, double[]> from) {
        Map<Value, double[]> values = new HashMap<>(from);
        for (Step step : steps) {
            double[][] inputs = step.inputs().stream().map(values::get).toArray(double[][]::new);
            double[][] results = run(step, inputs);
            for (int i = 0; i < step.outputs().size(); i++) {
                values.put(step.outputs().get(i), results[i]);
            }
        }
        return values;
    }

    /** One value's memory, with a zone before and after it that must stay as it is. */
    private final class Place {
        private final DType dtype;
        private final int count;
        private final Memory memory;

        Place(Type type) {
            dtype = type.dtype();
            count = Math.toIntExact(type.shape().size());
            memory = backend.allocate((long) (count + 2 * ZONE) * backend.bytes(dtype));
            double[] canaries = new double[count + 2 * ZONE];
            Arrays.fill(canaries, canary());
            put(0, canaries);
        }

        private double canary() {
            return dtype == DType.U8 || dtype == DType.BOOL || dtype == DType.BF16 ? 57 : CANARY;
        }

        long address() {
            return memory.address() + (long) ZONE * backend.bytes(dtype);
        }

        void write(double[] values) {
            put(ZONE, values);
        }

        double[] read(Step step) {
            double[] all = get();
            for (int i = 0; i < ZONE; i++) {
                if (all[i] != canary() || all[ZONE + count + i] != canary()) {
                    throw new AssertionError(step + ": wrote outside of its memory");
                }
            }
            return Arrays.copyOfRange(all, ZONE, ZONE + count);
        }

        private DType stored() {
            return reference ? DType.F64 : dtype; // the reference keeps all in double
        }

        private void put(int index, double[] values) {
            DType type = stored();
            ByteBuffer bytes = buffer(values.length, type);
            for (double value : values) {
                switch (type) {
                    case F32 -> bytes.putFloat((float) value);
                    case F64 -> bytes.putDouble(value);
                    case I32 -> bytes.putInt((int) value);
                    case I64 -> bytes.putLong((long) value);
                    case U8, BOOL -> bytes.put((byte) value);
                    case BF16 -> bytes.putShort(BFloat16.bits((float) value));
                }
            }
            memory.write(type, index, bytes.flip());
        }

        private double[] get() {
            DType type = stored();
            double[] values = new double[count + 2 * ZONE];
            ByteBuffer bytes = buffer(values.length, type);
            memory.read(type, 0, bytes);
            for (int i = 0; i < values.length; i++) {
                values[i] = switch (type) {
                    case F32 -> bytes.getFloat();
                    case F64 -> bytes.getDouble();
                    case I32 -> bytes.getInt();
                    case I64 -> bytes.getLong();
                    case U8, BOOL -> bytes.get() & 0xff;
                    case BF16 -> BFloat16.value(bytes.getShort());
                };
            }
            return values;
        }

        private ByteBuffer buffer(int elements, DType type) {
            return ByteBuffer.allocateDirect(elements * type.bytes()).order(ByteOrder.nativeOrder());
        }
    }
}
