package schuss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Model;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.optim.Adam;
import schuss.optim.Momentum;
import schuss.optim.Optimizer;
import schuss.optim.Sgd;

/** The same weights to the bit: of the same seed, on devices of the same kind, beside other training. */
@Tag("device")
class DeterminismTest {
    /** Weights after 100 steps of 32 examples, and a partial one in each epoch. */
    private static Map<String, float[]> trained(Device device, Optimizer optimizer, long seed) {
        try (Model model = Digits.model(device)) {
            Digits.trainer(model, optimizer).withSeed(seed).withEpochs(5).fit(Digits.of(32 * 19 + 7, 3));
            return Toy.weights(model);
        }
    }

    @Test
    void sameSeedGivesTheSameBits() {
        for (Optimizer optimizer : new Optimizer[] {new Sgd(0.1), new Momentum(0.01, 0.9), new Adam(1e-3)}) {
            for (int threads : new int[] {1, 2}) {
                try (Device one = TestDevice.open(threads);
                        Device other = TestDevice.open(threads)) {
                    Map<String, float[]> first = trained(one, optimizer, 1);
                    Toy.assertSame(first, trained(one, optimizer, 1));
                    Toy.assertSame(first, trained(other, optimizer, 1));
                    assertFalse(Arrays.equals(
                            first.get("1.dense/weight"),
                            trained(one, optimizer, 2).get("1.dense/weight")));
                }
            }
        }
    }

    @Test
    void theReferenceTrainsAlike() {
        Dataset data = Digits.of(64, 3);
        try (Device cpu = TestDevice.open();
                Device reference = Device.reference();
                Model fast = Digits.model(cpu);
                Model right = Digits.model(reference)) {
            Digits.trainer(fast, new Adam(1e-3)).withEpochs(3).fit(data);
            Digits.trainer(right, new Adam(1e-3)).withEpochs(3).fit(data);
            Map<String, float[]> expected = Toy.weights(right);
            // Adam moves by at most the rate in a step, whatever a tiny gradient's rounding
            Toy.weights(fast).forEach((path, values) -> assertArrayEquals(expected.get(path), values, 5e-4f, path));
        }
    }

    @Test
    void modelsOnTwoDevicesDoNotDisturbEachOther() {
        Dataset data = Digits.of(300, 5);
        try (Device one = TestDevice.open();
                Device two = TestDevice.open()) {
            Map<String, float[]> alone;
            try (Model model = Digits.model(one)) {
                Trainer trainer = Digits.trainer(model, new Adam(1e-3));
                for (int epoch = 0; epoch < 4; epoch++) {
                    trainer.fit(data);
                }
                alone = Toy.weights(model);
            }
            try (Model a = Digits.model(one);
                    Model b = Digits.model(two)) {
                Trainer first = Digits.trainer(a, new Adam(1e-3));
                Trainer second = Digits.trainer(b, new Adam(1e-3));
                for (int epoch = 0; epoch < 2; epoch++) { // in turns
                    first.fit(data);
                    second.fit(data);
                }
                for (int epoch = 0; epoch < 2; epoch++) { // at the same time
                    CompletableFuture<History> other = CompletableFuture.supplyAsync(() -> second.fit(data));
                    first.fit(data);
                    other.join();
                }
                Toy.assertSame(alone, Toy.weights(a));
                Toy.assertSame(alone, Toy.weights(b));
            }
        }
    }
}
