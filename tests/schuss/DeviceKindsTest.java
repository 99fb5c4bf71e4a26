package schuss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import schuss.backend.BackendProvider;

/** Kinds of devices, found on the class path. */
class DeviceKindsTest {
    @Test
    void allKindsAreFoundThoseOfOthersToo() {
        List<String> names = Device.kinds().stream().map(BackendProvider::name).toList();
        assertEquals(List.of("cuda", "cpu"), names.subList(0, 2)); // in the order in which best() asks
        assertTrue(names.containsAll(List.of("reference", "own")), names.toString());
        BackendProvider cpu = Device.kinds().get(1);
        assertTrue(cpu.isAvailable(), cpu.unavailabilityCause().toString());
    }

    @Test
    void aKindOfOnesOwnOpensByNameWithItsSettings() {
        assertEquals(
                "own: unavailable: it wants a password",
                assertThrows(IllegalStateException.class, () -> Device.open("own"))
                        .getMessage());
        try (Device device = Device.open("own", "please")) {
            assertEquals(3, device.threads());
        }
    }

    @Test
    void whatDoesNotFitIsNamed() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Device.open("tpu"))
                .getMessage()
                .matches("device: expected one of \\[.*cpu.*], got \"tpu\""));
        assertEquals(
                "device cpu: expected settings of type CpuOptions, got 3",
                assertThrows(IllegalArgumentException.class, () -> Device.open("cpu", 3))
                        .getMessage());
        assertThrows(
                IllegalArgumentException.class, () -> Device.open("cpu", new CpuOptions(-1, CpuOptions.Provider.BEST)));
    }
}
