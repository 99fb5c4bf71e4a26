package schuss.backend.cpu;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;

/**
 * The C interface {@code native/include/schuss/schuss.h}, function by function under its C name; what each does stands
 * there. Addresses cross as raw {@code long}, arrays only where something is bound. {@link #load()} comes first.
 */
@Properties(
        value =
                @Platform(
                        include = "schuss/schuss.h",
                        library = "jnischuss",
                        // In this order: each needs those before it. They lie in the jars of the two libraries.
                        preload = {"gomp@.1", "dnnl@.3", "quadmath@.0", "gfortran@.5", "openblas@.0"},
                        preloadresource = {"/org/bytedeco/dnnl/", "/org/bytedeco/openblas/"}))
final class Native {
    private static final String JAVACPP = "1.5.13";

    private static boolean loaded;

    private Native() {}

    /**
     * Loads the library once and chooses the kernels' instruction set: the system property {@code schuss.isa}, which is
     * {@code best} (the default), {@code avx512}, {@code avx2} or {@code baseline}.
     *
     * @throws IllegalStateException if the library cannot be loaded, or this CPU lacks what was asked for
     */
    static synchronized void load() {
        if (loaded) {
            return;
        }
        try {
            Loader.load(Native.class);
        } catch (UnsatisfiedLinkError error) {
            throw explain(error);
        } catch (NoClassDefFoundError error) {
            throw new IllegalStateException(
                    "Schuss needs the jar org.bytedeco:javacpp:" + JAVACPP + " on the class path", error);
        }
        check(schuss_initialise(System.getProperty("schuss.isa", "best")));
        loaded = true;
    }

    /**
     * Passes a status of 0 through and turns any other into the exception that the native message describes.
     *
     * @throws IllegalStateException if {@code status} is not 0
     */
    static void check(int status) {
        if (status != 0) {
            throw new IllegalStateException(schuss_last_error());
        }
    }

    private static IllegalStateException explain(UnsatisfiedLinkError error) {
        String all = messages(error);
        if (all.contains("already loaded in another classloader")) {
            return new IllegalStateException(
                    "Schuss's native library is already loaded by another class loader of this JVM, which allows only"
                            + " one: put schuss and javacpp where both see the same classes",
                    error);
        }
        String platform = Loader.getPlatform();
        for (String[] part : new String[][] {
            {"gomp", "org.bytedeco:dnnl"}, {"dnnl", "org.bytedeco:dnnl"}, {"openblas", "org.bytedeco:openblas"}
        }) {
            if (all.contains("lib" + part[0])
                    && Native.class.getResource(
                                    "/" + part[1].replace("org.bytedeco:", "org/bytedeco/") + "/" + platform)
                            == null) {
                return new IllegalStateException(
                        "Schuss needs the native jar " + part[1] + " with the classifier " + platform
                                + " on the class path: lib" + part[0] + " is missing",
                        error);
            }
        }
        return new IllegalStateException("Schuss's native library cannot be loaded on " + platform + ": " + all, error);
    }

