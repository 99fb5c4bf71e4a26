package schuss.backend.cuda.convolution;

import schuss.Shape;
import schuss.backend.Kernel;
import schuss.backend.cuda.runtime.Gpu;

/**
 * Converts a convolution's weights from our layout, (kernelH, kernelW, in / groups, out), to the library's, (out,
 * kernelH, kernelW, in / groups), and back. It is the transposition of a matrix.
 *
 * @param gpu the GPU
 * @param w the shape of the weights in our layout
 */
public record WeightOrder(Gpu gpu, Shape w) {
    private static final int TILE = 32; // of the kernel

    public Kernel toLibrary(long from, long to) {
        return transpose(from, to, w.size() / w.dim(-1), w.dim(-1));
    }

    Kernel toOurs(long from, long to) {
        return transpose(from, to, w.dim(-1), w.size() / w.dim(-1));
    }

    private Kernel transpose(long from, long to, long rows, long columns) {
        long tiles = (rows + TILE - 1) / TILE * ((columns + TILE - 1) / TILE);
        return gpu.launch("weights", "weights_transpose")
                .grid(tiles)
                .pointer(from)
                .pointer(to)
                .int64(rows)
                .int64(columns)
                .build();
    }
}
