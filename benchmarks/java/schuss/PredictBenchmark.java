package schuss;

import schuss.layers.Dense;
import schuss.layers.Relu;
import schuss.layers.Sequential;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** How long one call of {@link Model#predict} takes, with a net of 784-500-500-10. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PredictBenchmark {
    private static final int PIXELS = 784;
    private static final int CLASSES = 10;

    @Param({"1", "256"})
    public int batch;

    private Device device;
    private Model model;
    private float[] inputs;
    private float[] outputs;

    @Setup
    public void open() {
        device = Device.best();
        model = Model.create(
                Sequential.of(new Dense(500), new Relu(), new Dense(500), new Relu(), new Dense(CLASSES)),
                Shape.of(PIXELS),
                device,
                42);
        inputs = new float[batch * PIXELS];
        outputs = new float[batch * CLASSES];
        Philox random = new Philox(42, 0);
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (float) random.uniform(i);
        }
    }

    @Benchmark
    public float[] predict() {
        model.predict(inputs, outputs);
        return outputs;
    }

    @TearDown
    public void close() {
        model.close();
        device.close();
    }
}
