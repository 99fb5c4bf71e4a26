package schuss.data;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import schuss.Philox;
import schuss.Shape;
import schuss.Spec;

/**
 * Examples to train on, to validate with or to predict: each has an input, a target and an index from 0 to {@code size()
 * - 1}. Data sets are immutable, and any number of threads may read them at once.
 *
 * <pre>{@code
 * float[][] features = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
 * Dataset xor = Dataset.of(features, Shape.of(2), new int[] {0, 1, 1, 0}, 2);
 * List<Dataset> parts = data.shuffle(7).split(0.8, 0.2); // training and validation, stratified by class
 * }</pre>
 *
 * <p>{@link #split}, {@link #folds}, {@link #shuffle}, {@link #map} and the like return views: they copy no examples.
 *
 * <p>Inputs of type {@code U8} (bytes) are pixels from 0 to 255, which the network sees divided by 255. Inputs of type
 * {@code F32} reach the network unchanged. This holds for every source (arrays, NumPy files, IDX files, images, CSV files
 * of pixels), in Java and on the command line, in training and in prediction.
 *
 * <p>Your own data set implements {@link #size}, {@link #input}, {@link #target}, {@link #classes} and {@link #read(int,
 * int, ByteBuffer, ByteBuffer)}.
 */
public interface Dataset {
    /** {@return the number of examples, at least 1} */
    int size();

    /**
     * {@return name, type and shape of an example's input, without the batch axis; {@code U8} means pixels from 0 to 255}
     *
     * @throws IllegalStateException if there are several inputs; see {@link #inputs}
     */
    Spec input();

    /**
     * {@return name, type and shape of an example's target, without the batch axis: {@code I32 ()} for class labels,
     * {@code F32 (k)} for regression}
     *
     * @throws IllegalStateException if there are several targets; see {@link #targets}
     */
    Spec target();

    /** {@return all inputs of an example; {@link Fields} makes data sets with several} */
    default List<Spec> inputs() {
        return List.of(input());
    }

    /** {@return all targets of an example} */
    default List<Spec> targets() {
        return List.of(target());
    }

    /** {@return the number of classes if targets are labels, 0 to {@code classes() - 1}; else 0} */
    int classes();

    /**
     * {@return the names of the classes in the order of their labels; an empty list if they are not known}
     *
     * <p>Views keep the names, and reports and answers show them. A yes-or-no target has two names, a target of several
     * numbers one for each.
     */
    default List<String> classNames() {
        return List.of();
    }

    /**
     * Gives the classes names.
     *
     * <pre>{@code
     * Dataset pets = Dataset.of(pixels, Shape.of(32, 32, 3), labels, 2).withClassNames(List.of("cat", "dog"));
     * }</pre>
     *
     * @param names different names, in the order of the labels
     * @return a view with these names
     * @throws IllegalArgumentException if there is not one name for each class, or a name occurs twice
     */
    default Dataset withClassNames(List<String> names) {
        return new NamedDataset(this, names);
    }

    /**
     * Copies one example into a batch, in the byte order of the machine. It allocates no memory and moves no buffer's
     * position.
     *
     * @param index the example, 0 to {@code size() - 1}
     * @param row its place in the batch: its input begins at byte {@code row * input().dtype().bytes() *
     *     input().shape().size()}
     * @param inputs the inputs of the whole batch
     * @param targets the targets of the whole batch
     * @throws IndexOutOfBoundsException if there is no such example, or no such row in a buffer
     */
    void read(int index, int row, ByteBuffer inputs, ByteBuffer targets);

    /**
     * Copies all inputs and targets of one example into a batch; see {@link #read(int, int, ByteBuffer, ByteBuffer)}.
     *
     * @param index the example, 0 to {@code size() - 1}
     * @param row its place in the batch
     * @param inputs a buffer for the whole batch for each of {@link #inputs}
     * @param targets a buffer for the whole batch for each of {@link #targets}
     */
    default void read(int index, int row, ByteBuffer[] inputs, ByteBuffer[] targets) {
        read(index, row, inputs[0], targets[0]);
    }

