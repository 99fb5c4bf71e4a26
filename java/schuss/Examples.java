package schuss;

/** What predictions read: examples one after the other in an array of the model's input type. */
sealed interface Examples {
    static Examples of(float[] values) {
        return new Floats(values);
    }

    static Examples of(int[] values) {
        return new Integers(values);
    }

    DType type();

    int length();

    /** Hands {@code count} examples to a session, which knows how long one is. */
    void load(InferenceSession session, int from, int count);

    /**
     * How many there are.
     *
     * @param example what one is
     * @throws IllegalArgumentException if their type is another, or they are no whole number
     */
    default int count(Spec example) {
        if (type() != example.dtype()) {
            throw new IllegalArgumentException(
                    "predict: expected examples of type " + example.dtype() + ", got " + type());
        }
        long size = example.shape().size();
        if (length() == 0 || length() % size != 0) {
            throw new IllegalArgumentException("predict: expected a multiple of " + size + " numbers, examples of "
                    + example.shape() + ", got " + length());
        }
        return (int) (length() / size);
    }

    /** For an input of type F32. */
    record Floats(float[] values) implements Examples {
        @Override
        public DType type() {
            return DType.F32;
        }

        @Override
        public int length() {
            return values.length;
        }

        @Override
        public void load(InferenceSession session, int from, int count) {
            session.load(values, from, count);
        }
    }

    /** For an input of type I32. */
    record Integers(int[] values) implements Examples {
        @Override
        public DType type() {
            return DType.I32;
        }

        @Override
        public int length() {
            return values.length;
        }

        @Override
        public void load(InferenceSession session, int from, int count) {
            session.load(values, from, count);
        }
    }
}
