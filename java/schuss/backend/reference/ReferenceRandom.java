package schuss.backend.reference;

import schuss.Philox;
import schuss.ops.Dropout;
import schuss.ops.Normal;

/** Ops that draw random numbers. x are the inputs, y the outputs. */
final class ReferenceRandom {
    private ReferenceRandom() {}

    static void register(ReferenceBackend backend) {
        backend.loop(Dropout.class, ReferenceRandom::dropout);
        backend.loop(Normal.class, ReferenceRandom::normal);
    }

    private static void dropout(Dropout op, Array[] x, Array[] y) {
        Philox random = new Philox((long) x[1].get(0), op.stream(), (int) x[1].get(1));
        long channels = op.channels(x[0].shape());
        for (int i = 0; i < y[0].size(); i++) {
            long group = i / (channels * op.shared());
            boolean kept = random.uniform(group * channels + i % channels) >= (float) op.rate();
            y[0].set(i, kept ? x[0].get(i) * op.scale() : 0);
        }
    }

    private static void normal(Normal op, Array[] x, Array[] y) {
        Philox random = new Philox((long) x[0].get(0), op.stream(), (int) x[0].get(1));
        for (int i = 0; i < y[0].size(); i++) {
            y[0].set(i, op.standardDeviation() * random.normal(i));
        }
    }
}
