package schuss;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import schuss.data.Dataset;

/** What a model's classes are called. */
public final class ClassNames {
    private ClassNames() {}

    /**
     * The names of the classes that a model tells apart: those that its file has, unless the data has others; two of a model
     * with one output whose data has two; none where nobody knows them.
     *
     * @throws IllegalArgumentException if the data has the model's classes in another order, so that its labels mean others
     */
    public static List<String> of(Model model, Dataset data) {
        int outputs = model.outputSize();
        List<String> ofData = data.classNames();
        if (outputs == 1) {
            return ofData.size() == 2 ? ofData : List.of();
        }
        List<String> ofFile = ofFile(model);
        List<String> ofModel = ofFile.size() == outputs ? ofFile : List.of();
        if (ofData.isEmpty() || isBeginning(ofData, ofModel)) {
            return ofModel;
        }
        Set<String> others = new HashSet<>(ofData);
        ofModel.forEach(others::remove);
        if (others.isEmpty()) {
            throw new IllegalArgumentException("data: expected classes " + ofModel + " as the model's, got " + ofData);
        }
        return padded(ofData, outputs);
    }

    private static boolean isBeginning(List<String> some, List<String> all) {
        return some.size() <= all.size() && all.subList(0, some.size()).equals(some);
    }

    /** With numbers for those that have no names. */
    public static List<String> padded(List<String> names, int classes) {
        return IntStream.range(0, classes)
                .mapToObj(i -> i < names.size() ? names.get(i) : Integer.toString(i))
                .toList();
    }

    private static List<String> ofFile(Model model) {
        return ModelDescription.isIn(model.metadata())
                ? ModelDescription.of(Path.of("model"), model.metadata()).classNames()
                : List.of();
    }
}
