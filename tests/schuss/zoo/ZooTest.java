package schuss.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.backend.Computation;
import schuss.ir.Program;
import schuss.layers.Layer;
import schuss.layers.LayerException;
import schuss.layers.Network;
import schuss.losses.OutputActivation;
import schuss.trace.Trace;

/** The networks have as many parameters as the literature says, and take images of any size. */
class ZooTest {
    private static final Shape CIFAR = Shape.of(32, 32, 3);
    private static final Shape IMAGENET = Shape.of(224, 224, 3);

    @Test
    void mlp() {
        assertEquals(784 * 500 + 500 + 500 * 500 + 500 + 500 * 10 + 10, parameters(Zoo.mlp(10, 500, 500), 28, 28, 1));
        // a bias less and a scale and a shift more for each of 1000 hidden units
        assertEquals(
                parameters(Zoo.mlp(10, 500, 500), 28, 28, 1) + 1000,
                parameters(Zoo.mlp(10, 500, 500).withBatchNorm(), 28, 28, 1));
        assertEquals(15, parameters(Zoo.mlp(3), 4));
    }

    /** 26 numbers for each of 32 filters, 801 for each of 64, 3137 for each of 1024 units, 1025 for each of 10. */
    @Test
    void lenet() {
        assertEquals(26 * 32 + 801 * 64 + 3137 * 1024 + 1025 * 10, parameters(Zoo.lenet(10), 28, 28, 1));
        assertEquals(3_274_634, parameters(Zoo.lenet(10), 28, 28, 1));
    }

    /**
     * The paper's net has 0.27 million (He et al. 2016, table 6): 269,722 with shortcuts that only copy, as Y. Idelbayev's
     * implementation counts them. Our two shortcuts with weights add a product and a batch norm each.
     */
    @Test
    void resnet20() {
        int shortcuts = 16 * 32 + 2 * 32 + 32 * 64 + 2 * 64;
        assertEquals(269_722 + shortcuts, parameters(Zoo.resnet20(10), CIFAR));
    }

    /** As torchvision documents for resnet18. */
    @Test
    void resnet18() {
        assertEquals(11_689_512, parameters(Zoo.resnet18(1000), IMAGENET));
    }

    /** 4.2 million (Howard et al. 2017, table 4); Keras's MobileNet has 4,231,976 that are trained. */
    @Test
    void mobilenet() {
        assertEquals(4_231_976, parameters(Zoo.mobilenet(1000), IMAGENET));
    }

    @Test
    void anySizeAndAnyNumberOfClasses() {
        for (Layer net : List.of(Zoo.lenet(7), Zoo.resnet20(7), Zoo.resnet18(7), Zoo.mobilenet(7))) {
            for (Shape image : List.of(CIFAR, Shape.of(28, 28, 1), Shape.of(4, 4, 1), Shape.of(65, 97, 3))) {
                Program program = trace(net, image).program();
                assertEquals(Shape.of(2, 7), program.output(Network.OUTPUT).shape());
            }
        }
    }

    /** From 64 pixels on photographs are quartered before the blocks: a larger kernel comes first. */
    @Test
    void stemDependsOnSize() {
        assertEquals(
                7 * 7 * 64 - 3 * 3 * 64,
                parameters(Zoo.resnet18(10), 64, 64, 1) - parameters(Zoo.resnet18(10), 63, 64, 1));
        assertEquals(parameters(Zoo.mobilenet(10), 28, 28, 3), parameters(Zoo.mobilenet(10), IMAGENET));
    }

    @Test
    void whatIsNoImageIsRefused() {
        for (Layer net : List.of(Zoo.lenet(7), Zoo.resnet20(7), Zoo.resnet18(7), Zoo.mobilenet(7))) {
            String text = assertThrows(LayerException.class, () -> trace(net, Shape.of(28, 28)))
                    .getMessage();
            assertTrue(text.contains("expected") && text.contains("(2, 28, 28)"), text);
        }
    }

    private static long parameters(Layer net, int... input) {
        return parameters(net, Shape.of(input));
    }

    private static long parameters(Layer net, Shape input) {
        return trace(net, input).declarations().layout().elements();
    }

    private static Trace trace(Layer net, Shape input) {
        return Computation.inference(net, new Spec("input", DType.F32, input.prepend(2)), OutputActivation.OUTPUT)
                .trace();
    }

    /** The numbers of the paper's table 6, exactly, and what 1 x 1 convolutions at two shortcuts add. */
    @Test
    void residualNetworksOfOtherDepths() {
        long shortcuts = parameters(Zoo.resnet20(10), CIFAR) - 269_722;
        assertEquals(464_154 + shortcuts, parameters(Zoo.resnet(32, 10), CIFAR));
        assertEquals(853_018 + shortcuts, parameters(Zoo.resnet(56, 10), CIFAR));
        assertEquals(1_727_962 + shortcuts, parameters(Zoo.resnet(110, 10), CIFAR));
        assertThrows(IllegalArgumentException.class, () -> Zoo.resnet(21, 10));
        assertThrows(IllegalArgumentException.class, () -> Zoo.resnet(2, 10));
    }
}
