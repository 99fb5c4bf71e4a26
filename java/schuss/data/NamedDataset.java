package schuss.data;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Another data set's examples, whose classes have names. */
final class NamedDataset extends ForwardingDataset {
    private final List<String> names;

    NamedDataset(Dataset all, List<String> names) {
        super(all);
        this.names = List.copyOf(names);
        long numbers = all.classes() > 0 ? all.classes() : all.target().shape().size();
        long expected = all.classes() == 0 && numbers == 1 ? 2 : numbers; // one that says no or yes
        if (names.size() != expected) {
            throw new IllegalArgumentException(
                    "class names: expected one for each of " + expected + " classes, got " + names.size());
        }
        Set<String> different = new HashSet<>();
        names.forEach(name -> {
            if (!different.add(name)) {
                throw new IllegalArgumentException("class names: expected different ones, got \"" + name + "\" twice");
            }
        });
    }

    @Override
    public List<String> classNames() {
        return names;
    }
}
