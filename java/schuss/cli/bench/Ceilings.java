package schuss.cli.bench;

import java.util.List;
import java.util.Map;
import schuss.DType;
import schuss.Device;
import schuss.Philox;
import schuss.Shape;
import schuss.Spec;
import schuss.backend.Backend;
import schuss.backend.Memory;
import schuss.backend.Stopwatch;
import schuss.backend.Storage;
import schuss.backend.cpu.CpuBackend;
import schuss.backend.runtime.Arena;
import schuss.backend.runtime.Executable;
import schuss.cli.options.DeviceOptions;
import schuss.internal.Inside;
import schuss.ir.Program;
import schuss.layers.Dense;
import schuss.layers.Layer;
import schuss.layers.Network;
import schuss.passes.Passes;
import schuss.trace.Programs;
import schuss.trace.Trace;

/**
 * The measured peak performance of a device, with which the steps of a program are compared.
 *
 * @param gflops on a processor, of multiply-adds in registers; on a GPU, of a large matrix product
 * @param gigabytes per second, read and written, of memory too large for any cache: on a processor by a loop y = 2 x
 *     over all threads, on a GPU by a copy
 */
record Ceilings(double gflops, double gigabytes) {
    private static final double PEAK_SECONDS = 0.05;
    private static final int REPEATS = 5; // the best counts: what disturbs it makes it no lower
    private static final int LEAST_WIDTH = 256;
    private static final int MOST_WIDTH = 8192;
    private static final double LONG_MICROS = 1000; // a product that takes as long is large enough
    private static final int ROWS = 512;
    private static final int COLUMNS = 1 << 16; // 128 MB together
    private static final double MICROS = 1e-6;

    static Ceilings of(Device device) {
        return device.call(() -> {
            boolean gpu = DeviceOptions.isGpu(device);
            double flops = gpu ? product(device) : peak(device);
            double bytes = gpu ? copy(Inside.of(device, Backend.class)) : scale(device);
            return new Ceilings(flops / 1e9, bytes / 1e9);
        });
    }

    private static double peak(Device device) {
        double best = 0;
        for (int i = 0; i < REPEATS; i++) {
            best = Math.max(best, 1e9 * CpuBackend.peakGflops(device.threads(), PEAK_SECONDS));
        }
        return best;
    }

    /** Operations per second of a product of matrices so large that it takes a while. */
    private static double product(Device device) {
        double best = 0;
        double micros = 0;
        for (int n = LEAST_WIDTH; n <= MOST_WIDTH && micros < LONG_MICROS; n *= 2) {
            micros = micros(device, new Dense(n).withoutBias(), Shape.of(n, n));
            best = Math.max(best, 2.0 * n * n * n / (micros * MICROS));
        }
        return best;
    }

    private static double scale(Device device) {
        Shape shape = Shape.of(ROWS, COLUMNS);
        return 2 * shape.size() * Float.BYTES / (micros(device, (scope, x) -> x.mul(2), shape) * MICROS);
    }

    private static double copy(Backend backend) {
        long bytes = (long) ROWS * COLUMNS * Float.BYTES;
        try (Memory from = backend.allocate(bytes);
                Memory to = backend.allocate(bytes)) {
            return 2 * bytes / (micros(backend, () -> to.copyFrom(from)) * MICROS);
        }
    }

    /** How long a layer takes to compute its output of a batch of this shape. */
    private static double micros(Device device, Layer layer, Shape batch) {
        Backend backend = Inside.of(device, Backend.class);
        Trace trace = Programs.inference(Network.of(layer), List.of(new Spec("x", DType.F32, batch)), Map.of());
        Program program = Passes.optimize(trace.program(), backend.abilities(device.threads()));
        try (Memory input = uniform(backend, batch.size());
                Memory parameters =
                        uniform(backend, trace.declarations().layout().size());
                Arena arena = new Arena(backend);
                Executable executable =
                        new Executable(program, backend, device.threads(), arena, Storage.of(input, parameters))) {
            return micros(backend, () -> executable.whole(1).run());
        }
    }

    /** The shortest of several runs, after one to warm up. */
    private static double micros(Backend backend, Runnable work) {
        double best = Double.POSITIVE_INFINITY;
        try (Stopwatch watch = backend.stopwatch()) {
            for (int i = 0; i <= REPEATS; i++) {
                watch.start();
                watch.mark();
                work.run();
                watch.mark();
                double micros = watch.stop()[0];
                best = i == 0 ? best : Math.min(best, micros);
            }
        }
        return best;
    }

    /** Numbers as in the middle of a network: a GPU multiplies zeros faster, as they take less power. */
    private static Memory uniform(Backend backend, long count) {
        Memory memory = backend.allocate(count * backend.bytes(DType.F32));
        float[] values = new float[COLUMNS];
        new Philox(42, 0).uniforms(values);
        for (long done = 0; done < count; done += values.length) {
            memory.write(done, values, 0, (int) Math.min(values.length, count - done));
        }
        return memory;
    }
}
