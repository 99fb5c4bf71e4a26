package schuss.backend.cuda.convolution;

import java.util.List;
import schuss.backend.Kernel;
import schuss.backend.Sequence;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.cuda.runtime.Launch;
import schuss.backend.kernels.ConvolutionTask;
import schuss.backend.kernels.ConvolutionTask.Pass;

/**
 * A convolution without groups by our own kernels, computed as a matrix product tile by tile. The tiles, and with them
 * the order of every sum, depend on the sizes only.
 */
record TiledConvolution(Gpu gpu, ConvolutionTask task) implements ConvolutionMethod {
    private static final int ELEMENTS = 16; // of a tile, to a thread
    private static final int WARP = 32;
    private static final int MOST_THREADS = 256;
    private static final int SUM_THREADS = 512;
    private static final int CHUNK = 16; // pixels in shared memory at a time
    private static final long LEAST_CHUNKS = 4; // of a split
    private static final long MOST_SPLITS = 512;
    private static final long WANTED_THREADS = 1 << 16; // half of what the largest GPUs have under way

    /** Whether these kernels can compute it: no groups, and no strides in the gradient of the input. */
    static boolean can(ConvolutionTask task) {
        boolean strides = task.op().strideH() > 1 || task.op().strideW() > 1;
        return task.op().groups() == 1 && !(task.pass() == Pass.DATA_GRADIENT && strides);
    }

    @Override
    public boolean libraryWeights() {
        return false;
    }

    @Override
    public long workspaceBytes() {
        long splits = task.pass() == Pass.WEIGHT_GRADIENT ? split().splits : 1;
        return splits == 1 ? 0 : splits * task.w().size() * Float.BYTES;
    }

    @Override
    public Kernel bind(long x, long w, long y, long workspace) {
        return switch (task.pass()) {
            case FORWARD ->
                product("forward", task.y().size() / task.w().dim(3), task.w().dim(3), x, w, y);
            case DATA_GRADIENT ->
                product(
                        "data_gradient",
                        task.x().size() / task.x().dim(3),
                        task.x().dim(3),
                        y,
                        w,
                        x);
            case WEIGHT_GRADIENT -> weightGradient(x, w, y, workspace);
        };
    }

    private Launch.Builder launch(String kernel) {
        return gpu.launch("convolution_tiles", "convolution_tiles_" + kernel);
    }

    private Kernel product(String pass, long pixels, int channels, long first, long second, long result) {
        int columns = columns(channels);
        long tiles = ceil(pixels * columns, MOST_THREADS * ELEMENTS);
        return build(launch(pass + "_" + columns).grid(tiles, ceil(channels, columns), 1), first, second, result);
    }

    private Kernel build(Launch.Builder launch, long first, long second, long result) {
        return launch.pointer(first)
                .pointer(second)
                .pointer(result)
                .int64s(task.sizes())
                .build();
    }

    private static int columns(long channels) {
        return channels <= 16 ? 16 : channels <= 32 ? 32 : 64;
    }

    private static long ceil(long count, long size) {
        return (count + size - 1) / size;
    }

    // ---- the gradient of the weights ----

    /**
     * How the weight gradient, a matrix of (kernel * in, out), is shared among blocks: tiles of it, and parts of the sum over
     * pixels.
     */
    private record Split(int columns, int threads, long tiles, long splits) {}

    private Split split() {
        long out = task.w().dim(3);
        long rows = task.w().size() / out;
        int columns = columns(out);
        long rowTiles = ceil(rows * columns, MOST_THREADS * ELEMENTS);
        int threads = (int) (ceil(ceil(rows, rowTiles) * columns, WARP * ELEMENTS) * WARP);
        long tiles = rowTiles * ceil(out, columns);
        long pixels = task.y().size() / out;
        long most = Math.min(MOST_SPLITS, pixels / (CHUNK * LEAST_CHUNKS));
        return new Split(columns, threads, tiles, Math.max(1, Math.min(most, WANTED_THREADS / (tiles * threads))));
    }

    private Kernel weightGradient(long x, long dw, long dy, long workspace) {
        Split split = split();
        long sums = split.splits == 1 ? dw : workspace;
        Kernel tiles = build(
                launch("weight_gradient_" + split.columns)
                        .grid(split.tiles, split.splits, 1)
                        .block(split.threads),
                x,
                dy,
                sums);
        if (split.splits == 1) {
            return tiles;
        }
        Kernel sum = launch("weight_gradient_sum")
                .grid(ceil(task.w().size(), WARP))
                .block(SUM_THREADS)
                .pointer(sums)
                .pointer(dw)
                .int64(task.w().size())
                .int64(split.splits)
                .build();
        return new Sequence(List.of(tiles, sum));
    }

    @Override
    public void close() {}
}
