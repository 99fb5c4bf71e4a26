package schuss.data.augment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import schuss.Spec;

/**
 * Random changes of images that leave their labels as they are, drawn anew for every example in every epoch: a chain,
 * immutable. What is drawn follows from the seed, the epoch and the example alone.
 *
 * <pre>{@code
 * Augmentation some = Augmentation.none().flip(0.5).rotate(15).translate(0.1).noise(0.05).withProbability(0.3);
 * trainer.withAugmentation(some).withWorkers(2).fit(images);
 * }</pre>
 *
 * <p>Images are (height, width, channels), bytes or numbers, and keep their size. All moves of the chain are combined
 * into one bilinear resampling, done first; what comes in from beyond the image is 0. Colours, noise and erasing
 * follow in their order, on numbers as the network sees them, of bytes 0 to 1; bytes are rounded and limited at the end.
 */
public final class Augmentation {
    /** One link of the chain. */
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

    /** Nothing changed: where a chain begins. */
    public static Augmentation none() {
        return NONE;
    }

    /**
     * A chain as text: steps with commas between, each a name like {@code flip} or {@code resized-crop}, numbers in the
     * order of the method's after colons, and a probability after an {@code @}.
     *
     * <pre>{@code
     * Augmentation.parse("flip,translate:0.1,rotate:15,noise:0.05@0.3")
     * }</pre>
     *
     * @throws IllegalArgumentException where a name or a number is none of those
     */
    public static Augmentation parse(String text) {
        return AugmentationText.parse(text);
    }

    /** Mirrors left and right with this probability. */
    public Augmentation flip(double probability) {
        return with(Alteration.FLIP, probability);
    }

    /** Mirrors top and bottom with this probability. */
    public Augmentation flipVertical(double probability) {
        return with(Alteration.FLIP_VERTICAL, probability);
    }

    /** Turns about the centre by an angle in [-degrees, degrees]. */
    public Augmentation rotate(double degrees) {
        return with(Alteration.ROTATE, degrees);
    }

    /** Moves by at most this share of the width to the side, and of the height up or down. */
    public Augmentation translate(double share) {
        return with(Alteration.TRANSLATE, share);
    }

    /** Cuts an image of the same size at a random place out of one with so many pixels of 0 more at every edge. */
    public Augmentation crop(int padding) {
        return with(Alteration.CROP, padding);
    }

    /**
     * Cuts out a part of {@code leastArea} to all of the area, its width and height changed by up to a third against each
     * other, and makes it as large as the image.
     */
    public Augmentation resizedCrop(double leastArea) {
        return with(Alteration.RESIZED_CROP, leastArea);
    }

    /**
     * Turns, scales by a factor in [1 / (1 + scale), 1 + scale], shears sideways by an angle and moves.
     *
     * @param share of width and height to move by at most
     */
    public Augmentation affine(double degrees, double share, double scale, double shearDegrees) {
        return with(Alteration.AFFINE, degrees, share, scale, shearDegrees);
    }

    /**
     * Moves every pixel by a smooth random field: uniform in [-alpha, alpha) pixels, smoothed by a Gaussian of standard
     * deviation {@code sigma} pixels. Simard, Steinkraus and Platt (2003); for digits of 28 by 28 34 and 4 are common.
     */
    public Augmentation elastic(double alpha, double sigma) {
        return with(Alteration.ELASTIC, alpha, sigma);
    }

    /** Scales brightness, contrast and saturation each by a factor in [1 - x, 1 + x] of its own. */
    public Augmentation colour(double brightness, double contrast, double saturation) {
        return with(Alteration.COLOUR, brightness, contrast, saturation);
    }

    /** Adds to every number one from N(0, standardDeviation^2). */
    public Augmentation noise(double standardDeviation) {
        return with(Alteration.NOISE, standardDeviation);
    }

    /**
     * Sets a rectangle of at most this share of the area to 0. Zhong, Zheng, Kang, Li and Yang, "Random erasing data
     * augmentation" (2020).
     */
    public Augmentation erase(double mostArea) {
        return with(Alteration.ERASE, mostArea);
    }

    /** Takes the last step with this probability only. */
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

    /** Whether it changes nothing. */
    public boolean isNone() {
        return steps.isEmpty();
    }

    /**
     * What changes the images of one epoch; each thread needs its own.
     *
     * @param input one example of the data
     * @throws IllegalArgumentException if those are no images, (height, width, channels)
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

    /** As {@link #parse} reads it; empty for none, which that does not read. */
    @Override
    public String toString() {
        return steps.stream().map(Step::toString).collect(Collectors.joining(","));
    }
}
