package schuss.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.CudaOptions;
import schuss.Device;

/** As {@link PackTest}, on a GPU. */
@Tag("cuda")
class CudaPackTest {
    @Test
    void packedWeightsChangeNothing() {
        Machine machine = new Machine(Device.cuda(CudaOptions.DEFAULT));
        int packed = PackTest.checkAll(machine);
        machine.device().close();
        assertTrue(packed > 20, "packed: " + packed);
    }
}
