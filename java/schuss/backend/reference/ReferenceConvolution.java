package schuss.backend.reference;

import schuss.ops.Convolution;
import schuss.ops.FusedConvolution;

/** Convolutions, as the sums of their definition. The three passes sum the same products over different indices. */
final class ReferenceConvolution {
    private ReferenceConvolution() {}

    static void register(ReferenceBackend backend) {
        backend.loop(Convolution.class, ReferenceConvolution::forward);
        backend.loop(FusedConvolution.class, (op, x, y) -> {
            forward(op.product(), x, y);
            ReferenceMatMul.epilogue(op, x, y);
        });
        backend.loop(Convolution.DataGradient.class, (op, in, out) -> {
            Array dy = in[0];
            Array w = in[1];
            Array dx = out[0];
            ReferencePointwise.fill(dx, 0);
            products(op.of(), dx, w, dy, (x, weight, y) -> dx.add(x, dy.get(y) * w.get(weight)));
        });
        backend.loop(Convolution.WeightGradient.class, (op, in, out) -> {
            Array x = in[0];
            Array dy = in[1];
            Array dw = out[0];
            ReferencePointwise.fill(dw, 0);
            products(op.of(), x, dw, dy, (at, weight, y) -> dw.add(weight, x.get(at) * dy.get(y)));
        });
    }

    private static void forward(Convolution op, Array[] in, Array[] out) {
        Array x = in[0];
        Array w = in[1];
        Array y = out[0];
        ReferencePointwise.fill(y, 0);
        products(op, x, w, y, (at, weight, sum) -> y.add(sum, x.get(at) * w.get(weight)));
    }

    /** One product of the sum: indices of an element of x, of w and of y. */
    @FunctionalInterface
    private interface Term {
        void at(int x, int w, int y);
    }

    private static void products(Convolution op, Array x, Array w, Array y, Term term) {
        for (int n = 0; n < y.shape().dim(0); n++) {
            for (int i = 0; i < y.shape().dim(1); i++) {
                for (int j = 0; j < y.shape().dim(2); j++) {
                    for (int p = 0; p < w.shape().dim(0); p++) {
                        for (int q = 0; q < w.shape().dim(1); q++) {
                            int h = i * op.strideH() - op.padTop() + p * op.dilationH();
                            int v = j * op.strideW() - op.padLeft() + q * op.dilationW();
                            if (h >= 0
                                    && h < x.shape().dim(1)
                                    && v >= 0
                                    && v < x.shape().dim(2)) {
                                channels(
                                        op,
                                        term,
                                        index(x, n, h, v),
                                        (p * w.shape().dim(1) + q)
                                                * w.shape().dim(2)
                                                * w.shape().dim(3),
                                        index(y, n, i, j),
                                        x,
                                        w);
                            }
                        }
                    }
                }
            }
        }
    }

    /** The products of one output pixel and one kernel position. */
    private static void channels(Convolution op, Term term, int x, int w, int y, Array input, Array weights) {
        int in = input.shape().dim(3) / op.groups();
        int out = weights.shape().dim(3);
        for (int o = 0; o < out; o++) {
            int group = o / (out / op.groups());
            for (int c = 0; c < in; c++) {
                term.at(x + group * in + c, w + c * out + o, y + o);
            }
        }
    }

    /** The first element at these three indices of four. */
    private static int index(Array a, int i, int j, int k) {
        return ((i * a.shape().dim(1) + j) * a.shape().dim(2) + k) * a.shape().dim(3);
    }
}
