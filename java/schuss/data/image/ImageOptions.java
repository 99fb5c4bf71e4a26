package schuss.data.image;

import java.util.List;
import schuss.Shape;

/**
 * How image files are read: size, channels, background, and what becomes of unreadable files. What is not set is decided
 * by the images when an {@link ImageFolder} is opened.
 *
 * <pre>{@code
 * ImageOptions options = ImageOptions.DEFAULT.withSize(64, 64).withChannels(3).withUnreadable(ImageOptions.Unreadable.SKIP);
 * }</pre>
 *
 * @param height the height to which images are resized. If height and width are 0, the size of the images is kept where
 *     all have the same and no side is above 64; else it is 32 x 32.
 * @param width the width to which images are resized; 0 if the height is 0
 * @param channels 1 for grey, 3 for colour; 0 for 1 if every file is stored in shades of grey, else 3
 * @param unreadable what becomes of files that are not images
 * @param classNames the classes that are allowed, in the order of their labels; empty for those that are found
 * @param background what transparent images are laid over
 */
public record ImageOptions(
        int height, int width, int channels, Unreadable unreadable, List<String> classNames, Background background) {
    /** Everything is decided by the images, and unreadable files are an error. */
    public static final ImageOptions DEFAULT = new ImageOptions(0, 0, 0, Unreadable.REFUSE, List.of(), Background.AUTO);

    /** What becomes of files that are damaged or not images. */
    public enum Unreadable {
        /** The first one is an error: when the folder is opened if the file's header shows it, else when it is read. */
        REFUSE,
        /** They are left out. To find them, every file is decoded when the folder is opened. */
        SKIP
    }

    /** What transparent images are laid over: a pixel becomes {@code alpha * colour + (1 - alpha) * level}. */
    public enum Background {
        /**
         * White; but black for all images of a folder in which more images are invisible on white than on black, such as
         * white drawings on a transparent ground.
         */
        AUTO(1),
        /** Level 1. */
        WHITE(1),
        /** Level 0. */
        BLACK(0),
        /** Level 0.5. */
        GREY(0.5f);

        private final float level;

        Background(float level) {
            this.level = level;
        }

        float level() {
            return level;
        }
    }

    /**
     * Creates options; the list is copied.
     *
     * @param height the height to which images are resized
     * @param width the width to which images are resized
     * @param channels 1 for grey, 3 for colour
     * @param unreadable what becomes of files that are not images
     * @param classNames the classes that are allowed, in the order of their labels
     * @param background what transparent images are laid over
     * @throws IllegalArgumentException if a size is negative, only one of height and width is 0, or channels are not 0, 1
     *     or 3
     */
    public ImageOptions {
        classNames = List.copyOf(classNames);
        if (height < 0 || width < 0 || (height == 0) != (width == 0)) {
            throw new IllegalArgumentException(
                    "ImageOptions: expected a height and a width of at least 1, got " + height + " and " + width);
        }
        if (channels != 0 && channels != 1 && channels != 3) {
            throw new IllegalArgumentException("ImageOptions: expected 1 or 3 channels, got " + channels);
        }
    }

    /**
     * {@return a copy with a given size}
     *
     * @param height the height to which images are resized
     * @param width the width to which images are resized
     */
    public ImageOptions withSize(int height, int width) {
        return new ImageOptions(height, width, channels, unreadable, classNames, background);
    }

    /**
     * {@return a copy with a given number of channels}
     *
     * @param channels 1 for grey, 3 for colour
     */
    public ImageOptions withChannels(int channels) {
        return new ImageOptions(height, width, channels, unreadable, classNames, background);
    }

    /**
     * {@return a copy with the size and channels of a network's input}
     *
     * @param image (height, width, channels)
     */
    public ImageOptions withShape(Shape image) {
        return new ImageOptions(image.dim(0), image.dim(1), image.dim(2), unreadable, classNames, background);
    }

    /**
     * {@return (height, width, channels)}
     *
     * @throws IllegalArgumentException if size or channels are left to the images
     */
    public Shape shape() {
        if (height == 0 || channels == 0) {
            throw new IllegalArgumentException(
                    "ImageOptions: expected a size and channels, got " + height + " x " + width + " x " + channels);
        }
        return Shape.of(height, width, channels);
    }

    /**
     * {@return a copy that says what becomes of unreadable files}
     *
     * @param unreadable what becomes of them
     */
    public ImageOptions withUnreadable(Unreadable unreadable) {
        return new ImageOptions(height, width, channels, unreadable, classNames, background);
    }

    /**
     * {@return a copy with given classes}
     *
     * @param classNames the classes that are allowed, in the order of their labels
     */
    public ImageOptions withClassNames(List<String> classNames) {
        return new ImageOptions(height, width, channels, unreadable, classNames, background);
    }

    /**
     * {@return a copy with a given background}
     *
     * @param background what transparent images are laid over
     */
    public ImageOptions withBackground(Background background) {
        return new ImageOptions(height, width, channels, unreadable, classNames, background);
    }
}
