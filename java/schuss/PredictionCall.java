package schuss;

import java.nio.ByteBuffer;
import java.util.Map;

/** Examples of which something is computed, and room for what comes of them. */
interface PredictionCall {
    /** Bytes of the host, on their way to a device. */
    @FunctionalInterface
    interface Staging {
        /** An empty buffer of at least so many bytes, in the machine's byte order. */
        ByteBuffer room(int bytes);
    }

    void load(Staging staging, Session session, int from, int count);

    void store(Session session, int sample, int from, int count);

    /** One input, in an array of one of two types, and one output, in an array for every sample. */
    record Arrays(String input, float[] floats, int[] ints, int size, float[][] outputs, int outputSize)
            implements PredictionCall {
        @Override
        public void load(Staging staging, Session session, int from, int count) {
            if (floats != null) {
                session.write(input, floats, from * size, count * size);
                return;
            }
            ByteBuffer bytes = staging.room(count * size * Integer.BYTES);
            for (int i = from * size; i < (from + count) * size; i++) {
                bytes.putInt(ints[i]);
            }
            session.write(input, DType.I32, bytes.flip(), from);
        }

        @Override
        public void store(Session session, int sample, int from, int count) {
            session.read(session.onlyOutput(), outputs[sample], from * outputSize, count * outputSize);
        }
    }

    /** Inputs and outputs by name; the first axis of each counts examples. */
    record Tensors(Map<String, Tensor> inputs, Map<String, Tensor> outputs) implements PredictionCall {
        @Override
        public void load(Staging staging, Session session, int from, int count) {
            inputs.forEach((name, tensor) -> session.write(name, tensor.dtype(), rows(tensor, from, count), from));
        }

        @Override
        public void store(Session session, int sample, int from, int count) {
            outputs.forEach((name, tensor) -> session.read(name, rows(tensor, from, count)));
        }

        private static ByteBuffer rows(Tensor tensor, int from, int count) {
            ByteBuffer elements = tensor.elements();
            int bytes = elements.capacity() / tensor.shape().dim(0);
            return elements.position(from * bytes).limit((from + count) * bytes);
        }
    }
}
