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
 * Indexed examples: what a training run reads its batches from. Implementations are immutable and any number of
 * threads may read them at once.
 *
 * <p>What a network sees of an input follows from its type alone, wherever it is from (arrays, files of NumPy's, IDX files,
 * images, CSV files of pixels; Java or the command line; training or prediction): bytes, {@code U8}, are pixels from 0 to
 * 255, which it sees divided by 255; {@code F32} it sees as it is.
 *
 * <pre>{@code
 * float[][] features = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
 * Dataset xor = Dataset.of(features, Shape.of(2), new int[] {0, 1, 1, 0}, 2);
 * List<Dataset> parts = data.shuffle(7).split(0.8, 0.2); // stratified by class
 * }</pre>
 */
public interface Dataset {
    /** The number of examples, at least 1. */
    int size();

    /**
     * One example's input, without the batch. {@code U8} means pixels 0 to 255, which a network sees divided by 255.
     *
     * @throws IllegalStateException if it has several
     */
    Spec input();

    /**
     * One example's target, without the batch: {@code I32 ()} for class labels, {@code F32 (k)} for regression.
     *
     * @throws IllegalStateException if it has several
     */
    Spec target();

    /** All of one example's inputs, for data with several: see {@link Fields}. */
    default List<Spec> inputs() {
        return List.of(input());
    }

    /** All of one example's targets. */
    default List<Spec> targets() {
        return List.of(target());
    }

    /** The number of classes when targets are labels, 0 to {@code classes() - 1}; else 0. */
    int classes();

    /**
     * The names of the classes in the order of their labels; none where nobody knows them. Views keep them. Reports and
     * answers use them. Targets of yes and no have two, several numbers one each, where they have names at all.
     */
    default List<String> classNames() {
        return List.of();
    }

    /**
     * The same examples with names for their classes, as a view.
     *
     * <pre>{@code
     * Dataset pets = Dataset.of(pixels, Shape.of(32, 32, 3), labels, 2).withClassNames(List.of("cat", "dog"));
     * }</pre>
     *
     * @param names different ones, in the order of the labels
     * @throws IllegalArgumentException if there is not one for each class, or one is there twice
     */
    default Dataset withClassNames(List<String> names) {
        return new NamedDataset(this, names);
    }

    /**
     * Puts one example into a batch, in the machine's byte order; allocates nothing and moves no buffer's position.
     *
     * @param index the example, 0 to {@code size() - 1}
     * @param row its place in the batch: bytes from {@code row * input().dtype().bytes() * input().shape().size()} on
     * @param inputs the inputs of the whole batch
     * @param targets the targets of the whole batch
     * @throws IndexOutOfBoundsException if there is no such example, or no such row in a buffer
     */
    void read(int index, int row, ByteBuffer inputs, ByteBuffer targets);

    /**
     * {@link #read(int, int, ByteBuffer, ByteBuffer)} of all fields.
     *
     * @param inputs of the whole batch, a buffer for each of {@link #inputs}
     * @param targets of the whole batch, a buffer for each of {@link #targets}
     */
    default void read(int index, int row, ByteBuffer[] inputs, ByteBuffer[] targets) {
        read(index, row, inputs[0], targets[0]);
    }

    /** The class of one example, where targets are labels; what reads its input only when asked leaves that unread. */
    default int label(int index) {
        ExampleReader reader = new ExampleReader(this);
        reader.read(index);
        return reader.label();
    }

    /** Whether examples bring weights: {@link #weight} is asked only then. */
    default boolean weighted() {
        return false;
    }

    /** What one example counts in the loss, at least 0; the mean loss is sum(weight * loss) / sum(weight). */
    default float weight(int index) {
        return 1;
    }

    /**
     * The same examples with these weights, as a view. A weight of 2 is as if the example were there twice, one of 0 as if
     * it were not there; those the data had before are multiplied with them. (Keras divides by the number of examples unless
     * told otherwise.) Metrics count examples so too.
     *
     * @param weights one an example, finite and at least 0; copied
     */
    default Dataset withWeights(float... weights) {
        return new WeightedDataset(this, weights);
    }

    /**
     * The first {@code n} examples, as a view.
     *
     * @throws IllegalArgumentException if {@code n} is not 1 to {@code size()}
     */
    default Dataset take(int n) {
        return DatasetView.first(this, n);
    }

    /**
     * These examples in this order, as a view; an index may occur more than once.
     *
     * @throws IllegalArgumentException if there are no indices or one is not 0 to {@code size() - 1}
     */
    default Dataset subset(int[] indices) {
        return DatasetView.of(this, indices);
    }

    /** All examples in an order drawn from the seed, as a view. */
    default Dataset shuffle(long seed) {
        return subset(new Philox(seed, 0).permutation(size()));
    }

