package schuss.data;

import java.util.Arrays;

/**
 * Where each pixel of a changed picture takes its colour from: all moves of a chain combined, so that a picture is
 * resampled once and blurred no more than that. Coordinates are pixels right of and below the picture's centre.
 *
 * <p>A move says where the picture after it looks in the picture before it. The last move is told first.
 */
final class Warp {
    private final int height;
    private final int width;
    private final double centreX;
    private final double centreY;
    private final float[] places; // x and y of every pixel, once moves are not affine alone
    private final float[] shift = new float[2];
    private boolean moved;
    private boolean placed;
    // what is still to be done to all places: x' = xx x + xy y + x0, y' = yx x + yy y + y0
    private double xx;
    private double xy;
    private double x0;
    private double yx;
    private double yy;
    private double y0;

    Warp(int height, int width) {
        this.height = height;
        this.width = width;
        centreX = (width - 1) / 2.0;
        centreY = (height - 1) / 2.0;
        places = new float[2 * height * width];
        begin();
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** Back to a picture that nothing has moved. */
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

    /** Looks at (xx x + xy y, yx x + yy y). */
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

    /** The picture, turned anticlockwise. */
    void rotate(double degrees) {
        double angle = Math.toRadians(degrees);
        linear(Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle));
    }

    /** The picture, so many times as large. */
    void scale(double factor) {
        linear(1 / factor, 0, 0, 1 / factor);
    }

    /** The picture, moved to the right and down by so many pixels. */
    void translate(double right, double down) {
        x0 -= right;
        y0 -= down;
        moved = true;
    }

    /** What a box shows, by its centre and its share of width and height, made as large as the picture. */
    void window(double x, double y, double shareX, double shareY) {
        linear(shareX, 0, 0, shareY);
        translate(-x, -y);
    }

    /** Looks beside every place by what a field, x and y for every pixel, has there. */
    void displace(float[] field) {
        place();
        for (int i = 0; i < places.length; i += 2) {
            read(field, 0, 2, places[i], places[i + 1], shift, 0);
            places[i] += shift[0];
            places[i + 1] += shift[1];
        }
        moved = true;
    }

    private void place() {
        for (int row = 0, i = 0; row < height; row++) {
            for (int column = 0; column < width; column++, i += 2) {
                double x = placed ? places[i] : column - centreX;
                double y = placed ? places[i + 1] : row - centreY;
                places[i] = (float) (xx * x + xy * y + x0);
                places[i + 1] = (float) (yx * x + yy * y + y0);
            }
        }
        placed = true;
        identity();
    }

    boolean isMoved() {
        return moved;
    }

    /** Makes the changed picture, bilinearly; 0 where it looks beside the other. Both are (height, width, channels). */
    void resample(float[] from, float[] to, int channels) {
        resample(from, to, 0, channels);
    }

    /** The same for a picture among others that begins there, in both. */
    void resample(float[] from, float[] to, int start, int channels) {
        place();
        for (int i = 0, at = start; i < places.length; i += 2, at += channels) {
            read(from, start, channels, places[i], places[i + 1], to, at);
        }
    }

    private void read(float[] from, int start, int channels, float x, float y, float[] to, int at) {
        double column = x + centreX;
        double row = y + centreY;
        if (!(column > -1 && column < width && row > -1 && row < height)) {
            Arrays.fill(to, at, at + channels, 0);
            return;
        }
        int left = (int) Math.floor(column);
        int top = (int) Math.floor(row);
        float right = (float) (column - left);
        float low = (float) (row - top);
        float leftWeight = left >= 0 ? 1 - right : 0;
        float rightWeight = left + 1 < width ? right : 0;
        float topWeight = top >= 0 ? 1 - low : 0;
        float lowWeight = top + 1 < height ? low : 0;
        // a weight of 0 reads some pixel within
        int first = start + Math.max(left, 0) * channels;
        int second = start + Math.min(left + 1, width - 1) * channels;
        int above = Math.max(top, 0) * width * channels;
        int below = Math.min(top + 1, height - 1) * width * channels;
        for (int c = 0; c < channels; c++) {
            float upper = leftWeight * from[above + first + c] + rightWeight * from[above + second + c];
            float lower = leftWeight * from[below + first + c] + rightWeight * from[below + second + c];
            to[at + c] = topWeight * upper + lowWeight * lower;
        }
    }
}
