package schuss.backend.cpu;

import schuss.data.augment.PixelLoops;

/**
 * The loops over pixels of image augmentation as native kernels, found as a service. They work on Java arrays without
 * copying.
 */
public final class NativePixelLoops implements PixelLoops {
    /**
     * Loads the native library.
     *
     * @throws IllegalStateException if it cannot be loaded
     */
    public NativePixelLoops() {
        Native.load();
    }

    @Override
    public void field(
            Numbers numbers, float alpha, float[] window, float[] field, float[] spare, int height, int width) {
        Native.check(Native.schuss_elastic_field(
                numbers.seed(),
                numbers.step(),
                numbers.stream(),
                numbers.first(),
                alpha,
                window,
                window.length / 2,
                field,
                spare,
                height,
                width));
    }

    @Override
    public void map(double[] map, boolean ofPixels, float[] places, int height, int width) {
        Native.check(Native.schuss_map_places(map, ofPixels ? 1 : 0, places, height, width));
    }

    @Override
    public void displace(float[] field, float[] places, int height, int width) {
        Native.check(Native.schuss_displace_places(field, places, height, width));
    }

    @Override
    public void sample(float[] places, float[] from, float[] to, int start, int height, int width, int channels) {
        Native.check(Native.schuss_sample_image(places, from, to, start, height, width, channels));
    }

    @Override
    public void addNormals(Numbers numbers, float deviation, float[] values) {
        Native.check(Native.schuss_add_normals(
                numbers.seed(), numbers.step(), numbers.stream(), numbers.first(), deviation, values, values.length));
    }
}
