package schuss.ops;

import java.util.Arrays;
import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * The largest element of each window, channel by channel: from x f32(batch, height, width, channels) to y (batch,
 * height', width', channels). Padding counts as minus infinity; a NaN in a window gives NaN.
 *
 * <p>The second output has y's shape and says which pixel of its window was taken, counted row by row from 0: as u8, or
 * as i32 if a window has more than 256 pixels. Of equal maxima, and of several NaNs, the first is taken. Gradient: dy
 * goes to the pixel that was taken. Tangent: the element of dx at that pixel.
 *
 * @param window size, stride and padding
 */
public record MaxPool(PoolWindow window) implements Op {
    private static final int BYTE_RANGE = 256;

    @Override
    public String name() {
        return "MaxPool " + window;
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == 1 && inputs.get(0).dtype() == DType.F32, "x in f32", inputs);
        Shape y = window.output(this, inputs.get(0).shape());
        return List.of(Type.f32(y), new Type(window.size() <= BYTE_RANGE ? DType.U8 : DType.I32, y));
    }

    @Override
    public Footprint footprint(List<Type> inputs) {
        return window.footprint();
    }

    @Override
    public Call call(List<Type> inputs) {
        return window.call("max_pool", "max_pool_forward", inputs.get(0).shape());
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return List.of(Value.of(new Gradient(window, x[0].shape()), y[1], dy[0]));
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return Arrays.asList(Value.of(new Pick(window), y[1], dx[0]), null);
    }

    /**
     * The gradient of {@link MaxPool} with respect to x. Inputs: the indices of the pixels taken, and dy. Output: dx of
     * shape x.
     *
     * @param window that of the forward op
     * @param x the shape of the forward op's input
     */
    public record Gradient(PoolWindow window, Shape x) implements Op {
        @Override
        public String name() {
            return "MaxPoolGradient " + window;
        }

        @Override
        public List<Type> infer(List<Type> inputs) {
            List<Type> forward = new MaxPool(window).infer(List.of(Type.f32(x)));
            expect(inputs.equals(List.of(forward.get(1), forward.get(0))), "taken pixels and dy of " + x, inputs);
            return List.of(Type.f32(x));
        }

        @Override
        public Call call(List<Type> inputs) {
            return window.call("max_pool", "max_pool_backward", x);
        }

        @Override
        public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
            return Arrays.asList(null, Value.of(new Pick(window), x[0], dy[0]));
        }

        @Override
        public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
            return List.of(Value.of(this, x[0], dx[1]));
        }
    }

    /**
     * Picks from one image the pixels that were taken in another. Inputs: the indices of the pixels taken (batch,
     * height', width', channels) and x (batch, height, width, channels). Output: f32 of the indices' shape, 0 where
     * padding was taken. Gradient: {@link Gradient}.
     *
     * @param window that of the forward op
     */
    public record Pick(PoolWindow window) implements Op {
        @Override
        public String name() {
            return "MaxPoolPick " + window;
        }

        @Override
        public List<Type> infer(List<Type> inputs) {
            expect(inputs.size() == 2, "taken pixels and x", inputs.size() + " inputs");
            List<Type> forward = new MaxPool(window).infer(inputs.subList(1, 2));
            expect(inputs.get(0).equals(forward.get(1)), "taken pixels " + forward.get(1), inputs.get(0));
            return forward.subList(0, 1);
        }

        @Override
        public Call call(List<Type> inputs) {
            return window.call("max_pool", "max_pool_pick", inputs.get(1).shape());
        }

        @Override
        public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
            return Arrays.asList(null, Value.of(new Gradient(window, x[1].shape()), x[0], dy[0]));
        }

        @Override
        public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
            return List.of(Value.of(this, x[0], dx[1]));
        }
    }
}
