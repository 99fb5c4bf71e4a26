package schuss.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.Device;
import schuss.Shape;
import schuss.Spec;
import schuss.backend.Backend;
import schuss.backend.Computation;
import schuss.cli.CommandRun;
import schuss.internal.Inside;
import schuss.ir.Step;
import schuss.layers.Dense;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.OutputActivation;
import schuss.train.diagnosis.Profile;

/** The table of a profile. */
public class ProfileTableTest {
    private static final Ceilings CEILINGS = new Ceilings(100, 10);

    /** Two products with bias, of which one has a ReLU, that took 100 and 300 microseconds. */
    private static Profile profile() {
        try (Device device = Device.cpu(1)) {
            List<Step> steps = Computation.inference(
                            Sequential.of(new Dense(50), new Relu(), new Dense(20)),
                            new Spec("x", DType.F32, Shape.of(128, 100)),
                            OutputActivation.OUTPUT)
                    .compiled(Inside.of(device, Backend.class).abilities(1))
                    .steps();
            assertEquals(2, steps.size());
            return new Profile(
                    List.of(new Profile.Timed(steps.get(0), 100, 7), new Profile.Timed(steps.get(1), 300, 8)),
                    500,
                    20,
                    11);
        }
    }

    /** (2 * 128 * 100 * 50 + 2 * 128 * 50) / 100 us; 4 * (128 * 100 + 100 * 50 + 50 + 128 * 50) / 100 us; and so on. */
    @Test
    void theLongestStepComesFirst() {
        List<String> lines = new ProfileTable(profile(), CEILINGS, false).lines(0.000512);
        assertEquals(
                List.of(
                        "share  step     us  GFLOP/s  GB/s  ceiling  op                     path     shapes",
                        "75.0%     2  300.0      0.9   0.1       1%  MatMul + bias          2.dense  128x50, 50x20, 20 -> 128x20",
                        "25.0%     1  100.0     12.9   1.0      13%  MatMul + bias relu(a)  1.relu   128x100, 100x50, 50 -> 128x50",
                        "by kind: 100.0% MatMul (2)",
                        "total: 400.0 us of 2 steps, 80.0% of the 500.0 us that the whole takes when its steps are not"
                                + " timed; means of the middle half of 11 runs; a step of the row took 512.0 us",
                        "ceilings: 100 GFLOP/s, 10 GB/s"),
                lines);
    }

    @Test
    void theHostHasTimesOfItsOwnBesideAGpu() {
        List<String> lines = new ProfileTable(profile(), CEILINGS, true).lines(1);
        assertTrue(lines.get(0).contains("    us  host us  GFLOP/s"), lines.get(0));
        assertTrue(lines.get(1).startsWith("75.0%     2  300.0      8.0  "), lines.get(1));
        assertTrue(lines.get(4).contains("; the host asks for the whole in 20.0 us; "), lines.get(4));
    }

    /** A table after each row; its shares come to all and its sum to about the whole. */
    @Test
    void benchPrintsIt() {
        CommandRun run = CommandRun.of(
                "bench", "W1", "W5", "--profile", "--seconds", "0.02", "--threads", "1", "--batch-size", "32");
        assertEquals(0, run.code(), run.err());
        List<String> rows =
                run.outLines().stream().filter(line -> !line.startsWith("#")).toList();
        assertEquals(2, rows.size(), run.out());
        assertTrue(rows.get(0).startsWith("schuss W1 1 ") && rows.get(1).startsWith("schuss W5 1 "), run.out());
        int w5 = run.outLines().indexOf(rows.get(1));
        assertTable(run.outLines().subList(1, w5));
        assertTable(run.outLines().subList(w5 + 1, run.outLines().size()));
    }

    public static void assertTable(List<String> lines) {
        String all = String.join("\n", lines);
        assertTrue(lines.stream().allMatch(line -> line.startsWith("# ")), all);
        assertTrue(lines.get(0).matches("# +share +step +us .* shapes"), all);
        double shares = lines.stream()
                .map(Pattern.compile("# +(\\d+\\.\\d)% +\\d+ .*->.*")::matcher)
                .filter(Matcher::matches)
                .mapToDouble(m -> Double.parseDouble(m.group(1)))
                .sum();
        assertEquals(100, shares, 0.05 * lines.size(), all);
        Matcher total =
                Pattern.compile("# total: .* steps, (\\d+\\.\\d)% of the .*").matcher(lines.get(lines.size() - 2));
        assertTrue(total.matches(), all);
        assertEquals(100, Double.parseDouble(total.group(1)), 50, all); // the machine may do other things besides
        assertTrue(lines.get(lines.size() - 1).matches("# ceilings: \\d+ GFLOP/s, \\d+ GB/s"), all);
    }
}
