package schuss.losses;

import schuss.ops.Value;

/**
 * The mean squared error, the usual loss for regression and autoencoders: {@code (y - t)^2}, averaged over the outputs of
 * an example. Outputs and targets have the same shape (batch, ...) and type f32.
 *
 * <pre>{@code
 * Trainer.of(model, new MeanSquaredError(), new Adam()).fit(data);
 * }</pre>
 */
public record MeanSquaredError() implements Loss {
    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("MeanSquaredError", output, target);
        return Loss.meanPerExample(output.map(target, (y, t) -> y.sub(t).square()));
    }
}
