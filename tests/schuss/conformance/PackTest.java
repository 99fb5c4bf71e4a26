package schuss.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.CpuOptions;
import schuss.Device;
import schuss.backend.Backend;
import schuss.internal.Inside;
import schuss.ir.Step;
import schuss.ops.Pack;
import schuss.ops.Packed;
import schuss.ops.Value;

/** A step that reads weights in the form its kernel asks for comes to the same bits as one that reads them as they are. */
@Tag("conformance")
class PackTest {
    @Test
    void packedWeightsChangeNothing() {
        for (int threads : new int[] {1, 2}) {
            Machine machine = new Machine(Device.cpu(threads, CpuOptions.Provider.BEST));
            int packed = checkAll(machine);
            machine.device().close();
            assertTrue(packed > 20, "packed: " + packed);
        }
    }

    /** All cases of which a machine wants an input packed; returns how many. */
    static int checkAll(Machine machine) {
        int packed = 0;
        for (OpCase c : OpCases.all()) {
            for (int input = 0; input < c.inputs().size(); input++) {
                Device device = machine.device();
                Optional<Pack> pack = Inside.of(device, Backend.class)
                        .abilities(device.threads())
                        .packs(c.step(), input);
                if (pack.isPresent()) {
                    check(machine, c, pack.get());
                    packed++;
                }
            }
        }
        return packed;
    }

    private static void check(Machine machine, OpCase c, Pack pack) {
        Steps steps = new Steps();
        Value[] x = steps.inputs(c.inputs());
        double[][] values = c.values();
        Map<Value, double[]> known = new HashMap<>();
        for (int i = 0; i < x.length; i++) {
            known.put(x[i], values[i]);
        }
        List<Value> operands = new ArrayList<>(List.of(x));
        operands.set(pack.input(), steps.apply(pack, List.of(x[pack.input()])).get(0));
        Value y = steps.apply(new Packed(c.op(), pack.input(), x[pack.input()].type()), operands)
                .get(0);
        for (Step step : steps.steps()) {
            known.putAll(machine.run(List.of(step), known));
        }
        assertArrayEquals(machine.run(c.step(), values)[0], known.get(y), c.toString());
    }
}
