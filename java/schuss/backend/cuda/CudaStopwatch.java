package schuss.backend.cuda;

import static org.bytedeco.cuda.global.cudart.*;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cudart.CUevent_st;
import schuss.backend.Stopwatch;
import schuss.backend.cuda.runtime.CudaMemory;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.cuda.runtime.Status;

/**
 * Measures times with events in the stream, which the GPU stamps when it reaches them. Launching a small kernel takes
 * longer than running it: an idle GPU would wait for the host between any two kernels, and the wait would be counted.
 * So the GPU first gets a lead of copies to do, long enough for the host to launch everything that is timed. How long
 * that must be is learnt from one measurement to the next.
 */
final class CudaStopwatch implements Stopwatch {
    private static final long COPIED_BYTES = 64L << 20;
    private static final double MOST_LEAD_MICROS = 50_000; // beyond that, kernels are so long that it doesn't matter
    private static final double NANOS = 1e3; // in a microsecond
    private static final double MILLIS = 1e-3;

    private final Gpu gpu;
    private final CudaMemory source;
    private final CudaMemory target;
    private final List<CUevent_st> events = new ArrayList<>(); // the first where the lead begins, then the marks
    private int used;
    private int copies = 1;
    private long started;
    private long lastMark;

    CudaStopwatch(Gpu gpu) {
        this.gpu = gpu;
        source = new CudaMemory(gpu, COPIED_BYTES);
        CudaMemory second = null;
        try {
            second = new CudaMemory(gpu, COPIED_BYTES);
        } finally {
            target = second;
            if (second == null) {
                source.close();
            }
        }
    }

    @Override
    public void start() {
        gpu.enter();
        used = 0;
        record();
        for (int i = 0; i < copies; i++) {
            target.copyFrom(source);
        }
        started = System.nanoTime();
    }

    @Override
    public void mark() {
        record();
        lastMark = System.nanoTime();
    }

    private void record() {
        if (used == events.size()) {
            CUevent_st made = new CUevent_st();
            Status.check(cuEventCreate(made, CU_EVENT_DEFAULT), "cuEventCreate");
            events.add(made);
        }
        Status.check(cuEventRecord(events.get(used++), gpu.stream()), "cuEventRecord");
    }

    @Override
    public double[] stop() {
        gpu.synchronize();
        double[] micros = new double[Math.max(0, used - 2)];
        for (int i = 0; i < micros.length; i++) {
            micros[i] = between(i + 1);
        }
        if (used > 1) {
            double lead = between(0);
            if (lead < (lastMark - started) / NANOS && lead < MOST_LEAD_MICROS) {
                copies *= 2;
            }
        }
        return micros;
    }

    private double between(int first) {
        float[] millis = new float[1];
        Status.check(cuEventElapsedTime(millis, events.get(first), events.get(first + 1)), "cuEventElapsedTime");
        return millis[0] / MILLIS;
    }

    @Override
    public void close() {
        gpu.enter();
        events.forEach(event -> cuEventDestroy(event));
        source.close();
        target.close();
    }
}
