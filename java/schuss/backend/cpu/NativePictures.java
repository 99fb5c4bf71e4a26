package schuss.backend.cpu;

import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.CriticalRegion;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;

/**
 * The functions of {@code native/include/schuss/schuss.h} for pictures that lie in Java's arrays: these are reached where
 * they are, not copied, and what runs meanwhile is short. In the library that {@link Native#load} loads.
 */
@Properties(value = @Platform(include = "schuss/schuss.h", library = "jnischuss"))
final class NativePictures {
    private NativePictures() {}

    @CriticalRegion
    static native int schuss_elastic_field(
            @Cast("uint64_t") long seed,
            @Cast("uint32_t") int step,
            @Cast("uint32_t") int stream,
            long first,
            float alpha,
            @Cast("const float*") float[] window,
            long reach,
            float[] field,
            float[] spare,
            long height,
            long width);

    @CriticalRegion
    static native int schuss_map_places(
            @Cast("const double*") double[] map, int ofPixels, float[] places, long height, long width);

    @CriticalRegion
    static native int schuss_displace_places(
            @Cast("const float*") float[] field, float[] places, long height, long width);

    @CriticalRegion
    static native int schuss_sample_picture(
            @Cast("const float*") float[] places,
            @Cast("const float*") float[] from,
            float[] to,
            long start,
            long height,
            long width,
            long channels);

    @CriticalRegion
    static native int schuss_add_normals(
            @Cast("uint64_t") long seed,
            @Cast("uint32_t") int step,
            @Cast("uint32_t") int stream,
            long first,
            float deviation,
            float[] values,
            long n);
}
