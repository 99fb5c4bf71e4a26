package schuss.cli;

import java.util.ArrayList;
import java.util.List;
import schuss.Shape;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Sequential;

/**
 * The model {@code mlp}: hidden layers with ReLU and He's initialisation, then one output per class.
 *
 * @param hidden the widths of the hidden layers
 * @param dropout the share of every hidden layer's outputs that training drops
 * @param inputDropout the share of the inputs that training drops
 */
record Mlp(Hidden hidden, double dropout, double inputDropout) {
    static final String NAME = "mlp";

    private static final int MOST_WEIGHTS = Integer.MAX_VALUE - 8; // the length of a Java array

    /** Widths of layers, in order. */
    record Hidden(List<Integer> widths) {
        Hidden {
            widths = List.copyOf(widths);
        }
    }

    /** Refuses layers whose weights fit no array. */
    void check(Shape input, int classes) {
        long in = input.size();
        List<Integer> widths = new ArrayList<>(hidden.widths());
        widths.add(classes);
        for (int width : widths) {
            if (in * width > MOST_WEIGHTS) {
                throw new BadInput(
                        "--hidden: expected layers of at most " + MOST_WEIGHTS + " weights, got " + in + " x " + width);
            }
            in = width;
        }
    }

    Layer layer(int classes) {
        List<Layer> layers = new ArrayList<>(List.of(new Flatten()));
        if (inputDropout > 0) {
            layers.add(Dropout.drop(inputDropout));
        }
        for (int width : hidden.widths()) {
            layers.add(new Dense(width));
            layers.add(new Relu());
            if (dropout > 0) {
                layers.add(Dropout.drop(dropout));
            }
        }
        layers.add(new Dense(classes));
        return new Sequential(layers);
    }
}
