package schuss.backend.cuda.runtime;

import static org.bytedeco.cuda.global.cudart.CUDA_SUCCESS;
import static org.bytedeco.cuda.global.cudart.cuFuncGetParamInfo;
import static org.bytedeco.cuda.global.cudart.cuLaunchKernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;
import schuss.backend.Kernel;

/** A kernel with its geometry and its prepared arguments: running it is one call of the driver. */
public final class Launch implements StreamKernel {
    private static final int WARP = 32;
    private static final int BLOCK = 256;
    private static final int MOST_THREADS = 1024;
    private static final long MOST_BLOCKS = Integer.MAX_VALUE; // along x
    private static final int MOST_BLOCKS_ACROSS = 65535; // along y and z
    // blocks to a multiprocessor's full house: where threads share elements, later ones need no new blocks
    private static final int ROUNDS = 4;

    private final CUstream_st stream;
    private final CUfunc_st function;
    private final String what;
    private final int[] blocks;
    private final int threads;
    private final ByteBuffer memory; // what the pointers point at
    private final PointerPointer<Pointer> arguments;

    private Launch(Builder from) {
        stream = from.gpu.stream();
        function = from.function;
        what = from.what;
        blocks = from.blocks;
        threads = from.threads;
        memory = from.arguments();
        arguments = new PointerPointer<>(new Pointer(memory));
    }

    @Override
    public void run() {
        int status = cuLaunchKernel(
                function, blocks[0], blocks[1], blocks[2], threads, 1, 1, 0, stream, arguments, (PointerPointer<?>)
                        null);
        if (status != CUDA_SUCCESS) {
            throw new CudaException(Status.describe(status, "launch of " + what));
        }
    }

    /** Gathers geometry and arguments, the latter in the kernel's order. */
    public static final class Builder {
        private static final int MOST_ARGUMENTS = 64; // and words of them

        private final Gpu gpu;
        private final String what;
        private final CUfunc_st function;
        private final int[] blocks = {1, 1, 1};
        private int threads = BLOCK;
        private int count;
        private final int[] sizes = new int[MOST_ARGUMENTS];
        private final int[] firsts = new int[MOST_ARGUMENTS]; // where an argument begins in the words
        private int words;
        private final long[] values = new long[MOST_ARGUMENTS]; // their bytes, the first in the lowest

        public Builder(Gpu gpu, String what, CUfunc_st function) {
            this.gpu = gpu;
            this.what = what;
            this.function = function;
        }

        /** So many blocks. */
        public Builder grid(long x) {
            return grid(x, 1, 1);
        }

        /** So many blocks along each axis. */
        public Builder grid(long x, long y, long z) {
            if (x < 1 || x > MOST_BLOCKS || y < 1 || y > MOST_BLOCKS_ACROSS || z < 1 || z > MOST_BLOCKS_ACROSS) {
                throw new IllegalArgumentException(what + ": expected 1 to " + MOST_BLOCKS + " blocks, at most "
                        + MOST_BLOCKS_ACROSS + " along y and z, got " + x + " x " + y + " x " + z);
            }
            blocks[0] = (int) x;
            blocks[1] = (int) y;
            blocks[2] = (int) z;
            return this;
        }

        /** So many threads to a block; 256 unless said. */
        public Builder block(int size) {
            if (size < WARP || size > MOST_THREADS || size % WARP != 0) {
                throw new IllegalArgumentException(what + ": expected blocks of 32, 64, ... 1024 threads, got " + size);
            }
            threads = size;
            return this;
        }

        /** As many blocks as so many elements keep busy, for loops in which all threads of the grid share them. */
        public Builder over(long elements) {
            long needed = Math.max(1, (elements + threads - 1) / threads);
            return grid(Math.min(needed, Math.max(1, (long) ROUNDS * gpu.residentThreads() / threads)));
        }

        /** So many rows of these blocks, along y. */
        public Builder across(int rows) {
            return grid(blocks[0], rows, 1);
        }

        /** An address on the GPU; 0 for null. */
        public Builder pointer(long address) {
            return argument(Long.BYTES, address);
        }

        public Builder int64(long value) {
            return argument(Long.BYTES, value);
        }

        public Builder int32(int value) {
            return argument(Integer.BYTES, value & 0xffffffffL);
        }

        public Builder float32(float value) {
            return argument(Float.BYTES, Float.floatToRawIntBits(value) & 0xffffffffL);
        }

        public Builder float64(double value) {
            return argument(Double.BYTES, Double.doubleToRawLongBits(value));
        }

        /** One argument that is a struct of int64. */
        public Builder int64s(long... fields) {
            return argument(fields.length * Long.BYTES, fields);
        }

        private Builder argument(int size, long... bits) {
            if (count == MOST_ARGUMENTS || words + bits.length > MOST_ARGUMENTS) {
                throw new IllegalStateException(what + ": expected at most " + MOST_ARGUMENTS + " arguments, got more");
            }
            sizes[count] = size;
            firsts[count++] = words;
            for (long word : bits) {
                values[words++] = word;
            }
            return this;
        }

        /** The kernel, ready to run. */
        public Kernel build() {
            checkSignature();
            return new Launch(this);
        }

        /** Fails where the kernel takes other arguments: it would read what lies beside them. */
        private void checkSignature() {
            try (SizeTPointer offset = new SizeTPointer(1);
                    SizeTPointer size = new SizeTPointer(1)) {
                for (int i = 0; i <= count; i++) {
                    boolean there = cuFuncGetParamInfo(function, i, offset, size) == CUDA_SUCCESS;
                    if (there != (i < count) || (there && size.get() != sizes[i])) {
                        throw new IllegalStateException(what + ", argument " + i + ": expected "
                                + (there ? size.get() + " bytes" : "none") + ", got "
                                + (i < count ? sizes[i] + " bytes" : "none"));
                    }
                }
            }
        }

        /** Pointers to the values, then the values. */
        private ByteBuffer arguments() {
            ByteBuffer made = ByteBuffer.allocateDirect(Math.max(count + words, 1) * Long.BYTES)
                    .order(ByteOrder.nativeOrder());
            long valuesAt = new Pointer(made).address() + (long) count * Long.BYTES;
            for (int i = 0; i < count; i++) {
                made.putLong(i * Long.BYTES, valuesAt + (long) firsts[i] * Long.BYTES);
            }
            for (int i = 0; i < words; i++) {
                made.putLong((count + i) * Long.BYTES, values[i]);
            }
            return made;
        }
    }
}
