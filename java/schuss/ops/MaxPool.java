package schuss.ops;

import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * The largest element of each window, channel by channel: x (batch, height, width, channels) to y (batch, height', width',
 * channels). Padding counts as minus infinity; a NaN in a window gives NaN.
 *
 * <p>The second output says which pixel of its window was taken, row by row from 0: one byte, or an i32 where a window has
 * more than 256 pixels. Of equal maxima the first is taken, of NaNs too. Gradient: dy goes to that pixel.
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
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return List.of(Value.of(new Gradient(window, x[0].shape()), y[1], dy[0]));
    }

    /** dx of the pixels taken and dy. */
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
    }
}