    /**
     * Cuts the set into views of these shares, {@code split(0.6, 0.2, 0.2)}. Every class is cut alike (stratified), as far
     * as whole examples allow. The draw is always the same: {@code shuffle(seed).split(...)} makes another one for each
     * seed.
     *
     * @param shares each above 0, together 1
     * @throws DataException if there are too few examples for every part to have one
     */
    default List<Dataset> split(double... shares) {
        return Arrays.stream(Partition.of(this, shares)).map(this::subset).toList();
    }

    /**
     * The rounds of k-fold cross-validation: each part is the validation set once, while all others are trained on.
     * Stratified and drawn as in {@link #split}.
     *
     * @param k 2 to 127
     * @throws DataException if there are fewer examples
     */
    default List<Fold> folds(int k) {
        return Arrays.stream(Partition.folds(this, k))
                .map(part -> new Fold(subset(Partition.others(size(), part)), subset(part)))
                .toList();
    }

    /**
     * The same examples with their inputs changed, as a view; targets and weights stay. The function runs whenever an
     * example is read, on any thread, and must make the same of the same numbers.
     *
     * @param shape of the changed inputs
     * @param function receives a copy of the numbers that the network would see, bytes divided by 255
     */
    default Dataset map(Shape shape, UnaryOperator<float[]> function) {
        return new MappedDataset(this, shape, function);
    }

    /**
     * The same examples with their class labels as {@code F32 (classes)}: 1 at the class, 0 elsewhere; as a view. For losses
     * that compare numbers, such as {@code SoftTargetCrossEntropy}.
     *
     * @throws IllegalArgumentException if targets are no labels
     */
    default Dataset oneHot() {
        return new OneHotDataset(this);
    }

    /**
     * These examples, then those of the others, as a view.
     *
     * @throws IllegalArgumentException if inputs, targets, or the number or the names of classes differ
     */
    default Dataset concatenate(Dataset... others) {
        List<Dataset> parts = new ArrayList<>(List.of(this));
        parts.addAll(List.of(others));
        return new ConcatenatedDataset(parts);
    }

    /**
     * Examples with class labels.
     *
     * @param features one row an example, each of {@code input.size()} finite numbers, row-major; copied
     * @param labels one label an example, 0 to {@code classes - 1}; copied
     * @throws DataException if there are no examples, counts differ, a feature is not finite or a label is out of range
     */
    static Dataset of(float[][] features, Shape input, int[] labels, int classes) {
        return ArrayDataset.labelled(features, input, labels, classes);
    }

    /**
     * Examples with class labels, the features one after another.
     *
     * @param features {@code labels.length * input.size()} finite numbers, row-major; copied
     * @throws DataException if there are no examples, counts differ, a feature is not finite or a label is out of range
     */
    static Dataset of(float[] features, Shape input, int[] labels, int classes) {
        return ArrayDataset.labelled(features, input, labels, classes);
    }

    /**
     * Examples of indices, such as the words of a text, with class labels.
     *
     * @param indices {@code labels.length * input.size()} integers, row-major; copied
     * @param labels one label an example, 0 to {@code classes - 1}; copied
     * @throws DataException if there are no examples, counts differ or a label is out of range
     */
    static Dataset of(int[] indices, Shape input, int[] labels, int classes) {
        return ArrayDataset.indexed(indices, input, labels, classes);
    }

    /**
     * Images with class labels.
     *
     * @param pixels {@code labels.length * image.size()} bytes, 0 to 255, row-major; copied
     * @param image (height, width, channels)
     * @param labels one label an example, 0 to {@code classes - 1}; copied
     * @throws DataException if there are no examples, counts differ or a label is out of range
     */
    static Dataset of(byte[] pixels, Shape image, int[] labels, int classes) {
        return ArrayDataset.images(ByteBuffer.wrap(pixels.clone()), image, labels, classes);
    }

    /**
     * Examples with numbers as targets, for regression or for autoencoders.
     *
     * @param features rows of {@code input.size()} finite numbers, one after another; copied
     * @param targets as many rows of {@code target.size()} finite numbers; copied
     * @throws DataException if there are no examples, counts differ or a number is not finite
     */
    static Dataset of(float[] features, Shape input, float[] targets, Shape target) {
        return ArrayDataset.regression(features, input, targets, target);
    }

    /**
     * Images with numbers as targets.
     *
     * @param pixels rows of {@code image.size()} bytes, 0 to 255, one after another; copied
     * @param image (height, width, channels)
     * @param targets as many rows of {@code target.size()} finite numbers; copied
     * @throws DataException if there are no examples, counts differ or a number is not finite
     */
    static Dataset of(byte[] pixels, Shape image, float[] targets, Shape target) {
        return ArrayDataset.images(ByteBuffer.wrap(pixels.clone()), image, targets, target);
    }
}
