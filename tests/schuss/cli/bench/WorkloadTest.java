package schuss.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The operations of what is timed, against sums by hand. */
class WorkloadTest {
    @Test
    void denseNets() {
        double forward = 2.0 * (784 * 500 + 500 * 500 + 500 * 10);
        assertEquals(forward, Workload.W5.operations(256));
        // forward, gradients of weights, gradients of all inputs but the first layer's
        assertEquals(3 * forward - 2.0 * 784 * 500, Workload.W1.operations(128));
        double large = 2.0 * (784 * 2500 + 2500 * 2000 + 2000 * 1500 + 1500 * 1000 + 1000 * 500 + 500 * 10);
        assertEquals(3 * large - 2.0 * 784 * 2500, Workload.W2.operations(128));
    }

    /** Zeros that pad count too: a convolution of 5 x 5 has 25 products per input channel wherever it stands. */
    @Test
    void lenet() {
        double first = 2.0 * 28 * 28 * 25 * 32;
        double rest = 2.0 * (14 * 14 * 25 * 32 * 64 + 3136 * 1024 + 1024 * 10);
        assertEquals(2 * first + 3 * rest, Workload.W3.operations(128));
    }

    /** Three stages of six convolutions, the first of each with fewer channels in, and two shortcuts. */
    @Test
    void resnet20() {
        double first = 32 * 32 * 9 * 3 * 16;
        double stage1 = 6 * 32 * 32 * 9 * 16 * 16;
        double stage2 = 16 * 16 * (9 * 16 * 32 + 5 * 9 * 32 * 32 + 16 * 32);
        double stage3 = 8 * 8 * (9 * 32 * 64 + 5 * 9 * 64 * 64 + 32 * 64);
        double rest = stage1 + stage2 + stage3 + 64 * 10;
        assertEquals(2 * (2 * first + 3 * rest), Workload.W4.operations(128));
    }
}
