package schuss.train.report;

import java.util.Optional;
import schuss.Model;
import schuss.Shape;
import schuss.layers.Parameter;
import schuss.report.FilterImage;

/**
 * The filters of the first layer of an image model: those of a convolution, or the weights of a dense layer seen as
 * images.
 *
 * @param path of the weights
 * @param image the filters side by side
 * @param count the number of filters
 */
record FirstFilters(String path, FilterImage image, int count) {
    private static final int IMAGE_RANK = 3;
    private static final int KERNEL_RANK = 4;

    /** None where the first weights do not look at images. */
    static Optional<FirstFilters> of(Model model) {
        return model.declarations().parameters().stream()
                .filter(p -> p.isWeight())
                .findFirst()
                .flatMap(weight -> of(model, weight));
    }

    private static Optional<FirstFilters> of(Model model, Parameter weight) {
        Shape filters = filters(model.input().shape(), weight.shape());
        if (filters == null) {
            return Optional.empty();
        }
        FilterImage image = FilterImage.of(
                model.parameter(weight.path()), filters.dim(0), filters.dim(1), filters.dim(2), filters.dim(3));
        return Optional.of(new FirstFilters(weight.path(), image, filters.dim(3)));
    }

    /** The weights as (height, width, channels, filters), or null where they do not look at images. */
    private static Shape filters(Shape input, Shape weight) {
        if (input.rank() != IMAGE_RANK) {
            return null;
        }
        boolean dense = weight.rank() == 2 && weight.dim(0) == input.size();
        return weight.rank() == KERNEL_RANK
                ? weight
                : dense ? Shape.of(input.dim(0), input.dim(1), input.dim(2), weight.dim(1)) : null;
    }
}
