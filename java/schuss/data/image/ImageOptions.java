package schuss.data.image;

import java.util.List;
import schuss.Shape;

/**
 * How images in folders are read.
 *
 * <pre>{@code
 * ImageOptions options = ImageOptions.DEFAULT.withSize(64, 64).withChannels(3).withUnreadable(ImageOptions.Unreadable.SKIP);
 * }</pre>
 *
 * @param height to which every image is resized; 0 with a width of 0: their own size where all have the same and no side
 *     is above 64, else 32 x 32
 * @param width likewise
 * @param channels 1 for shades of grey, 3 for colours; 0: 1 where every file is stored in shades of grey, else 3
 * @param unreadable what to do about files that are no images
 * @param classNames the classes that there may be, in the order of their labels; none: those that there are
 * @param background what transparent images are laid over
 */
public record ImageOptions(
        int height, int width, int channels, Unreadable unreadable, List<String> classNames, Background background) {
    /** Everything as the images show. */
    public static final ImageOptions DEFAULT = new ImageOptions(0, 0, 0, Unreadable.REFUSE, List.of(), Background.AUTO);

    /** What to do about files that are no images, or damaged. */
    public enum Unreadable {
        /** The first ends it all: when the data is opened, as far as a file's header tells, else when it is read. */
        REFUSE,
        /** They are left out. To know them, every file is decoded when the data is opened. */
        SKIP
    }

    /** What transparent images are laid over: a pixel is {@code alpha * colour + (1 - alpha) * level}. */
    public enum Background {
        /**
         * White. In a folder in which more images show nothing over white than over black, as those in white on
         * nothing, black for all.
         */
        AUTO(1),
        /** 1. */
        WHITE(1),
        /** 0. */
        BLACK(0),
        /** 0.5. */
        GREY(0.5f);

        private final float level;

        Background(float level) {
            this.level = level;
        }

        float level() {
            return level;
        }
    }

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

    public ImageOptions withSize(int height, int width) {
        return new ImageOptions(height, width, channels, unreadable, classNames, background);
    }

    public ImageOptions withChannels(int channels) {
        return new ImageOptions(height, width, channels, unreadable, classNames, background);
    }

    /** As a network takes them that was trained on (height, width, channels). */
    public ImageOptions withShape(Shape image) {
        return new ImageOptions(image.dim(0), image.dim(1), image.dim(2), unreadable, classNames, background);
    }

    /**
     * (height, width, channels).
     *
     * @throws IllegalArgumentException if any is left to the images
     */
    public Shape shape() {
        if (height == 0 || channels == 0) {
            throw new IllegalArgumentException(
                    "ImageOptions: expected a size and channels, got " + height + " x " + width + " x " + channels);
        }
        return Shape.of(height, width, channels);
    }

    public ImageOptions withUnreadable(Unreadable unreadable) {
        return new ImageOptions(height, width, channels, unreadable, classNames, background);
    }

    public ImageOptions withClassNames(List<String> classNames) {
        return new ImageOptions(height, width, channels, unreadable, classNames, background);
    }

    public ImageOptions withBackground(Background background) {
        return new ImageOptions(height, width, channels, unreadable, classNames, background);
    }
}
