package schuss.cli.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import schuss.Device;
import schuss.Model;
import schuss.Philox;
import schuss.backend.cpu.CpuBackend;
import schuss.cli.Main;
import schuss.cli.options.BadInput;
import schuss.cli.options.Convert;
import schuss.cli.options.DeviceOptions;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.train.Callback;
import schuss.train.Progress;
import schuss.train.Trainer;
import schuss.train.diagnosis.Profile;

/** Times training and inference on synthetic data; a row a workload. */
@Command(
        name = "bench",
        sortOptions = false,
        showDefaultValues = true,
        description = "Times training (W1 to W4) and inference (W5) on synthetic data.")
public final class BenchCommand implements Callable<Integer> {
    private static final int WINDOWS = 5;
    private static final int WARM_UP_WINDOWS = 2;
    private static final double PEAK_SECONDS = 0.1;
    private static final int INFERENCE_BATCH = 256;
    private static final int MOST_LATENCIES = 1 << 20;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "WORKLOAD",
            converter = WorkloadName.class,
            description = "W1, W2, W3, W4 (training) or W5 (inference).")
    private List<Workload> workloads;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "1.5",
            converter = Convert.Positive.class,
            description = "Length of each of five windows.")
    private double seconds;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "128",
            converter = Convert.Count.class,
            description = "Examples per training step.")
    private int batchSize;

    @Option(
            names = "--profile",
            description = "After each row, a table of the steps that it is made of and how long each takes.")
    private boolean profile;

    @Mixin
    private DeviceOptions where;

    private boolean firstTrainingRow = true;

    private static final class WorkloadName extends Convert.Name<Workload> {
        WorkloadName() {
            super(Workload.class);
        }

        @Override
        protected String name(Workload workload) {
            return workload.name();
        }
    }

    @Override
    public Integer call() {
        for (Workload workload : workloads) {
            int most = SyntheticData.largestBatch(workload);
            if (batchSize > most) {
                throw new BadInput(
                        "--batch-size: expected at most " + most + " for " + workload + ", got " + batchSize);
            }
        }
        try (Device device = where.open()) {
            String name = Main.NAME + where.suffix(device);
            for (Workload workload : workloads) {
                // drawn while the model is made: the time to the first step counts
                CompletableFuture<SyntheticData> data =
                        CompletableFuture.supplyAsync(() -> new SyntheticData(workload, batchSize));
                try (Model model = Model.create(workload.net(), workload.input(), device, 42)) {
                    Result result =
                            workload.isTraining() ? train(model, workload, data.join()) : predict(model, workload);
                    row(name, workload, result);
                    if (profile) {
                        profile(model, workload, data.join(), result);
                    }
                }
            }
        }
        return 0;
    }

    /** What a row says after the workload's name. */
    private record Result(Device device, double samplesPerSecond, String details) {}

    private void row(String name, Workload workload, Result result) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%s %s %d %.0f # %s rss_mb=%d%n",
                name,
                workload,
                result.device.threads(),
                result.samplesPerSecond,
                result.details,
                peakResidentMegabytes());
        out.flush();
    }

    private void profile(Model model, Workload workload, SyntheticData data, Result result) {
        Profile steps = workload.isTraining()
                ? Profile.training(trainer(model, workload), data, seconds)
                : Profile.prediction(
                        model, new SyntheticData(workload, INFERENCE_BATCH).take(INFERENCE_BATCH), seconds);
        int examples = workload.isTraining() ? batchSize : INFERENCE_BATCH;
        PrintWriter out = spec.commandLine().getOut();
        new ProfileTable(steps, Ceilings.of(model.device()), DeviceOptions.isGpu(model.device()))
                .lines(examples / result.samplesPerSecond)
                .forEach(line -> out.println("# " + line));
        out.flush();
    }

    // ---- training ----

    private Trainer trainer(Model model, Workload workload) {
        return Trainer.of(model, new SoftmaxCrossEntropy(), workload.optimizer())
                .withBatchSize(batchSize)
                .withEpochs(Integer.MAX_VALUE);
    }

    private Result train(Model model, Workload workload, SyntheticData data) {
        Trainer trainer = trainer(model, workload);
        TrainingWindows windows = new TrainingWindows(model.device(), trainer);
        trainer.withCallback(windows).fit(data);
        double rate = median(windows.rates);
        String first = firstTrainingRow ? "first_step_ms=" + windows.firstStep.toMillis() + " " : "";
        firstTrainingRow = false;
        return new Result(
                model.device(), rate, first + operations(rate * workload.operations(batchSize), windows.peaks));
    }

    /** Cuts a training run into windows; after each the machine's peak is measured, in the same minute. */
    private final class TrainingWindows implements Callback {
        private final Device device;
        private final Trainer trainer;
        private final List<Double> rates = new ArrayList<>();
        private final List<Double> peaks = new ArrayList<>();
        private Duration firstStep;
        private int windows;
        private long examplesBefore; // of earlier epochs
        private long windowExamples;
        private long windowBegan = System.nanoTime();

        TrainingWindows(Device device, Trainer trainer) {
            this.device = device;
            this.trainer = trainer;
        }

        @Override
        public void onProgress(Progress progress) {
            if (firstStep == null) {
                firstStep = Duration.between(processStart(), Instant.now());
            }
            long examples = examplesBefore + progress.examples();
            double elapsed = (System.nanoTime() - windowBegan) / 1e9;
            if (elapsed >= seconds) {
                if (++windows > WARM_UP_WINDOWS) {
                    rates.add((examples - windowExamples) / elapsed);
                    peak(device).ifPresent(peaks::add);
                }
                if (rates.size() == WINDOWS) {
                    trainer.stop();
                }
                windowExamples = examples;
                windowBegan = System.nanoTime();
            }
            if (progress.examples() == progress.ofExamples()) {
                examplesBefore += progress.ofExamples();
            }
        }
    }

    // ---- inference ----

    private Result predict(Model model, Workload workload) {
        int inputs = Math.toIntExact(workload.input().size());
        float[] one = uniform(inputs);
        float[] many = uniform(INFERENCE_BATCH * inputs);
        float[] scores = new float[Workload.CLASSES];
        float[] manyScores = new float[INFERENCE_BATCH * Workload.CLASSES];
        long[] nanos = new long[MOST_LATENCIES];
        int calls = 0;
        repeat(WARM_UP_WINDOWS * seconds, () -> model.predict(one, scores));
        for (long began = System.nanoTime();
                System.nanoTime() - began < WINDOWS * seconds * 1e9 && calls < nanos.length;
                calls++) {
            long start = System.nanoTime();
            model.predict(one, scores);
            nanos[calls] = System.nanoTime() - start;
        }
        Arrays.sort(nanos, 0, calls);
        repeat(WARM_UP_WINDOWS * seconds, () -> model.predict(many, manyScores));
        List<Double> rates = new ArrayList<>();
        List<Double> peaks = new ArrayList<>();
        Device device = model.device();
        for (int i = 0; i < WINDOWS; i++) {
            rates.add(INFERENCE_BATCH * repeat(seconds, () -> model.predict(many, manyScores)));
            peak(device).ifPresent(peaks::add);
        }
        double rate = median(rates);
        return new Result(
                device,
                rate,
                String.format(
                        Locale.ROOT,
                        "p50_us=%.1f p99_us=%.1f %s",
                        nanos[calls / 2] / 1e3,
                        nanos[(int) (calls * 0.99)] / 1e3,
                        operations(rate * workload.operations(INFERENCE_BATCH), peaks)));
    }

    /** Of the processor, which is measured: a GPU has other peaks. */
    private static Optional<Double> peak(Device device) {
        return DeviceOptions.isGpu(device)
                ? Optional.empty()
                : Optional.of(device.call(() -> CpuBackend.peakGflops(device.threads(), PEAK_SECONDS)));
    }

    private static String operations(double perSecond, List<Double> peaks) {
        return String.format(Locale.ROOT, "gflops=%.0f", perSecond / 1e9)
                + (peaks.isEmpty() ? "" : String.format(Locale.ROOT, " peak_gflops=%.0f", median(peaks)));
    }

    /** Calls per second over a while. */
    private static double repeat(double seconds, Runnable call) {
        long began = System.nanoTime();
        int calls = 0;
        while (System.nanoTime() - began < seconds * 1e9) {
            call.run();
            calls++;
        }
        return calls / ((System.nanoTime() - began) / 1e9);
    }

    private static float[] uniform(int count) {
        float[] values = new float[count];
        new Philox(42, 0).uniforms(values);
        return values;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private static Instant processStart() {
        return ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
    }

    /** The most memory this process has had, as the system counts it; 0 where it does not say. */
    private static long peakResidentMegabytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmHWM")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return 0;
    }
}
