package schuss;

import java.nio.ByteBuffer;
import java.util.List;
import schuss.data.Dataset;
import schuss.data.InputCheck;

/** The examples of a data set, read as they are needed, and room for one output of each. */
final class DatasetCall implements PredictionCall {
    private static final float WHITE = 255;

    private final List<Spec> inputs;
    private final Dataset data;
    private final ByteBuffer[] fields;
    private final ByteBuffer[] targets; // which are read along
    private final float[] outputs;
    private final int outputSize;

    /**
     * @param inputs of the model
     * @param most examples at a time
     */
    DatasetCall(List<Spec> inputs, Dataset data, int most, float[] outputs, int outputSize) {
        this.inputs = inputs;
        this.data = data;
        this.fields = rooms(data.inputs(), most);
        this.targets = rooms(data.targets(), most);
        this.outputs = outputs;
        this.outputSize = outputSize;
    }

    private static ByteBuffer[] rooms(List<Spec> specs, int examples) {
        return specs.stream()
                .map(spec -> Session.direct(
                        Math.toIntExact(spec.shape().size() * spec.dtype().bytes() * examples)))
                .toArray(ByteBuffer[]::new);
    }

    @Override
    public void load(Staging staging, Session session, int from, int count) {
        for (int row = 0; row < count; row++) {
            data.read(from + row, row, fields, targets);
        }
        for (Spec input : inputs) {
            int field = InputCheck.field(inputs, data, input);
            Spec given = data.inputs().get(field);
            int numbers = Math.toIntExact(given.shape().size()) * count;
            ByteBuffer read = fields[field].duplicate().order(fields[field].order());
            boolean pixels = given.dtype() == DType.U8 && input.dtype() == DType.F32;
            ByteBuffer elements = pixels
                    ? pixels(read, numbers, staging.room(numbers * Float.BYTES))
                    : read.limit(numbers * given.dtype().bytes());
            session.write(input.name(), input.dtype(), elements, from);
        }
    }

    /** Bytes as a network sees them. */
    private static ByteBuffer pixels(ByteBuffer bytes, int count, ByteBuffer floats) {
        for (int i = 0; i < count; i++) {
            floats.putFloat(Byte.toUnsignedInt(bytes.get(i)) / WHITE);
        }
        return floats.flip();
    }

    @Override
    public void store(Session session, int sample, int from, int count) {
        session.read(session.onlyOutput(), outputs, from * outputSize, count * outputSize);
    }
}
