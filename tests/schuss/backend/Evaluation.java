package schuss.backend;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import schuss.DType;
import schuss.Device;
import schuss.backend.kernels.ElementCodec;
import schuss.backend.runtime.Arena;
import schuss.backend.runtime.Executable;
import schuss.internal.Inside;
import schuss.ir.Program;
import schuss.ops.Type;
import schuss.ops.Value;

/** Runs any program once: numbers by name in, numbers by name out, whatever their types. */
public final class Evaluation {
    private Evaluation() {}

    /**
     * The outputs of a program.
     *
     * @param numbers of every input, and of every slot as a whole
     */
    public static Map<String, double[]> of(Program program, Device device, Map<String, double[]> numbers) {
        Backend backend = Inside.of(device, Backend.class);
        Map<String, Memory> memories = new HashMap<>();
        program.inputs()
                .forEach((name, value) -> memories.put(name, memory(backend, value.dtype(), numbers.get(name))));
        program.slots().forEach((name, slot) -> memories.put(name, memory(backend, slot.dtype(), numbers.get(name))));
        Storage storage = new Storage() {
            @Override
            public Memory input(String name, Type type) {
                return memories.get(name);
            }

            @Override
            public Memory slot(String name) {
                return memories.get(name);
            }
        };
        try (Arena arena = new Arena(backend)) {
            return device.call(() -> {
                try (Executable executable = new Executable(program, backend, device.threads(), arena, storage)) {
                    executable.whole().run();
                    Map<String, double[]> results = new TreeMap<>();
                    program.outputs().forEach((name, value) -> results.put(name, read(executable, backend, value)));
                    return results;
                }
            });
        } finally {
            memories.values().forEach(Memory::close);
        }
    }

    private static DType stored(Backend backend, DType type) {
        return backend.bytes(type) == type.bytes() ? type : DType.F64; // the reference keeps doubles
    }

    private static Memory memory(Backend backend, DType type, double... numbers) {
        DType stored = stored(backend, type);
        ByteBuffer bytes = buffer(stored, numbers.length);
        ElementCodec.write(stored, numbers, bytes);
        Memory memory = backend.allocate((long) numbers.length * backend.bytes(type));
        memory.write(stored, 0, bytes);
        return memory;
    }

    private static double[] read(Executable executable, Backend backend, Value value) {
        DType stored = stored(backend, value.dtype());
        double[] numbers = new double[Math.toIntExact(value.shape().size())];
        ByteBuffer bytes = buffer(stored, numbers.length);
        executable.read(value, stored, bytes);
        ElementCodec.read(stored, bytes, numbers);
        return numbers;
    }

    private static ByteBuffer buffer(DType type, int elements) {
        return ByteBuffer.allocateDirect(elements * type.bytes()).order(ByteOrder.nativeOrder());
    }
}
