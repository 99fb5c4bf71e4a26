/**
 * Image files as data sets and as inputs of networks.
 *
 * <p>{@link schuss.data.image.ImageFolder} is a data set of a folder that has one subfolder for each class;
 * {@link schuss.data.image.ImageFile} reads a single image for prediction. {@link schuss.data.image.ImageOptions} set size,
 * channels and background.
 *
 * <pre>{@code
 * ImageFolder train = ImageFolder.open(Path.of("pets/train"), ImageOptions.DEFAULT.withSize(64, 64));
 * Trainer.of(model, new SoftmaxCrossEntropy(), new Adam()).withWorkers(2).fit(train);
 * float[] probabilities = model.predict(ImageFile.read(Path.of("photo.jpg"), train.options()));
 * }</pre>
 */
package schuss.data.image;
