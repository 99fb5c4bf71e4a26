package schuss.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.layers.Dense;
import schuss.layers.Sequential;
import schuss.layers.Tanh;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.train.Trainer;

class ClassLoaderTest {
    /** Each class loader has a library of its own, as servers that run several applications need it. */
    @Test
    void twoClassLoadersDoNotKnowEachOther() throws IOException, ReflectiveOperationException {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        URL[] urls = Arrays.stream(path.split(File.pathSeparator))
                .map(ClassLoaderTest::url)
                .toArray(URL[]::new);
        float[] expected = Work.run();
        try (Device first = Device.cpu(1);
                URLClassLoader other = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
            Class<?> work = other.loadClass(Work.class.getName());
            assertNotSame(Work.class, work);
            Method run = work.getDeclaredMethod("run");
            long calls = Native.schuss_allocations();
            assertArrayEquals(expected, (float[]) run.invoke(null));
            assertEquals(calls, Native.schuss_allocations());
            assertEquals(0, first.allocatedBytes());
            assertTrue(((String) work.getDeclaredMethod("describe").invoke(null)).contains("threads of its own"));
        }
        assertArrayEquals(expected, Work.run());
    }

    /** Trains and predicts. */
    public static final class Work {
        private static final int BATCH = 128;
        private static final int FEATURES = 784;

        private Work() {}

        public static String describe() {
            try (Device device = Device.cpu(2)) {
                return device.describe();
            }
        }

        public static float[] run() {
            float[] x = new float[2 * BATCH * FEATURES];
            for (int i = 0; i < x.length; i++) {
                x[i] = i % 7 - 3;
            }
            int[] labels = new int[2 * BATCH];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = i % 10;
            }
            try (Device device = Device.cpu(2); // both have work: the product is large enough
                    Model model = Model.create(
                            Sequential.of(new Dense(500), new Tanh(), new Dense(10)), Shape.of(FEATURES), device, 1)) {
                Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01))
                        .withBatchSize(BATCH)
                        .withEpochs(3)
                        .fit(Dataset.of(x, Shape.of(FEATURES), labels, 10));
                return model.predict(new float[FEATURES]);
            }
        }
    }

    private static URL url(String path) {
        try {
            return new File(path).toURI().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(path, e);
        }
    }
}
