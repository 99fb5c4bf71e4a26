package schuss.data.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import schuss.data.image.ImageOptions.Background;

/**
 * Counts how images were changed while they were read (turned, laid over a background, converted to other colours), for a
 * message to the user. Any thread may add to it.
 *
 * <pre>{@code
 * ImageNotes notes = new ImageNotes();
 * for (Path file : files) {
 *     float[] pixels = ImageFile.read(file, train.options(), notes);
 * }
 * System.out.println(notes);   // 3 of 20 images were turned as their EXIF says, 2 with transparency were laid over white
 * }</pre>
 */
public final class ImageNotes {
    private int images;
    private int turned;
    private int transparent;
    private int unseen;
    private int converted;
    private int inks;
    private Background background = Background.WHITE;

    /** How one image was changed. */
    record Treatment(boolean turned, boolean transparent, boolean seen, boolean converted, boolean inks) {}

    synchronized void add(Treatment done, Background over) {
        images++;
        turned += done.turned ? 1 : 0;
        transparent += done.transparent ? 1 : 0;
        unseen += done.transparent && !done.seen ? 1 : 0;
        converted += done.converted ? 1 : 0;
        inks += done.inks ? 1 : 0;
        background = over == Background.AUTO ? Background.WHITE : over;
    }

    /** {@return whether no image was changed} */
    public synchronized boolean isEmpty() {
        return turned + transparent + converted + inks == 0;
    }

    /** {@return all changes with the numbers of images, on one line; empty if there were none} */
    @Override
    public synchronized String toString() {
        List<String> parts = new ArrayList<>();
        say(parts, turned, "turned as their EXIF says");
        String over = background.name().toLowerCase(Locale.ROOT);
        say(parts, transparent, "with transparency", "laid over " + over);
        if (unseen > 0) {
            parts.add(String.format(Locale.ROOT, "of which %,d show%s nothing on it", unseen, unseen == 1 ? "s" : ""));
        }
        say(parts, converted, "converted from their colour profile to sRGB");
        say(parts, inks, "converted from CMYK to RGB");
        return String.join(", ", parts);
    }

    private void say(List<String> parts, int count, String done) {
        say(parts, count, "", done);
    }

    private void say(List<String> parts, int count, String which, String done) {
        if (count > 0) {
            String whole = parts.isEmpty()
                    ? String.format(Locale.ROOT, " of %,d image%s", images, images == 1 ? "" : "s")
                    : "";
            parts.add(String.format(Locale.ROOT, "%,d", count)
                    + whole
                    + (which.isEmpty() ? "" : " " + which)
                    + (count == 1 ? " was " : " were ")
                    + done);
        }
    }
}
