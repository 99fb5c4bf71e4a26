package schuss.data.augment;

import static schuss.data.augment.AugmentationParameter.optional;
import static schuss.data.augment.AugmentationParameter.required;

import java.util.List;
import java.util.Locale;

/** The kinds of steps in an augmentation: their names, their parameters, and what they do to an image. */
enum Alteration {
    FLIP(
            true,
            (a, draws, image) -> {
                if (draws.chance(a[0])) {
                    image.warp().linear(-1, 0, 0, 1);
                }
            },
            optional("probability", 0, 1, 0.5)),

    FLIP_VERTICAL(
            true,
            (a, draws, image) -> {
                if (draws.chance(a[0])) {
                    image.warp().linear(1, 0, 0, -1);
                }
            },
            optional("probability", 0, 1, 0.5)),

    ROTATE(true, (a, draws, image) -> image.warp().rotate(draws.within(a[0])), required("degrees", 0, 180)),

    TRANSLATE(
            true,
            (a, draws, image) -> {
                Warp warp = image.warp();
                warp.translate(draws.within(a[0]) * warp.width(), draws.within(a[0]) * warp.height());
            },
            required("share", 0, 1)),

    CROP(
            true,
            (a, draws, image) -> image.warp().translate(draws.whole((int) a[0]), draws.whole((int) a[0])),
            required("padding", 0, 1000).whole()),

    RESIZED_CROP(
            true,
            (a, draws, image) -> image.window(draws.uniform(a[0], 1), draws),
            optional("least area", 0.01, 1, 0.5)),

    AFFINE(
            true,
            (a, draws, image) -> {
                Warp warp = image.warp();
                double right = draws.within(a[1]) * warp.width();
                double down = draws.within(a[1]) * warp.height();
                warp.translate(right, down);
                warp.linear(1, Math.tan(Math.toRadians(draws.within(a[3]))), 0, 1);
                warp.scale(Math.exp(draws.within(Math.log1p(a[2]))));
                warp.rotate(draws.within(a[0]));
            },
            required("degrees", 0, 180),
            optional("share", 0, 1, 0),
            optional("scale", 0, 10, 0),
            optional("shear degrees", 0, 80, 0)),

    ELASTIC(
            true,
            (a, draws, image) -> image.distort(a[0], a[1], draws),
            required("alpha", 0, 1000),
            required("sigma", 0.1, 100)),

    COLOUR(
            false,
            (a, draws, image) -> image.colour(1 + draws.within(a[0]), 1 + draws.within(a[1]), 1 + draws.within(a[2])),
            required("brightness", 0, 1),
            optional("contrast", 0, 1, 0),
            optional("saturation", 0, 1, 0)),

    NOISE(false, (a, draws, image) -> image.noise(a[0], draws), required("standard deviation", 0, 100)),

    ERASE(false, (a, draws, image) -> image.erase(draws.uniform(0, a[0]), draws), required("most area", 0, 1));

    /** What a step does, given its arguments. */
    @FunctionalInterface
    private interface Action {
        void run(double[] arguments, Draws draws, Image image);
    }

    private final boolean move;
    private final Action action;
    private final List<AugmentationParameter> parameters;

    Alteration(boolean move, Action action, AugmentationParameter... parameters) {
        this.move = move;
        this.action = action;
        this.parameters = List.of(parameters);
    }

    /** The name in texts, such as {@code flip-vertical}. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it moves pixels without changing their values. */
    boolean isMove() {
        return move;
    }

    List<AugmentationParameter> parameters() {
        return parameters;
    }

    void run(double[] arguments, Draws draws, Image image) {
        action.run(arguments, draws, image);
    }
}