    private static String messages(Throwable error) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            text.append(text.length() == 0 ? "" : "; ").append(cause.getMessage());
        }
        return text.toString();
    }

    static native int schuss_initialise(String isa);

    static native @Cast("const char*") String schuss_isa();

    static native @Cast("const char*") String schuss_last_error();

    static native int schuss_physical_cores();

    static native double schuss_peak_gflops(int threads, double seconds);

    /** The address of new memory, or 0 when there is none left. */
    static native @Cast("jlong") long schuss_allocate(long bytes);

    static native void schuss_free(@Cast("void*") long memory, long bytes);

    static native long schuss_allocated_bytes();

    static native long schuss_allocations();

    static native void schuss_fill(@Cast("float*") long y, float value, long n, int threads);

    static native long schuss_first_non_finite(@Cast("const float*") long x, long n);

    static native @Cast("jlong") long schuss_pointwise_bind(
            @Cast("const int32_t*") int[] code,
            int instructions,
            @Cast("const float*") float[] constants,
            int constantCount,
            @Cast("const int64_t*") long[] inputs,
            @Cast("const int32_t*") int[] inputTypes,
            int inputCount,
            @Cast("const int64_t*") long[] strides,
            @Cast("const int64_t*") long[] outputs,
            @Cast("const int32_t*") int[] outputSlots,
            int outputCount,
            @Cast("const int64_t*") long[] extents,
            int rank,
            int slots,
            @Cast("const int32_t*") long skip,
            int threads);

    static native int schuss_pointwise_run(@Cast("void*") long bound);

    static native void schuss_pointwise_free(@Cast("void*") long bound);

    static native int schuss_sum(
            @Cast("const float*") long x,
            @Cast("float*") long y,
            long outer,
            long reduced,
            long inner,
            float scale,
            int threads);

    static native int schuss_softmax_forward(
            @Cast("const float*") long x, @Cast("float*") long y, long rows, long columns, int threads);

    static native int schuss_log_softmax_forward(
            @Cast("const float*") long x, @Cast("float*") long y, long rows, long columns, int threads);

    static native @Cast("jlong") long schuss_constant_bind(
            @Cast("const float*") float[] values, long n, @Cast("float*") long y);

    static native int schuss_constant_run(@Cast("void*") long bound);

    static native void schuss_constant_free(@Cast("void*") long bound);

    static native int schuss_cross_entropy_forward(
            @Cast("const float*") long scores,
            @Cast("const int32_t*") long labels,
            @Cast("const float*") long classWeights,
            @Cast("float*") long loss,
            @Cast("float*") long weight,
            @Cast("float*") long maximum,
            @Cast("float*") long sum,
            long rows,
            long classes,
            int logProbabilities,
            float smoothing,
            long ignored,
            int threads);

    static native int schuss_cross_entropy_backward(
            @Cast("const float*") long scores,
            @Cast("const int32_t*") long labels,
            @Cast("const float*") long maximum,
            @Cast("const float*") long sum,
            @Cast("const float*") long dLoss,
            @Cast("const float*") long classWeights,
            @Cast("float*") long dScores,
            long rows,
            long classes,
            int logProbabilities,
            float smoothing,
            long ignored,
            int threads);

    static native int schuss_dropout(
            @Cast("const float*") long x,
            @Cast("float*") long y,
            @Cast("const uint64_t*") long random,
            @Cast("uint32_t") int stream,
            float rate,
            float scale,
            long groups,
            long shared,
            long channels,
            int threads);

    static native int schuss_normal(
            @Cast("const uint64_t*") long random,
            @Cast("float*") long y,
            @Cast("uint32_t") int stream,
            float deviation,
            long n,
            int threads);

    static native int schuss_gather(
            @Cast("const float*") long table,
            @Cast("const int32_t*") long indices,
            @Cast("float*") long y,
            long rows,
            long size,
            long count,
            int threads);

    static native int schuss_scatter_add(
            @Cast("const float*") long x,
            @Cast("const int32_t*") long indices,
            @Cast("float*") long y,
            long rows,
            long size,
            long count,
            int threads);

    static native int schuss_max_forward(
            @Cast("const float*") long x, @Cast("float*") long y, long outer, long reduced, long inner, int threads);

    static native int schuss_max_backward(
            @Cast("const float*") long x,
            @Cast("const float*") long y,
            @Cast("const float*") long dy,
            @Cast("float*") long dx,
            long outer,
            long reduced,
            long inner,
            int threads);

    static native @Cast("jlong") long schuss_copy_bind(
            @Cast("const float*") long x,
            @Cast("float*") long y,
            @Cast("const int64_t*") long[] extents,
            @Cast("const int64_t*") long[] xStrides,
            @Cast("const int64_t*") long[] yStrides,
            int rank,
            int threads);

    static native int schuss_copy_run(@Cast("void*") long bound);

    static native void schuss_copy_free(@Cast("void*") long bound);

    static native int schuss_accuracy(
            @Cast("const float*") long scores,
            @Cast("const int32_t*") long labels,
            @Cast("float*") long correct,
            long rows,
            long classes,
            int threads);

    static native int schuss_accumulate(
            @Cast("const float*") long x, @Cast("double*") long total, long n, @Cast("const int32_t*") long skip);

    static native int schuss_guard(
            @Cast("const float*") long loss,
            @Cast("const float*") long gradients,
            long n,
            @Cast("float*") long norm,
            @Cast("int32_t*") long tripped,
            @Cast("float*") long scratch,
            int threads);

    static native long schuss_guard_scratch(long n);

    static native long schuss_group_norm_scratch(long batch, long rows, long channels);

    static native int schuss_group_norm_forward(
            @Cast("const float*") long x,
            @Cast("const float*") long scale,
            @Cast("const float*") long shift,
            @Cast("const float*") long residual,
            @Cast("float*") long y,
            @Cast("float*") long mean,
            @Cast("float*") long variance,
            @Cast("void*") long scratch,
            long batch,
            long rows,
            long channels,
            long groups,
            double epsilon,
            int relu,
            int threads);

    static native int schuss_group_norm_backward(
            @Cast("const float*") long x,
            @Cast("const float*") long scale,
            @Cast("const float*") long shift,
            @Cast("const float*") long mean,
            @Cast("const float*") long variance,
            @Cast("const float*") long y,
            @Cast("const float*") long dy,
            @Cast("const float*") long moreDy,
            @Cast("float*") long dx,
            @Cast("float*") long dScale,
            @Cast("float*") long dShift,
            @Cast("float*") long masked,
            @Cast("void*") long scratch,
            long batch,
            long rows,
            long channels,
            long groups,
            double epsilon,
            int threads);

    static native long schuss_layer_norm_scratch(long rows, long columns);

    static native int schuss_layer_norm_forward(
            @Cast("const float*") long x,
            @Cast("const float*") long scale,
            @Cast("const float*") long shift,
            @Cast("float*") long y,
            @Cast("float*") long mean,
            @Cast("float*") long variance,
            long rows,
            long columns,
            double epsilon,
            int threads);

    static native int schuss_layer_norm_backward(
            @Cast("const float*") long x,
            @Cast("const float*") long scale,
            @Cast("const float*") long mean,
            @Cast("const float*") long variance,
            @Cast("const float*") long dy,
            @Cast("float*") long dx,
            @Cast("float*") long dScale,
            @Cast("float*") long dShift,
            @Cast("float*") long scratch,
            long rows,
            long columns,
            double epsilon,
            int threads);

    static native int schuss_max_pool_forward(
            @Cast("const float*") long x,
            @Cast("float*") long y,
            @Cast("void*") long taken,
            long batch,
            long height,
            long width,
            long channels,
            long outputsDown,
            long outputsAcross,
            long windowHeight,
            long windowWidth,
            long strideDown,
            long strideAcross,
            long top,
            long left,
            int threads);

    static native int schuss_max_pool_backward(
            @Cast("const void*") long taken,
            @Cast("const float*") long dy,
            @Cast("float*") long dx,
            long batch,
            long height,
            long width,
            long channels,
            long outputsDown,
            long outputsAcross,
            long windowHeight,
            long windowWidth,
            long strideDown,
            long strideAcross,
            long top,
            long left,
            int threads);

    static native int schuss_average_pool_forward(
            @Cast("const float*") long x,
            @Cast("float*") long y,
            long batch,
            long height,
            long width,
            long channels,
            long outputsDown,
            long outputsAcross,
            long windowHeight,
            long windowWidth,
            long strideDown,
            long strideAcross,
            long top,
            long left,
            int countPadding,
            int threads);

    static native int schuss_average_pool_backward(
            @Cast("const float*") long dy,
            @Cast("float*") long dx,
            long batch,
            long height,
            long width,
            long channels,
            long outputsDown,
            long outputsAcross,
            long windowHeight,
            long windowWidth,
            long strideDown,
            long strideAcross,
            long top,
            long left,
            int countPadding,
            int threads);

    static native int schuss_sgd_update(
            @Cast("float*") long p,
            @Cast("const float*") long g,
            @Cast("const uint8_t*") long groups,
            @Cast("const float*") long coefficients,
            @Cast("const float*") long scale,
            float limit,
            @Cast("const int32_t*") long skip,
            long n,
            int threads);

    static native int schuss_momentum_update(
            @Cast("float*") long p,
            @Cast("const float*") long g,
            @Cast("float*") long v,
            @Cast("const uint8_t*") long groups,
            @Cast("const float*") long coefficients,
            @Cast("const float*") long scale,
            float limit,
            @Cast("const int32_t*") long skip,
            long n,
            int threads);

    static native int schuss_adam_update(
            @Cast("float*") long p,
            @Cast("const float*") long g,
            @Cast("float*") long m,
            @Cast("float*") long v,
            @Cast("const uint8_t*") long groups,
            @Cast("const float*") long coefficients,
            @Cast("const float*") long scale,
            float limit,
            @Cast("const int32_t*") long skip,
            long n,
            int threads);

    static native int schuss_max_norm(
            @Cast("float*") long weight,
            long incoming,
            long units,
            double limit,
            @Cast("const int32_t*") long skip,
            int threads);

    static native @Cast("jlong") long schuss_matmul_prepare(
            int provider,
            long m,
            long k,
            long n,
            int transposeA,
            int transposeB,
            int bias,
            int activation,
            float alpha,
            @Cast("int64_t*") long[] scratchBytes,
            int threads);

    static native @Cast("jlong") long schuss_convolution_prepare(
            int provider,
            int pass,
            int weights,
            @Cast("const int64_t*") long[] sizes,
            int bias,
            int activation,
            float alpha,
            @Cast("int64_t*") long[] bytes,
            int threads);

    static native @Cast("jlong") long schuss_product_bind(
            @Cast("void*") long prepared,
            @Cast("const float*") long a,
            @Cast("const float*") long b,
            @Cast("const float*") long bias,
            @Cast("float*") long c,
            @Cast("void*") long scratch);

    static native int schuss_product_run(@Cast("void*") long bound);

    static native void schuss_product_unbind(@Cast("void*") long bound);

    static native void schuss_product_release(@Cast("void*") long prepared);
}
