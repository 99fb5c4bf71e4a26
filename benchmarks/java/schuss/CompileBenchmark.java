package schuss;

import schuss.layers.Dense;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.train.Trainer;
import schuss.zoo.Zoo;

import examples.Lstm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * How long a training program of many steps takes to compile: to trace, differentiate, fuse, choose kernels for and find
 * places for. Each network gets JVMs of its own, one after another: the first compilation there is cold, further ones are
 * warm. The first run stands beside, as it gives kernels their addresses, and the next, which does not. Prints medians.
 *
 * <p>Arguments: the number of JVMs for each network, 5 unless given, and names of networks, all unless given.
 */
final class CompileBenchmark {
    private static final int JVMS = 5;
    private static final int REPEATS = 8; // in each, the first of which is cold
    private static final int BATCH = 32;
    private static final int CLASSES = 10;
    private static final double NANOS_IN_MILLIS = 1e6;
    private static final List<String> NETWORKS = List.of(
            "mlp-125", "mlp-250", "mlp-500", "mlp-1000", "mlp-2000", "resnet-110", "lstm-50", "lstm-500");

    private CompileBenchmark() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 2 && arguments[0].equals("child")) {
            compile(arguments[1]);
            return;
        }
        int jvms = arguments.length > 0 ? Integer.parseInt(arguments[0]) : JVMS;
        List<String> networks = arguments.length > 1 ? List.of(arguments).subList(1, arguments.length) : NETWORKS;
        System.out.println("milliseconds    compile:             warm,   first run:             next run:");
        System.out.println("network   steps     cold     warm  a step       cold     warm     warm");
        for (String network : networks) {
            print(network, jvms);
        }
    }

    private static void print(String network, int jvms) throws IOException, InterruptedException {
        Times cold = new Times();
        Times warm = new Times();
        int steps = 0;
        for (int jvm = 0; jvm < jvms; jvm++) {
            int repeat = 0;
            for (String line : child(network)) {
                String[] numbers = line.split(" ");
                steps = Integer.parseInt(numbers[0]);
                Times times = repeat++ == 0 ? cold : warm;
                times.compile.add(Long.parseLong(numbers[1]) / NANOS_IN_MILLIS);
                times.first.add(Long.parseLong(numbers[2]) / NANOS_IN_MILLIS);
                times.next.add(Long.parseLong(numbers[3]) / NANOS_IN_MILLIS);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%-10s %4d %8.1f %8.1f %7.3f   %8.1f %8.1f %8.1f%n",
                network,
                steps,
                median(cold.compile),
                median(warm.compile),
                median(warm.compile) / steps,
                median(cold.first),
                median(warm.first),
                median(warm.next));
    }

    /** In milliseconds. */
    private static final class Times {
        private final List<Double> compile = new ArrayList<>();
        private final List<Double> first = new ArrayList<>(); // runs
        private final List<Double> next = new ArrayList<>();
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    /** What another JVM like this one has printed. */
    private static List<String> child(String network) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        CompileBenchmark.class.getName(),
                        "child",
                        network)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines;
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines = reader.lines().toList();
        }
        if (process.waitFor() != 0 || lines.size() != REPEATS) {
            throw new IllegalStateException(network + ": expected " + REPEATS + " times, got " + lines);
        }
        return lines;
    }

    /** Prints the number of steps and the nanoseconds of compiling, of the first and of the next run, for each repetition. */
    private static void compile(String name) {
        int size = Integer.parseInt(name.substring(name.indexOf('-') + 1));
        Layer network;
        Shape input;
        if (name.startsWith("mlp")) {
            network = mlp(size);
            input = Shape.of(64);
        } else if (name.startsWith("resnet")) {
            network = Zoo.resnet(size, CLASSES);
            input = Shape.of(32, 32, 3);
        } else if (name.startsWith("lstm")) {
            network = Sequential.of(new Lstm(64), new Flatten(), new Dense(CLASSES));
            input = Shape.of(size, 16);
        } else {
            throw new IllegalArgumentException("expected mlp, resnet or lstm, - and a size, got " + name);
        }
        try (Device device = Device.cpu(1);
                Model model = Model.create(network, input, device, 42)) {
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(1e-3));
            for (int repeat = 0; repeat < REPEATS; repeat++) {
                long began = System.nanoTime();
                try (Session session = trainer.session(BATCH)) {
                    long compiled = System.nanoTime();
                    session.run();
                    long ran = System.nanoTime();
                    session.run();
                    long ranAgain = System.nanoTime();
                    System.out.println(session.program().steps().size() + " " + (compiled - began) + " "
                            + (ran - compiled) + " " + (ranAgain - ran));
                }
            }
        }
    }

    private static Layer mlp(int layers) {
        List<Layer> all = new ArrayList<>();
        for (int i = 1; i < layers; i++) {
            all.add(new Dense(64));
            all.add(new Relu());
        }
        all.add(new Dense(CLASSES));
        return new Sequential(all);
    }
}
