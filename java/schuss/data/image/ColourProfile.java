package schuss.data.image;

import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Optional;

/** Converts colours, or shades of grey, from a colour profile to sRGB. Not safe for several threads. */
final class ColourProfile {
    private static final int RED_GREEN_BLUE = 3;
    private static final int[] SHADES = {0, 16, 32, 64, 128, 192, 255}; // that are tried out, in every mixture
    private static final int ROUNDING = 2; // of 255, which conversions of sRGB to itself come to

    private final ColorConvertOp conversion;
    private final int colours;

    private ColourProfile(ICC_Profile profile) {
        colours = profile.getNumComponents();
        conversion = new ColorConvertOp(new ICC_Profile[] {profile, ICC_Profile.getInstance(ColorSpace.CS_sRGB)}, null);
    }

    /** The profile of a file; empty if it changes nothing, cannot be read, or is not a profile of RGB or grey. */
    static Optional<ColourProfile> of(byte[] bytes) {
        try {
            ICC_Profile profile = ICC_Profile.getInstance(bytes);
            int type = profile.getColorSpaceType();
            return type == ColorSpace.TYPE_RGB || type == ColorSpace.TYPE_GRAY ? of(profile) : Optional.empty();
        } catch (IllegalArgumentException | CMMException damaged) {
            return Optional.empty();
        }
    }

    /** The profile that an image reader found; empty if it changes nothing. */
    static Optional<ColourProfile> of(ColorSpace space) {
        // Java calls plain grey samples linear light, whatever they are
        return space instanceof ICC_ColorSpace icc
                        && !space.isCS_sRGB()
                        && space != ColorSpace.getInstance(ColorSpace.CS_GRAY)
                ? of(icc.getProfile())
                : Optional.empty();
    }

    private static Optional<ColourProfile> of(ICC_Profile profile) {
        ColourProfile made = new ColourProfile(profile);
        return made.changes() ? Optional.of(made) : Optional.empty();
    }

    private boolean changes() {
        int mixtures = (int) Math.pow(SHADES.length, colours);
        WritableRaster all = row(DataBuffer.TYPE_BYTE, mixtures, colours);
        for (int x = 0; x < mixtures; x++) {
            for (int c = 0, rest = x; c < colours; c++, rest /= SHADES.length) {
                all.setSample(x, 0, c, SHADES[rest % SHADES.length]);
            }
        }
        Raster made = convert(all);
        for (int x = 0; x < mixtures; x++) {
            for (int c = 0; c < RED_GREEN_BLUE; c++) {
                if (Math.abs(made.getSample(x, 0, c) - all.getSample(x, 0, colours == 1 ? 0 : c)) > ROUNDING) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The number of components: 1 for grey, or 3. */
    int colours() {
        return colours;
    }

    private static WritableRaster row(int type, int width, int bands) {
        return Raster.createInterleavedRaster(type, width, 1, bands, null);
    }

    /** Converts a row of samples without alpha to RGB samples with the same number of bits. */
    Raster convert(Raster row) {
        WritableRaster result = row(row.getTransferType(), row.getWidth(), RED_GREEN_BLUE);
        return conversion.filter(row, result);
    }
}
