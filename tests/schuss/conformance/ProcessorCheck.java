package schuss.conformance;

import java.util.ArrayList;
import java.util.List;
import schuss.CpuOptions;
import schuss.Device;
import schuss.ops.Fill;
import schuss.ops.Op;

/** Checks ops on every native candidate of the processor, with one thread and with two, against the reference. */
final class ProcessorCheck implements AutoCloseable {
    /** From here on kernels may share their work between threads; below, two threads are one. */
    private static final long SHARED_FROM = 8192;

    private final List<Machine> machines = new ArrayList<>();
    private final OpCheck check;

    ProcessorCheck() {
        for (int threads : new int[] {1, 2}) {
            for (CpuOptions.Provider provider : CpuOptions.Provider.values()) {
                machines.add(new Machine(Device.cpu(threads, provider)));
            }
        }
        check = new OpCheck(machines, this::applies);
    }

    OpCheck ops() {
        return check;
    }

    /** Providers differ for products only, threads only where there is enough to share. */
    private boolean applies(Machine machine, Op op, long elements) {
        boolean openBlas = machines.indexOf(machine) % 2 == 1;
        return (machine.device().threads() == 1 || elements >= SHARED_FROM || op instanceof Fill)
                && (!openBlas || OpCheck.isProduct(op));
    }

    @Override
    public void close() {
        check.close();
    }
}
