package schuss;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import schuss.data.Dataset;
import schuss.data.image.ImageFile;
import schuss.data.image.ImageOptions;

/**
 * A model of images, which takes image files as they come and answers with the names of their classes. An image is read
 * as {@link ImageFile} does it, with the size, the channels and the background of training: turned upright, in sRGB, resized,
 * from 0 to 1. It may be used from any thread.
 *
 * <pre>{@code
 * try (Device device = Device.best();
 *      ImageModel pets = ImageModel.load(Path.of("pets.safetensors"), device)) {
 *     String animal = pets.predict(Path.of("rex.jpg")).name();
 * }
 * }</pre>
 *
 * <p>All of {@code predict} throw a {@link schuss.data.DataException} if there is no image, or one that is damaged or too
 * large.
 */
public final class ImageModel implements AutoCloseable {
    private final Model model;
    private final ModelDescription description;
    private final ImageOptions options;

    private ImageModel(Model model, ModelDescription description, ImageOptions options) {
        this.model = model;
        this.description = description;
        this.options = options;
    }

    /**
     * A model that was trained on images read with these options, which it takes over: closing this closes the model.
     *
     * @param options of the images that were trained on, as {@link schuss.data.image.ImageFolder#options} tells them: size,
     *     channels, class names in the order of the labels, and background, where AUTO is white
     * @throws IllegalArgumentException if they leave size, channels or class names open, or the model has other inputs or
     *     outputs
     */
    public static ImageModel of(Model model, ImageOptions options) {
        ModelDescription description = ModelDescription.of(options);
        description.checkFits("ImageModel", model);
        return new ImageModel(model, description, description.images().orElseThrow());
    }

    /**
     * The model of a file that {@link #save} or {@code schuss train} wrote.
     *
     * @throws FormatException if the file is damaged, or holds no model of images
     */
    public static ImageModel load(Path path, Device device) throws IOException {
        return ModelDescription.load(path, device, (model, description) -> {
            ImageOptions options = description
                    .images()
                    .orElseThrow(() -> new FormatException(path + ": expected a model of images, got one of "
                            + (description.table().isPresent() ? "a table" : "pixels " + description.input())));
            return new ImageModel(model, description, options);
        });
    }

    /**
     * Writes the model with its classes, and how its images are read: {@code schuss predict} and {@code evaluate} take the
     * file too.
     */
    public void save(Path path) throws IOException {
        description.save(model, path);
    }

    /** Predicts the image of a file. */
    public Answer predict(Path file) {
        return answer(ImageFile.read(file, options));
    }

    /** Predicts the image of a file that a stream has, which is read to its end and stays open. */
    public Answer predict(InputStream in) {
        return answer(ImageFile.read(in, options));
    }

    /** Predicts the image of a file that lies in memory. */
    public Answer predict(byte[] bytes) {
        return answer(ImageFile.read(bytes, options));
    }

    /** Predicts an image that is decoded already, as it stands. */
    public Answer predict(BufferedImage image) {
        return answer(ImageFile.read(image, options));
    }

    /**
     * Predicts the images of several files together, as {@code schuss predict} does: faster than one by one, and equal but
     * for the last digits, as larger products add in another order.
     *
     * @throws schuss.data.DataException naming the first file that has no image
     */
    public List<Answer> predict(List<Path> files) {
        List<Answer> answers = new ArrayList<>();
        int width = Math.toIntExact(description.input().size());
        int outputs = description.outputs();
        for (int from = 0; from < files.size(); from += description.batch()) {
            List<Path> part = files.subList(from, Math.min(files.size(), from + description.batch()));
            float[] pixels = new float[part.size() * width];
            for (int i = 0; i < part.size(); i++) {
                System.arraycopy(ImageFile.read(part.get(i), options), 0, pixels, i * width, width);
            }
            answers.addAll(Answer.all(description.classNames(), outputs, model.predict(pixels)));
        }
        return answers;
    }

    /**
     * Predicts all images of a data set, such as an {@link schuss.data.image.ImageFolder} opened with {@link #options}.
     *
     * @throws IllegalArgumentException if they are of another size
     */
    public List<Answer> predict(Dataset images) {
        return Answer.all(description.classNames(), description.outputs(), model.predict(images));
    }

    private Answer answer(float... pixels) {
        return Answer.of(description.classNames(), model.predict(pixels));
    }

    /** How its images are read: to open a folder of others alike. */
    public ImageOptions options() {
        return options;
    }

    /** The network with its weights; its inputs are pixels from 0 to 1. */
    public Model model() {
        return model;
    }

    @Override
    public void close() {
        model.close();
    }
}
