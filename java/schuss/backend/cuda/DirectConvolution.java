package schuss.backend.cuda;

import java.util.List;
import schuss.backend.ConvolutionTask;
import schuss.backend.Kernel;
import schuss.backend.Sequence;

/** A convolution by our own kernels. */
record DirectConvolution(Gpu gpu, ConvolutionTask task) implements ConvolutionMethod {
    private static final int RUN = 32; // output channels of a block of the weight gradient of groups

    @Override
    public boolean libraryWeights() {
        return false;
    }

    @Override
    public long workspaceBytes() {
        if (task.pass() != ConvolutionTask.Pass.WEIGHT_GRADIENT || task.op().groups() > 1) {
            return 0;
        }
        long splits = Tiling.of(task).splits;
        return splits == 1 ? 0 : splits * task.w().size() * Float.BYTES;
    }

    @Override
    public Kernel bind(long x, long w, long y, long workspace) {
        return switch (task.pass()) {
            case FORWARD -> build(launch("forward").over(task.y().size()), x, w, y);
            case DATA_GRADIENT -> build(launch("data_gradient").over(task.x().size()), y, w, x);
            case WEIGHT_GRADIENT ->
                task.op().groups() > 1
                        ? build(launch("weight_gradient_grouped").grid(runs()), x, y, w)
                        : weightGradient(x, w, y, workspace);
        };
    }

    private Launch.Builder launch(String kernel) {
        return gpu.launch("convolution", "convolution_" + kernel);
    }

    private long runs() {
        long out = task.w().dim(3);
        return task.w().size() / out * ((out + RUN - 1) / RUN);
    }

    private Kernel weightGradient(long x, long dw, long dy, long workspace) {
        Tiling tiling = Tiling.of(task);
        long sums = tiling.splits == 1 ? dw : workspace;
        Kernel tiles = build(
                launch("weight_gradient_" + tiling.columns)
                        .grid(tiling.tiles, tiling.splits, 1)
                        .block(tiling.threads),
                x,
                dy,
                sums);
        if (tiling.splits == 1) {
            return tiles;
        }
        long elements = task.w().size();
        Kernel sum = launch("weight_gradient_sum")
                .grid((elements + RUN - 1) / RUN)
                .block(Tiling.SUM_THREADS)
                .pointer(sums)
                .pointer(dw)
                .int64(elements)
                .int64(tiling.splits)
                .build();
        return new Sequence(List.of(tiles, sum));
    }

    private Kernel build(Launch.Builder launch, long first, long second, long result) {
        return launch.pointer(first)
                .pointer(second)
                .pointer(result)
                .int64s(task.sizes())
                .build();
    }

    @Override
    public void close() {}

    /**
     * How the weight gradient, a matrix of (kernel * in, out), is shared among blocks: tiles of it, and parts of the sum over
     * pixels. It depends on sizes only, and so does the order of every sum.
     *
     * @param columns of a tile: 16, 32 or 64
     * @param threads of a block, each of which makes 16 elements of the tile
     * @param tiles of the matrix
     * @param splits of the sum
     */
    private record Tiling(int columns, int threads, long tiles, long splits) {
        private static final int ELEMENTS = 16; // of a tile, to a thread
        private static final int WARP = 32;
        private static final int MOST_THREADS = 256;
        private static final int SUM_THREADS = 512;
        private static final int CHUNK = 16; // pixels in shared memory at a time
        private static final long LEAST_CHUNKS = 4; // of a split
        private static final long MOST_SPLITS = 512;
        private static final long WANTED_THREADS = 1 << 16; // half the threads that the largest GPUs have under way

        static Tiling of(ConvolutionTask task) {
            long out = task.w().dim(3);
            long rows = task.w().size() / out;
            int columns = out <= 16 ? 16 : out <= 32 ? 32 : 64;
            long rowTiles = ceil(rows * columns, MOST_THREADS * ELEMENTS);
            int threads = (int) (ceil(ceil(rows, rowTiles) * columns, WARP * ELEMENTS) * WARP);
            long tiles = rowTiles * ceil(out, columns);
            long pixels = task.y().size() / out;
            long most = Math.min(MOST_SPLITS, pixels / (CHUNK * LEAST_CHUNKS));
            return new Tiling(columns, threads, tiles, Math.max(1, Math.min(most, WANTED_THREADS / (tiles * threads))));
        }

        private static long ceil(long count, long size) {
            return (count + size - 1) / size;
        }
    }
}
