package schuss.optim;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class OptimizerTest {
    @Test
    void hyperparametersOutOfRange() {
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> new Sgd(bad));
            assertThrows(IllegalArgumentException.class, () -> new Momentum(bad, 0.9));
            assertThrows(IllegalArgumentException.class, () -> new Momentum(0.1, bad));
            assertThrows(IllegalArgumentException.class, () -> new Adam(bad));
            assertThrows(IllegalArgumentException.class, () -> new Adam().withEpsilon(bad));
            assertThrows(IllegalArgumentException.class, () -> new Adam().withWeightDecay(bad));
            assertThrows(IllegalArgumentException.class, () -> new AdamW(bad));
            assertThrows(IllegalArgumentException.class, () -> new AdamW().withWeightDecay(bad));
            assertThrows(IllegalArgumentException.class, () -> new Adagrad(bad));
            assertThrows(IllegalArgumentException.class, () -> new Adadelta().withRho(bad));
            assertThrows(IllegalArgumentException.class, () -> new Adamax().withEpsilon(bad));
            assertThrows(IllegalArgumentException.class, () -> new RmsProp().withAlpha(bad));
            assertThrows(IllegalArgumentException.class, () -> new RmsProp().withMomentum(bad));
            assertThrows(IllegalArgumentException.class, () -> new Lion(bad));
            assertThrows(IllegalArgumentException.class, () -> new NAdam(bad));
            assertThrows(IllegalArgumentException.class, () -> new NAdam().withMomentumDecay(bad));
            assertThrows(IllegalArgumentException.class, () -> new RAdam().withEpsilon(bad));
            assertThrows(IllegalArgumentException.class, () -> new Rprop(bad));
            assertThrows(IllegalArgumentException.class, () -> new Rprop().withSizes(bad, 50));
            assertThrows(IllegalArgumentException.class, () -> new Rprop().withFactors(0.5, bad));
            assertThrows(IllegalArgumentException.class, () -> new Adagrad().withInitial(bad));
        }
        assertThrows(IllegalArgumentException.class, () -> new Adam().withBetas(1, 0.9));
        assertThrows(IllegalArgumentException.class, () -> new Adam().withBetas(0.9, 1));
    }
}
