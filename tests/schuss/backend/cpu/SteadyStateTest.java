package schuss.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.layers.Conv2d;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Adam;
import schuss.schedules.OneCycle;
import schuss.schedules.Piecewise;
import schuss.schedules.Span;
import schuss.schedules.WarmUp;
import schuss.train.Trainer;

/** Once training runs, a step allocates nothing, neither in the heap nor in native memory. */
class SteadyStateTest {
    private static final int BATCH = 16;

    private static final Layer DENSE = Sequential.of(new Dense(32), new Relu(), Dropout.drop(0.3), new Dense(4));

    static List<Arguments> nets() {
        return List.of(
                Arguments.of(DENSE, Shape.of(20)),
                Arguments.of(
                        Sequential.of(new Conv2d(16, 3), new Relu(), new Conv2d(2, 3), new Flatten(), new Dense(4)),
                        Shape.of(5, 4, 1)));
    }

    @ParameterizedTest
    @MethodSource("nets")
    void aTrainingStepAllocatesNothing(Layer net, Shape input) {
        allocatesNothing(net, input, t -> t);
    }

    @Test
    void norDoesOneWithAllThatAnUpdateMayHave() {
        allocatesNothing(
                DENSE,
                Shape.of(20),
                t -> t.withAccumulation(3)
                        .withClipNorm(1)
                        .withL1(1e-5)
                        .withL2(1e-5)
                        .withMaxNorm(4)
                        .withAverageWeights()
                        .withGroup("*/bias", g -> g.withRate(2))
                        .withMomentumSchedule(new OneCycle(Span.epochs(3)).momentum(0.85, 0.95))
                        .withSchedule(new WarmUp(Span.steps(9)).then(new Piecewise(1).then(0.1, Span.epochs(2)))));
    }

    private static void allocatesNothing(Layer net, Shape input, UnaryOperator<Trainer> settings) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Device device = Device.cpu(1);
                Model model = Model.create(net, input, device, 1)) {
            Trainer trainer = settings.apply(Trainer.of(model, new SoftmaxCrossEntropy(), new Adam())
                    .withBatchSize(BATCH)
                    .withMetric(new Accuracy()));
            long thread = device.call(() -> Thread.currentThread().getId());
            Dataset few = data(input, 200);
            Dataset many = data(input, 1200);
            for (int i = 0; i < 5; i++) {
                trainer.fit(few);
                trainer.fit(many);
            }
            long calls = Native.schuss_allocations();
            long bytes = Native.schuss_allocated_bytes();
            long start = threads.getThreadAllocatedBytes(thread);
            trainer.fit(few);
            long middle = threads.getThreadAllocatedBytes(thread);
            trainer.fit(many);
            long end = threads.getThreadAllocatedBytes(thread);
            assertEquals(calls, Native.schuss_allocations());
            assertEquals(bytes, Native.schuss_allocated_bytes());
            // an epoch allocates a little, the same for both; what 1000 more steps add is a look at the flag now and
            // then
            double perStep = ((end - middle) - (middle - start)) / 1000.0;
            assertTrue(perStep < 16, "bytes a step: " + perStep);
        }
    }

    private static Dataset data(Shape input, int batches) {
        int count = BATCH * batches;
        float[] x = new float[count * 20];
        int[] labels = new int[count];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(i);
        }
        for (int i = 0; i < count; i++) {
            labels[i] = i % 4;
        }
        return Dataset.of(x, input, labels, 4);
    }

    @Test
    void predictionsAllocateNoNativeMemory() {
        try (Device device = Device.cpu(1);
                Model model = Model.create(new Dense(4), Shape.of(20), device, 1)) {
            float[] x = new float[20 * 7];
            float[] y = new float[4 * 7];
            model.predict(x, y);
            long calls = Native.schuss_allocations();
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            for (int i = 0; i < 20_000; i++) {
                model.predict(x, y);
            }
            long thread = Thread.currentThread().getId();
            long before = threads.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 1000; i++) {
                model.predict(x, y);
            }
            double perCall = (threads.getThreadAllocatedBytes(thread) - before) / 1000.0;
            assertEquals(calls, Native.schuss_allocations());
            assertTrue(perCall < 200, "bytes a prediction: " + perCall); // a lambda and a queue's node
        }
    }
}