    /**
     * Returns the class of one example of a classification data set. Data sets that load inputs from files override this,
     * so that the input is not read.
     *
     * @param index the example, 0 to {@code size() - 1}
     * @return its label
     */
    default int label(int index) {
        ExampleReader reader = new ExampleReader(this);
        reader.read(index);
        return reader.label();
    }

    /** {@return whether examples have weights; {@link #weight} is called only if they do} */
    default boolean weighted() {
        return false;
    }

    /**
     * {@return the weight of one example in the loss, at least 0; the mean loss is {@code sum(weight * loss) /
     * sum(weight)}}
     *
     * @param index the example, 0 to {@code size() - 1}
     */
    default float weight(int index) {
        return 1;
    }

    /**
     * Gives every example a weight in the loss. A weight of 2 has the same effect as having the example twice, a weight
     * of 0 the same as leaving it out. Weights that the examples have already are multiplied with these. The mean loss is
     * divided by the sum of weights (Keras divides by the number of examples unless told otherwise). Metrics count
     * examples with their weights too.
     *
     * @param weights one for each example, finite and at least 0; copied
     * @return a view with these weights
     * @throws IllegalArgumentException if there are more or fewer weights than examples, or one is negative or not finite
     */
    default Dataset withWeights(float... weights) {
        return new WeightedDataset(this, weights);
    }

    /**
     * {@return a view of the first {@code n} examples}
     *
     * @param n the number of examples, 1 to {@code size()}
     * @throws IllegalArgumentException if {@code n} is out of range
     */
    default Dataset take(int n) {
        return DatasetView.first(this, n);
    }

    /**
     * {@return a view of some examples in a given order}
     *
     * @param indices the examples, each 0 to {@code size() - 1}; one may occur more than once
     * @throws IllegalArgumentException if there are no indices or one is out of range
     */
    default Dataset subset(int[] indices) {
        return DatasetView.of(this, indices);
    }

    /**
     * {@return a view of all examples in random order; the same seed gives the same order}
     *
     * @param seed chooses the order
     */
    default Dataset shuffle(long seed) {
        return subset(new Philox(seed, 0).permutation(size()));
    }

    /**
     * Splits the data at random into parts, such as {@code split(0.6, 0.2, 0.2)} for training, validation and test. The
     * split is stratified: every class is divided in the same proportions, as far as whole examples allow. It is the same
     * in every run; {@code shuffle(seed).split(...)} gives another one for each seed.
     *
     * @param shares the share of each part, above 0, with sum 1
     * @return a view for each part
     * @throws IllegalArgumentException if a share is not above 0 or they do not add up to 1
     * @throws DataException if there are too few examples for every part to get one
     */
    default List<Dataset> split(double... shares) {
        return Arrays.stream(Partition.of(this, shares)).map(this::subset).toList();
    }

    /**
     * Divides the data for k-fold cross-validation: there are k rounds, and each part is the validation set in one of
     * them while the other parts are the training set. Stratified and random like {@link #split}.
     *
     * @param k the number of folds, 2 to 127
     * @return the k rounds
     * @throws IllegalArgumentException if k is out of range
     * @throws DataException if there are fewer than k examples
     */
    default List<Fold> folds(int k) {
        return Arrays.stream(Partition.folds(this, k))
                .map(part -> new Fold(subset(Partition.others(size(), part)), subset(part)))
                .toList();
    }

    /**
     * Changes the inputs by a function; targets and weights stay. The function runs every time an example is read, on any
     * thread, so it must always give the same result for the same numbers.
     *
     * @param shape the shape of the new inputs
     * @param function receives a copy of an example's input as the network would see it (bytes divided by 255) and
     *     returns the new input
     * @return a view with {@code F32} inputs; reading it throws {@link DataException} if the function returns another
     *     count of numbers than the shape has
     */
    default Dataset map(Shape shape, UnaryOperator<float[]> function) {
        return new MappedDataset(this, shape, function);
    }

    /**
     * {@return a view whose targets are one-hot rows, {@code F32 (classes)}: 1 at the class, 0 elsewhere. For losses that
     * compare numbers, such as {@code SoftTargetCrossEntropy}}
     *
     * @throws IllegalArgumentException if the targets are not class labels
     */
    default Dataset oneHot() {
        return new OneHotDataset(this);
    }

