package schuss.backend.cuda;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bytedeco.cuda.global.cudnn;
import schuss.backend.cuda.convolution.ConvolutionGraph;
import schuss.backend.cuda.convolution.Engine;
import schuss.backend.cuda.convolution.EnginePlan;
import schuss.backend.cuda.convolution.PlanTarget;
import schuss.backend.cuda.product.CublasLt;
import schuss.backend.cuda.product.LtProduct;
import schuss.backend.cuda.runtime.CudaException;
import schuss.backend.cuda.runtime.Modules;
import schuss.backend.cuda.runtime.Nvrtc;
import schuss.backend.kernels.ConvolutionTask;

/**
 * What CUDA's real libraries say on a machine without a GPU about kernels, convolutions and matrix products. A library may
 * end the process, so the checks run in another: as many as it survives, then a new one goes on after the last.
 */
final class Deviceless {
    private static final int CHIP = 90; // compute capability of an H200
    private static final Path PROPERTIES = Path.of("tests/deviceless/h200.json");
    private static final Path KERNELS = Path.of("native/cuda");
    private static final String CHECK = "check";
    private static final String GOOD = "good";

    private Deviceless() {}

    /** Something to check: says what it found, or throws. */
    private record Check(String kind, String what, Body body) {
        @FunctionalInterface
        interface Body {
            String run();
        }
    }

    /** What came of a check. */
    private record Outcome(boolean good, String text) {}

    /** With the file for what the libraries write; or with the word "check" and the number of the first check to run. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<Check> checks = checks();
        if (arguments[0].equals(CHECK)) {
            runFrom(checks, Integer.parseInt(arguments[1]));
            return;
        }
        List<Outcome> outcomes = new ArrayList<>();
        while (outcomes.size() < checks.size()) {
            int status = runInChild(new File(arguments[0]), outcomes);
            if (outcomes.size() < checks.size()) {
                outcomes.add(new Outcome(false, "ended the process with status " + status));
            }
        }
        System.exit(report(checks, outcomes) ? 0 : 1);
    }

    private static List<Check> checks() throws IOException {
        List<Check> checks = new ArrayList<>();
        try (Stream<Path> files = Files.list(KERNELS)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".cu"))
                    .sorted()
                    .forEach(name -> checks.add(new Check("kernels", name, () -> compile(name))));
        }
        ZooProducts zoo = new ZooProducts();
        for (LtProduct product : zoo.products) {
            checks.add(new Check("product", product.toString(), () -> describe(product)));
        }
        for (ConvolutionTask task : zoo.convolutions) {
            checks.add(new Check("convolution", task.describe(), () -> plan(task)));
        }
        return checks;
    }

    private static void runFrom(List<Check> checks, int first) {
        for (Check check : checks.subList(first, checks.size())) {
            Outcome outcome;
            try {
                outcome = new Outcome(true, check.body.run());
            } catch (RuntimeException | LinkageError e) {
                outcome = new Outcome(false, String.valueOf(e.getMessage()).replace('\n', ' '));
            }
            System.out.println((outcome.good ? GOOD : "bad") + "\t" + outcome.text);
        }
    }

    /** Adds the outcomes of checks from the first without one, as far as a process gets; returns its status. */
    private static int runInChild(File log, List<Outcome> outcomes) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Deviceless.class.getName(),
                        CHECK,
                        Integer.toString(outcomes.size()))
                .redirectError(ProcessBuilder.Redirect.appendTo(log))
                .start();
        try (BufferedReader lines = child.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split("\t", 2);
                if (words.length == 2) { // a library may print too
                    outcomes.add(new Outcome(words[0].equals(GOOD), words[1]));
                }
            }
        }
        return child.waitFor();
    }

    private static boolean report(List<Check> checks, List<Outcome> outcomes) {
        int failures = 0;
        for (int i = 0; i < checks.size(); i++) {
            Outcome outcome = outcomes.get(i);
            failures += outcome.good ? 0 : 1;
            System.out.printf(
                    "%-6s %-11s %s: %s%n",
                    outcome.good ? "ok" : "FAILED", checks.get(i).kind, checks.get(i).what, outcome.text);
        }
        System.out.println(checks.size() + " checks, " + failures + " failed");
        return failures == 0;
    }

    private static String compile(String name) {
        String source = new String(Modules.resource("source/" + name), StandardCharsets.UTF_8);
        return Nvrtc.machineCode(name, source, CHIP).length + " bytes";
    }

    /** A device is needed to ask for an algorithm; what would be asked can be put together without. */
    private static String describe(LtProduct product) {
        product.description(1 << 20);
        product.a();
        product.b();
        product.y();
        CublasLt.preference(product, 32L << 20, true);
        return "accepted";
    }

    private static String plan(ConvolutionTask task) {
        try (PlanTarget target = new DescribedGpu(Files.readString(PROPERTIES));
                ConvolutionGraph graph = new ConvolutionGraph(task, target)) {
            List<Engine.Proposed> proposals = graph.proposals(cudnn.CUDNN_HEUR_MODE_A);
            Set<Long> engines = new TreeSet<>();
            long planned = 0;
            long workspace = 0;
            for (Engine.Proposed proposed : proposals) {
                if (proposed.fits(task.pass(), false)) {
                    try (EnginePlan plan = graph.plan(proposed.engine())) {
                        planned++;
                        engines.add(proposed.engine().number());
                        workspace = Math.max(workspace, plan.workspaceBytes());
                    }
                }
            }
            if (planned == 0) {
                throw new CudaException(
                        "expected an engine for singles, got none of " + proposals.size() + " proposals");
            }
            return planned + " plans of " + proposals.size() + " proposals, engines " + engines + ", at most "
                    + (workspace >> 10) + " KiB of workspace";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
