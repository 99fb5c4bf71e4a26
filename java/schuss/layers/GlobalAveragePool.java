package schuss.layers;

import java.util.stream.IntStream;
import schuss.ops.Value;

/**
 * The mean of each channel over all positions. It maps (batch, height, width, channels) or (batch, time, features) to
 * (batch, channels), and often stands between convolutions and the last {@link Dense} layer, where it makes the network
 * independent of the image size.
 *
 * <p>Source: Lin, Chen and Yan, Network In Network (2014).
 */
public record GlobalAveragePool() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        int rank = x.shape().rank();
        if (rank < 3) {
            throw new IllegalArgumentException("expected input (batch, ..., channels), got " + x.shape());
        }
        return x.mean(IntStream.range(1, rank - 1).toArray());
    }
}