    /**
     * {@return a view of these examples followed by those of the other data sets}
     *
     * @param others data sets with the same types and shapes of inputs and targets and the same number of classes
     * @throws IllegalArgumentException if types, shapes, or the number or names of classes differ
     */
    default Dataset concatenate(Dataset... others) {
        List<Dataset> parts = new ArrayList<>(List.of(this));
        parts.addAll(List.of(others));
        return new ConcatenatedDataset(parts);
    }

    /**
     * Creates a data set for classification from one array per example.
     *
     * @param features one row per example, each with {@code input.size()} finite numbers, row-major; copied
     * @param input the shape of one input, such as {@code Shape.of(4)}
     * @param labels one label per example, 0 to {@code classes - 1}; copied
     * @param classes the number of classes, at least 1
     * @return the data set
     * @throws DataException if there are no examples, counts differ, a feature is not finite or a label is out of range
     */
    static Dataset of(float[][] features, Shape input, int[] labels, int classes) {
        return ArrayDataset.labelled(features, input, labels, classes);
    }

    /**
     * Creates a data set for classification from one array that holds all examples one after another.
     *
     * @param features {@code labels.length * input.size()} finite numbers, row-major; copied
     * @param input the shape of one input
     * @param labels one label per example, 0 to {@code classes - 1}; copied
     * @param classes the number of classes, at least 1
     * @return the data set
     * @throws DataException if there are no examples, counts differ, a feature is not finite or a label is out of range
     */
    static Dataset of(float[] features, Shape input, int[] labels, int classes) {
        return ArrayDataset.labelled(features, input, labels, classes);
    }

    /**
     * Creates a data set for classification of index sequences, such as the words of texts; the inputs of {@code
     * Embedding} layers.
     *
     * @param indices {@code labels.length * input.size()} integers, row-major; copied
     * @param input the shape of one input, such as {@code Shape.of(20)} for texts of 20 words
     * @param labels one label per example, 0 to {@code classes - 1}; copied
     * @param classes the number of classes, at least 1
     * @return the data set
     * @throws DataException if there are no examples, counts differ or a label is out of range
     */
    static Dataset of(int[] indices, Shape input, int[] labels, int classes) {
        return ArrayDataset.indexed(indices, input, labels, classes);
    }

    /**
     * Creates a data set of images with class labels.
     *
     * @param pixels {@code labels.length * image.size()} bytes, 0 to 255, row-major; copied
     * @param image the shape of one image, (height, width, channels)
     * @param labels one label per example, 0 to {@code classes - 1}; copied
     * @param classes the number of classes, at least 1
     * @return the data set
     * @throws DataException if there are no examples, counts differ or a label is out of range
     */
    static Dataset of(byte[] pixels, Shape image, int[] labels, int classes) {
        return ArrayDataset.images(ByteBuffer.wrap(pixels.clone()), image, labels, classes);
    }

    /**
     * Creates a data set with numbers as targets, for regression or autoencoders.
     *
     * @param features rows of {@code input.size()} finite numbers, one after another; copied
     * @param input the shape of one input
     * @param targets as many rows of {@code target.size()} finite numbers; copied
     * @param target the shape of one target, such as {@code Shape.of(1)}
     * @return the data set
     * @throws DataException if there are no examples, counts differ or a number is not finite
     */
    static Dataset of(float[] features, Shape input, float[] targets, Shape target) {
        return ArrayDataset.regression(features, input, targets, target);
    }

    /**
     * Creates a data set of images with numbers as targets.
     *
     * @param pixels rows of {@code image.size()} bytes, 0 to 255, one after another; copied
     * @param image the shape of one image, (height, width, channels)
     * @param targets as many rows of {@code target.size()} finite numbers; copied
     * @param target the shape of one target
     * @return the data set
     * @throws DataException if there are no examples, counts differ or a target is not finite
     */
    static Dataset of(byte[] pixels, Shape image, float[] targets, Shape target) {
        return ArrayDataset.images(ByteBuffer.wrap(pixels.clone()), image, targets, target);
    }
}
