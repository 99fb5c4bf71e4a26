package schuss.data.augment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import schuss.Spec;

/**
 * Data augmentation: random changes of training images that do not change their labels, such as flips, rotations and
 * noise. They make a network less sensitive to such changes and reduce overfitting. An augmentation is an immutable chain
 * of steps; every method returns a longer chain.
 *
 * <pre>{@code
 * Augmentation some = Augmentation.none().flip(0.5).rotate(15).translate(0.1).noise(0.05).withProbability(0.3);
 * trainer.withAugmentation(some).withWorkers(2).fit(images);
 * }</pre>
 *
 * <p>The changes are drawn anew for every example in every epoch. They depend only on the seed, the epoch and the
 * example, so a run can be repeated exactly.
 *
 * <p>Images are (height, width, channels), of bytes or floats, and keep their size. All steps that move pixels are
 * combined into one bilinear resampling, which comes first; pixels from outside the image are 0. Colours, noise and
 * erasing follow in their order, on the numbers that the network sees (bytes divided by 255). Bytes are rounded and
 * limited to 0 to 255 at the end.
 */
public final class Augmentation {
    /** One step of the chain. */
    record Step(Alteration kind, List<Double> arguments, double probability) {
        @Override
        public String toString() {
            String numbers = arguments.stream()
                    .map(a -> ":" + AugmentationParameter.text(a))
                    .collect(Collectors.joining());
            return kind.text() + numbers + (probability == 1 ? "" : "@" + AugmentationParameter.text(probability));
        }
    }

    private static final Augmentation NONE = new Augmentation(List.of());

    private final List<Step> steps;

