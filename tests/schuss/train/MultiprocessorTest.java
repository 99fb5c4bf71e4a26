package schuss.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.ChildJvm;
import schuss.Device;
import schuss.Model;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.zoo.Zoo;

/** Sums are made in an order that their shapes fix: with more or fewer multiprocessors the results are the same bits. */
@Tag("cuda")
class MultiprocessorTest {
    @Test
    void theNumberOfMultiprocessorsDoesNotMatter() throws IOException, InterruptedException {
        assumeTrue(TestDevice.isEmulated(), "a GPU has as many multiprocessors as it has");
        String two = trained(2);
        assertEquals(two, trained(1));
        assertEquals(two, trained(13));
    }

    private static String trained(int multiprocessors) throws IOException, InterruptedException {
        ProcessBuilder builder = ChildJvm.of(List.of(), Training.class);
        builder.environment().put("SCHUSS_EMULATION_MULTIPROCESSORS", Integer.toString(multiprocessors));
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
        List<String> lines = printed.lines().toList();
        assertEquals(multiprocessors + " multiprocessors", lines.get(0), printed);
        return String.join("\n", lines.subList(1, lines.size()));
    }

    /** Trains lenet with dropout and a residual network with batch norm for some steps and prints hashes of their weights. */
    static final class Training {
        private Training() {}

        public static void main(String[] arguments) {
            Dataset data = Digits.of(70, 1);
            try (Device device = TestDevice.open();
                    Model lenet = Model.create(Zoo.lenet(10), data.input().shape(), device, 42);
                    Model residual = Model.create(Zoo.resnet20(10), data.input().shape(), device, 42)) {
                System.out.println(device.describe().replaceAll(".*?(\\d+ multiprocessors).*", "$1"));
                for (Model model : new Model[] {lenet, residual}) {
                    Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(1e-3))
                            .withBatchSize(35)
                            .fit(data);
                    Map<String, float[]> weights = Toy.weights(model);
                    weights.forEach((path, values) -> System.out.println(path + " " + Arrays.hashCode(values)));
                }
            }
        }
    }
}
