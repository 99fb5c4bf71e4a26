package schuss.data;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import schuss.DType;
import schuss.Spec;
import schuss.internal.Spares;

/**
 * Combines data sets into one with several named inputs or targets, for models with several inputs or outputs. All data
 * sets describe the same examples in the same order. The names are those that the model and its losses use.
 *
 * <pre>{@code
 * Dataset houses = new Fields()
 *     .input("photo", photos)        // the inputs of this data set
 *     .input("table", table)
 *     .target("kind", photos)        // the targets of this data set
 *     .target("price", table)
 *     .dataset();
 * }</pre>
 */
public final class Fields {
    private final List<Field> inputs = new ArrayList<>();
    private final List<Field> targets = new ArrayList<>();

    /** A field and the data set it comes from. */
    private record Field(Spec spec, Dataset source) {}

    /**
     * Adds an input.
     *
     * @param name the name of the input in the model
     * @param source the data set whose inputs are used
     * @return this object
     */
    public Fields input(String name, Dataset source) {
        inputs.add(
                new Field(new Spec(name, source.input().dtype(), source.input().shape()), source));
        return this;
    }

    /**
     * Adds a target.
     *
     * @param name the name of the target
     * @param source the data set whose targets are used
     * @return this object
     */
    public Fields target(String name, Dataset source) {
        targets.add(new Field(
                new Spec(name, source.target().dtype(), source.target().shape()), source));
        return this;
    }

    /**
     * Combines the fields added so far. Examples have the weights of the first data set that has weights.
     *
     * @return a view of the examples with all fields
     * @throws IllegalArgumentException if there is no input or no target, a name occurs twice, or the data sets have
     *     different sizes
     */
    public Dataset dataset() {
        return new Joined(List.copyOf(inputs), List.copyOf(targets));
    }

    private static final class Joined implements Dataset {
        private final List<Field> inputs;
        private final List<Field> targets;
        private final List<Spec> inputSpecs;
        private final List<Spec> targetSpecs;
        private final List<Dataset> sources; // each once
        private final Dataset weights;
        private final Spares<Rows> rows = new Spares<>(Rows::new);

        Joined(List<Field> inputs, List<Field> targets) {
            this.inputs = inputs;
            this.targets = targets;
            inputSpecs = inputs.stream().map(Field::spec).toList();
            targetSpecs = targets.stream().map(Field::spec).toList();
            if (inputs.isEmpty() || targets.isEmpty()) {
                throw new IllegalArgumentException("fields: expected at least one input and one target, got "
                        + inputSpecs + " and " + targetSpecs);
            }
            List<Field> all = new ArrayList<>(inputs);
            all.addAll(targets);
            sources = all.stream().map(Field::source).distinct().toList();
            for (Field field : all) {
                long namesakes = all.stream()
                        .filter(f -> f.spec().name().equals(field.spec().name()))
                        .count();
                if (namesakes > 1) {
                    throw new IllegalArgumentException("fields: expected every name once, got \""
                            + field.spec().name() + "\" twice");
                }
                if (field.source().size() != sources.get(0).size()) {
                    throw new IllegalArgumentException("fields: expected "
                            + sources.get(0).size() + " examples in \""
                            + field.spec().name() + "\" as in \""
                            + all.get(0).spec().name() + "\", got "
                            + field.source().size());
                }
            }
            weights = sources.stream().filter(Dataset::weighted).findFirst().orElse(null);
        }

        /** Space for one example of every source. */
        private final class Rows {
            private final List<ExampleReader> readers =
                    sources.stream().map(ExampleReader::new).toList();

            void read(int index) {
                readers.forEach(reader -> reader.read(index));
            }

            ExampleReader of(Field field) {
                return readers.get(sources.indexOf(field.source()));
            }
        }

        @Override
        public int size() {
            return sources.get(0).size();
        }

        @Override
        public Spec input() {
            return only("input", inputSpecs);
        }

        @Override
        public Spec target() {
            return only("target", targetSpecs);
        }

        private static Spec only(String what, List<Spec> specs) {
            if (specs.size() != 1) {
                throw new IllegalStateException("data: expected one " + what + ", got " + specs);
            }
            return specs.get(0);
        }

        @Override
        public List<Spec> inputs() {
            return inputSpecs;
        }

        @Override
        public List<Spec> targets() {
            return targetSpecs;
        }

        /** The number of classes if the only target is a label. */
        @Override
        public int classes() {
            boolean labels = targets.size() == 1 && targets.get(0).spec().dtype() == DType.I32;
            return labels ? targets.get(0).source().classes() : 0;
        }

        @Override
        public List<String> classNames() {
            return targets.size() == 1 ? targets.get(0).source().classNames() : List.of();
        }

        @Override
        public boolean weighted() {
            return weights != null;
        }

        @Override
        public float weight(int index) {
            return weights == null ? 1 : weights.weight(index);
        }

        @Override
        public void read(int index, int row, ByteBuffer input, ByteBuffer target) {
            only("input", inputSpecs);
            only("target", targetSpecs);
            read(index, row, new ByteBuffer[] {input}, new ByteBuffer[] {target});
        }

        @Override
        public void read(int index, int row, ByteBuffer[] input, ByteBuffer[] target) {
            Rows own = rows.take();
            try {
                own.read(index);
                for (int i = 0; i < input.length; i++) {
                    own.of(inputs.get(i)).copyInput(row, input[i]);
                }
                for (int i = 0; i < target.length; i++) {
                    own.of(targets.get(i)).copyTarget(row, target[i]);
                }
            } finally {
                rows.give(own);
            }
        }
    }
}
