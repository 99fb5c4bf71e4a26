package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import schuss.ChildJvm;

/** Results that nobody gets are no success. */
@EnabledOnOs(OS.LINUX)
class StandardOutputTest {
    @Test
    void aFullDiskIsTold() throws Exception {
        Process process = ChildJvm.of(List.of(), Main.class, "--help")
                .redirectErrorStream(false)
                .redirectOutput(new File("/dev/full"))
                .start();
        String told = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        assertEquals(
                "schuss: standard output: expected to write to it, got a full disk or a reader that has gone",
                told.strip());
        assertEquals(2, process.exitValue());
    }
}
