package schuss.report;

import java.awt.Color;
import java.util.List;
import java.util.Locale;

/**
 * Colours of curves: for a few, colours that colour-blind people can tell apart (Okabe and Ito 2008); for many, from
 * blue to red.
 */
final class Palette {
    private static final List<Integer> FEW = List.of(0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9);
    private static final float BLUE = 0.66f; // hues
    private static final float SATURATION = 0.8f;
    private static final float BRIGHTNESS = 0.8f;

    private Palette() {}

    /** Of one of so many curves, in the form {@code #0072b2}. */
    static String color(int index, int count) {
        return String.format(Locale.ROOT, "#%06x", rgb(index, count));
    }

    static int rgb(int index, int count) {
        return count <= FEW.size()
                ? FEW.get(index)
                : Color.HSBtoRGB(BLUE * (1 - index / (count - 1f)), SATURATION, BRIGHTNESS) & 0xffffff;
    }
}