    private Augmentation(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    /** {@return the empty chain, to which steps are added} */
    public static Augmentation none() {
        return NONE;
    }

    /**
     * Reads a chain from text, as on the command line: steps separated by commas. Each is a name such as {@code flip} or
     * {@code resized-crop}, followed by the arguments of the method of that name, each after a colon, and optionally by
     * {@code @} and a probability.
     *
     * <pre>{@code
     * Augmentation.parse("flip,translate:0.1,rotate:15,noise:0.05@0.3")
     * }</pre>
     *
     * @param text the chain
     * @return the augmentation
     * @throws IllegalArgumentException if a name is unknown or a number is missing or out of range
     */
    public static Augmentation parse(String text) {
        return AugmentationText.parse(text);
    }

    /**
     * {@return this chain and a horizontal flip, which exchanges left and right}
     *
     * @param probability the probability of a flip, 0 to 1
     */
    public Augmentation flip(double probability) {
        return with(Alteration.FLIP, probability);
    }

    /**
     * {@return this chain and a vertical flip, which exchanges top and bottom}
     *
     * @param probability the probability of a flip, 0 to 1
     */
    public Augmentation flipVertical(double probability) {
        return with(Alteration.FLIP_VERTICAL, probability);
    }

    /**
     * {@return this chain and a rotation about the centre}
     *
     * @param degrees the largest angle, 0 to 180; the angle is uniform in [-degrees, degrees]
     */
    public Augmentation rotate(double degrees) {
        return with(Alteration.ROTATE, degrees);
    }

    /**
     * {@return this chain and a shift in both directions}
     *
     * @param share the largest shift, 0 to 1: a share of the width horizontally and of the height vertically
     */
    public Augmentation translate(double share) {
        return with(Alteration.TRANSLATE, share);
    }

    /**
     * {@return this chain and a random crop: the image gets a border of zeros, and a part of its original size is cut out
     * at a random place}
     *
     * @param padding the width of the border in pixels, a whole number from 0 to 1000
     */
    public Augmentation crop(int padding) {
        return with(Alteration.CROP, padding);
    }

    /**
     * {@return this chain and a random resized crop: a part of the image is cut out and resized to the size of the image;
     * its aspect ratio changes by up to a third}
     *
     * @param leastArea the smallest share of the area that is cut out, 0.01 to 1
     */
    public Augmentation resizedCrop(double leastArea) {
        return with(Alteration.RESIZED_CROP, leastArea);
    }

    /**
     * {@return this chain and a random affine map: rotation, scaling, horizontal shear and shift}
     *
     * @param degrees the largest angle of rotation, 0 to 180
     * @param share the largest shift as a share of width and height, 0 to 1
     * @param scale the images are scaled by a factor in [1 / (1 + scale), 1 + scale]; 0 to 10
     * @param shearDegrees the largest angle of the shear, 0 to 80
     */
    public Augmentation affine(double degrees, double share, double scale, double shearDegrees) {
        return with(Alteration.AFFINE, degrees, share, scale, shearDegrees);
    }

    /**
     * {@return this chain and an elastic distortion, which moves every pixel by a smooth random field}
     *
     * <p>The field is uniform in [-alpha, alpha) pixels and then smoothed by a Gaussian filter. For digits of 28 x 28
     * pixels, 34 and 4 are common. Source: Simard, Steinkraus and Platt (2003).
     *
     * @param alpha the strength before smoothing in pixels, 0 to 1000
     * @param sigma the standard deviation of the Gaussian filter in pixels, 0.1 to 100
     */
    public Augmentation elastic(double alpha, double sigma) {
        return with(Alteration.ELASTIC, alpha, sigma);
    }

    /**
     * {@return this chain and a change of colours; each factor is uniform in [1 - x, 1 + x] for its argument x}
     *
     * @param brightness the range of the factor of brightness, 0 to 1
     * @param contrast the range of the factor of contrast, 0 to 1
     * @param saturation the range of the factor of saturation, 0 to 1
     */
    public Augmentation colour(double brightness, double contrast, double saturation) {
        return with(Alteration.COLOUR, brightness, contrast, saturation);
    }

    /**
     * {@return this chain and normal noise that is added to every number}
     *
     * @param standardDeviation the standard deviation of the noise, 0 to 100; the network's inputs are 0 to 1 for bytes
     */
    public Augmentation noise(double standardDeviation) {
        return with(Alteration.NOISE, standardDeviation);
    }

    /**
     * {@return this chain and a random rectangle that is set to 0}
     *
     * <p>Source: Zhong, Zheng, Kang, Li and Yang, "Random erasing data augmentation" (2020).
     *
     * @param mostArea the largest share of the area that is erased, 0 to 1
     */
    public Augmentation erase(double mostArea) {
        return with(Alteration.ERASE, mostArea);
    }

    /**
     * {@return this chain with its last step applied only sometimes}
     *
     * @param probability the probability of the last step, 0 to 1
     * @throws IllegalStateException if the chain is empty
     */
    public Augmentation withProbability(double probability) {
        if (steps.isEmpty()) {
            throw new IllegalStateException("augmentation: expected a step before its probability, got none");
        }
        Step last = steps.get(steps.size() - 1);
        AugmentationParameter.required("probability", 0, 1).check(last.kind.text(), probability);
        List<Step> changed = new ArrayList<>(steps);
        changed.set(steps.size() - 1, new Step(last.kind, last.arguments, probability));
        return new Augmentation(changed);
    }

    Augmentation with(Alteration kind, double... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            kind.parameters().get(i).check(kind.text(), arguments[i]);
        }
        List<Step> longer = new ArrayList<>(steps);
        longer.add(new Step(kind, Arrays.stream(arguments).boxed().toList(), 1));
        return new Augmentation(longer);
    }

    List<Step> steps() {
        return steps;
    }

    /** {@return whether the chain is empty} */
    public boolean isNone() {
        return steps.isEmpty();
    }

    /**
     * {@return an object that changes the images of one epoch; each thread needs its own}
     *
     * @param input name, type and shape of the images
     * @param seed chooses the random numbers
     * @param epoch the epoch, from 0
     * @throws IllegalArgumentException if the input is not an image, (height, width, channels), of bytes or floats
     */
    public Augmenter begin(Spec input, long seed, int epoch) {
        return begin(input, seed, epoch, PlainPixelLoops.BEST);
    }

    Augmenter begin(Spec input, long seed, int epoch, PixelLoops loops) {
        return new Augmenter(this, input, seed, epoch, loops);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Augmentation augmentation && steps.equals(augmentation.steps);
    }

    @Override
    public int hashCode() {
        return steps.hashCode();
    }

    /** {@return the chain as {@link #parse} reads it; empty for the empty chain, which {@code parse} does not read} */
    @Override
    public String toString() {
        return steps.stream().map(Step::toString).collect(Collectors.joining(","));
    }
}
