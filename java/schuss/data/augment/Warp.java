package schuss.data.augment;

/**
 * Where each pixel of a changed image takes its value from: all moves of a chain combined, so that an image is resampled
 * only once. Coordinates are pixels to the right of and below the image's centre.
 *
 * <p>A move maps places in the image after it to places in the image before it. The last move of a chain is added first.
 */
final class Warp {
    private final int height;
    private final int width;
    private final PixelLoops loops;
    private final float[] places; // x of every pixel, then y
    private boolean moved;
    private boolean placed; // places are those of some moves; else what is still to be done is all
    // what is still to be done to all places: x' = xx x + xy y + x0, y' = yx x + yy y + y0
    private double xx;
    private double xy;
    private double x0;
    private double yx;
    private double yy;
    private double y0;
    private final double[] map = new double[6]; // the same for the loops

    Warp(int height, int width, PixelLoops loops) {
        this.height = height;
        this.width = width;
        this.loops = loops;
        places = new float[2 * height * width];
        begin();
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** Starts again with an image that is not moved. */
    void begin() {
        moved = false;
        placed = false;
        identity();
    }

    private void identity() {
        xx = 1;
        xy = 0;
        x0 = 0;
        yx = 0;
        yy = 1;
        y0 = 0;
    }

    /** Adds the map to (xx x + xy y, yx x + yy y). */
    void linear(double ofXx, double ofXy, double ofYx, double ofYy) {
        double newXx = ofXx * xx + ofXy * yx;
        double newXy = ofXx * xy + ofXy * yy;
        double newX0 = ofXx * x0 + ofXy * y0;
        yx = ofYx * xx + ofYy * yx;
        yy = ofYx * xy + ofYy * yy;
        y0 = ofYx * x0 + ofYy * y0;
        xx = newXx;
        xy = newXy;
        x0 = newX0;
        moved = true;
    }

    /** Turns the image anticlockwise. */
    void rotate(double degrees) {
        double angle = Math.toRadians(degrees);
        linear(Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle));
    }

    /** Enlarges the image. */
    void scale(double factor) {
        linear(1 / factor, 0, 0, 1 / factor);
    }

    /** Moves the image to the right and down. */
    void translate(double right, double down) {
        x0 -= right;
        y0 -= down;
        moved = true;
    }

    /** Enlarges a box, given by its centre and its share of width and height, to the size of the image. */
    void window(double x, double y, double shareX, double shareY) {
        linear(shareX, 0, 0, shareY);
        translate(-x, -y);
    }

    /** Moves every place by the value of a field, (2, height, width). */
    void displace(float[] field) {
        place();
        loops.displace(field, places, height, width);
        moved = true;
    }

    /** Applies the moves added so far to the places. */
    void place() {
        map[0] = xx;
        map[1] = xy;
        map[2] = x0;
        map[3] = yx;
        map[4] = yy;
        map[5] = y0;
        loops.map(map, !placed, places, height, width);
        placed = true;
        identity();
    }

    boolean isMoved() {
        return moved;
    }

    /**
     * Makes the changed image, (height, width, channels), by bilinear interpolation; 0 outside the original. To be called
     * after {@link #place}.
     *
     * @param start the index at which the image begins in both arrays
     */
    void sample(float[] from, float[] to, int start, int channels) {
        loops.sample(places, from, to, start, height, width, channels);
    }
}
