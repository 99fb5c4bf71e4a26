package schuss.data.augment;

import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import schuss.Philox;

/** The loops in plain Java: the reference for native ones, and the fallback if there are none. */
final class PlainPixelLoops implements PixelLoops {
    /** The loops to use: native ones if they can be loaded. */
    static final PixelLoops BEST = best();

    private static PixelLoops best() {
        System.Logger log = System.getLogger(PixelLoops.class.getName());
        try {
            Iterator<PixelLoops> found = ServiceLoader.load(PixelLoops.class, PixelLoops.class.getClassLoader())
                    .iterator();
            if (found.hasNext()) {
                return found.next();
            }
            log.log(System.Logger.Level.DEBUG, "images are changed in plain Java: nothing native is registered");
        } catch (ServiceConfigurationError e) {
            log.log(System.Logger.Level.WARNING, "images are changed in plain Java, slowly: " + e.getCause());
        }
        return new PlainPixelLoops();
    }

    @Override
    public void field(
            Numbers numbers, float alpha, float[] window, float[] field, float[] spare, int height, int width) {
        random(numbers).uniforms(numbers.first(), field);
        for (int i = 0; i < field.length; i++) {
            field[i] = alpha * (2 * field[i] - 1);
        }
        smooth(field, spare, window, 1, width);
        smooth(spare, field, window, width, height * width);
    }

    private static Philox random(Numbers numbers) {
        return new Philox(numbers.seed(), numbers.stream(), numbers.step());
    }

    /** Smooths along lines that follow one another and whose elements are {@code step} apart. */
    private static void smooth(float[] from, float[] to, float[] window, int step, int line) {
        int reach = window.length / 2;
        for (int start = 0; start < from.length; start += line) {
            for (int i = 0; i < line; i++) {
                int least = Math.max(-reach, -(i / step));
                int most = Math.min(reach, (line - 1 - i) / step);
                float sum = 0;
                for (int k = least; k <= most; k++) {
                    sum += window[k + reach] * from[start + i + k * step];
                }
                to[start + i] = sum;
            }
        }
    }

    @Override
    public void map(double[] map, boolean ofPixels, float[] places, int height, int width) {
        int plane = height * width;
        for (int row = 0, i = 0; row < height; row++) {
            for (int column = 0; column < width; column++, i++) {
                double x = ofPixels ? column - (width - 1) / 2.0 : places[i];
                double y = ofPixels ? row - (height - 1) / 2.0 : places[plane + i];
                places[i] = (float) (map[0] * x + map[1] * y + map[2]);
                places[plane + i] = (float) (map[3] * x + map[4] * y + map[5]);
            }
        }
    }

    @Override
    public void displace(float[] field, float[] places, int height, int width) {
        Corners corners = new Corners(height, width);
        int plane = height * width;
        for (int i = 0; i < plane; i++) {
            if (corners.find(places[i], places[plane + i])) {
                places[i] += corners.of(field, 0, 1, 0);
                places[plane + i] += corners.of(field, plane, 1, 0);
            }
        }
    }

    @Override
    public void sample(float[] places, float[] from, float[] to, int start, int height, int width, int channels) {
        Corners corners = new Corners(height, width);
        int plane = height * width;
        for (int i = 0, at = start; i < plane; i++, at += channels) {
            boolean within = corners.find(places[i], places[plane + i]);
            for (int c = 0; c < channels; c++) {
                to[at + c] = within ? corners.of(from, start, channels, c) : 0;
            }
        }
    }

    @Override
    public void addNormals(Numbers numbers, float deviation, float[] values) {
        float[] normals = new float[values.length];
        random(numbers).normals(deviation, numbers.first(), normals);
        for (int i = 0; i < values.length; i++) {
            values[i] += normals[i];
        }
    }

    /**
     * The four pixels around a place and their weights. A pixel outside the image has weight 0 and is replaced by one
     * inside.
     */
    private static final class Corners {
        private final int height;
        private final int width;
        private float leftWeight;
        private float rightWeight;
        private float topWeight;
        private float lowWeight;
        private int left;
        private int right;
        private int above; // the first pixel of that row
        private int below;

        Corners(int height, int width) {
            this.height = height;
            this.width = width;
        }

        /** Whether any of them is inside the image. */
        boolean find(float x, float y) {
            double column = x + (width - 1) / 2.0;
            double row = y + (height - 1) / 2.0;
            if (!(column > -1 && column < width && row > -1 && row < height)) {
                return false;
            }
            int leftmost = (int) Math.floor(column);
            int topmost = (int) Math.floor(row);
            float partRight = (float) (column - leftmost);
            float partLow = (float) (row - topmost);
            leftWeight = leftmost >= 0 ? 1 - partRight : 0;
            rightWeight = leftmost + 1 < width ? partRight : 0;
            topWeight = topmost >= 0 ? 1 - partLow : 0;
            lowWeight = topmost + 1 < height ? partLow : 0;
            left = Math.max(leftmost, 0);
            right = Math.min(leftmost + 1, width - 1);
            above = Math.max(topmost, 0) * width;
            below = Math.min(topmost + 1, height - 1) * width;
            return true;
        }

        float of(float[] from, int start, int channels, int channel) {
            int at = start + channel;
            float upper = leftWeight * from[at + (above + left) * channels]
                    + rightWeight * from[at + (above + right) * channels];
            float lower = leftWeight * from[at + (below + left) * channels]
                    + rightWeight * from[at + (below + right) * channels];
            return topWeight * upper + lowWeight * lower;
        }
    }
}
