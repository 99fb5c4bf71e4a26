package schuss.cli.options;

import picocli.CommandLine.Option;
import schuss.data.image.ImageOptions;

/** How images in class folders are read. A setting that is not given is null. */
public final class ImageSettings {
    private static final int MOST_SIDE = 4096;

    @Option(
            names = "--image-size",
            paramLabel = "N",
            converter = Convert.Count.class,
            description = "Class folders: height and width of the images, which are resized; their own where all are"
                    + " alike and at most 64, else 32, unless given.")
    private Integer imageSize;

    @Option(
            names = "--channels",
            paramLabel = "1|3",
            converter = Convert.Count.class,
            description =
                    "Class folders: 1 for shades of grey, 3 for colours; 1 unless given where all files are stored"
                            + " in shades of grey, else 3.")
    private Integer channels;

    @Option(
            names = "--unreadable",
            paramLabel = "refuse|skip",
            converter = UnreadableName.class,
            description = "Class folders: what to do about a file that is no image; refuse unless given.")
    private ImageOptions.Unreadable unreadable;

    @Option(
            names = "--background",
            paramLabel = "auto|white|black|grey",
            converter = BackgroundName.class,
            description = "Class folders: what transparent images are laid over; auto unless given, which is white, and"
                    + " black where fewer images would show nothing over that.")
    private ImageOptions.Background background;

    public ImageOptions options() {
        if (imageSize != null && imageSize > MOST_SIDE) {
            throw new BadInput("--image-size: expected at most " + MOST_SIDE + ", got " + imageSize);
        }
        if (channels != null && channels != 1 && channels != 3) {
            throw new BadInput("--channels: expected 1 or 3, got " + channels);
        }
        ImageOptions options = ImageOptions.DEFAULT;
        options = imageSize == null ? options : options.withSize(imageSize, imageSize);
        options = channels == null ? options : options.withChannels(channels);
        options = background == null ? options : options.withBackground(background);
        return unreadable == null ? options : options.withUnreadable(unreadable);
    }

    /** Refuses what is given, for other data. */
    public void checkNone(String data) {
        String given = imageSize != null
                ? "--image-size"
                : channels != null
                        ? "--channels"
                        : unreadable != null ? "--unreadable" : background != null ? "--background" : null;
        if (given != null) {
            throw new BadInput(given + ": expected only with a folder of class folders, got it with " + data);
        }
    }

    public static final class UnreadableName extends Convert.Name<ImageOptions.Unreadable> {
        UnreadableName() {
            super(ImageOptions.Unreadable.class);
        }
    }

    static final class BackgroundName extends Convert.Name<ImageOptions.Background> {
        BackgroundName() {
            super(ImageOptions.Background.class);
        }
    }
}
