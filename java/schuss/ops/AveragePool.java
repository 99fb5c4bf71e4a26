package schuss.ops;

import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * The mean of each window, channel by channel: from x f32(batch, height, width, channels) to y (batch, height', width',
 * channels). Gradient: dy is distributed equally over the pixels of its window.
 *
 * @param window size, stride and padding
 * @param countPadding if true, padding counts as zeros and every sum is divided by the window's size; otherwise sums
 *     are divided by the number of pixels of the window that lie in the image
 */
public record AveragePool(PoolWindow window, boolean countPadding) implements Op {
    @Override
    public String name() {
        return "AveragePool " + window + (countPadding ? " over padding" : "");
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == 1 && inputs.get(0).dtype() == DType.F32, "x in f32", inputs);
        return List.of(Type.f32(window.output(this, inputs.get(0).shape())));
    }

    @Override
    public Footprint footprint(List<Type> inputs) {
        return window.footprint();
    }

    @Override
    public Call call(List<Type> inputs) {
        return window.call("average_pool", "average_pool_forward", inputs.get(0).shape(), Call.flag(countPadding));
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return List.of(Value.of(new Gradient(window, countPadding, x[0].shape()), dy[0]));
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return List.of(Value.of(this, dx[0]));
    }

    /**
     * The gradient of {@link AveragePool} with respect to x. Input: dy. Output: dx of shape x.
     *
     * @param window that of the forward op
     * @param countPadding that of the forward op
     * @param x the shape of the forward op's input
     */
    public record Gradient(PoolWindow window, boolean countPadding, Shape x) implements Op {
        @Override
        public String name() {
            return "AveragePoolGradient " + window;
        }

        @Override
        public List<Type> infer(List<Type> inputs) {
            List<Type> forward = new AveragePool(window, countPadding).infer(List.of(Type.f32(x)));
            expect(inputs.equals(forward), "dy " + forward, inputs);
            return List.of(Type.f32(x));
        }

        @Override
        public Call call(List<Type> inputs) {
            return window.call("average_pool", "average_pool_backward", x, Call.flag(countPadding));
        }

        @Override
        public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
            return List.of(Value.of(new AveragePool(window, countPadding), dy[0]));
        }

        @Override
        public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
            return List.of(Value.of(this, dx[0]));
        }
    }
}
