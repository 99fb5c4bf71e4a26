package schuss.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import schuss.Spec;
import schuss.data.Dataset;

/** Finds data whose examples all have the same inputs, from which nothing can be learned: two readings tell most that differ. */
final class Alike {
    private Alike() {}

    static boolean isAlike(Dataset data) {
        ByteBuffer[] first = row(data.inputs());
        ByteBuffer[] other = row(data.inputs());
        ByteBuffer[] targets = row(data.targets());
        try {
            data.read(0, 0, first, targets);
            for (int i = 1; i < data.size(); i++) {
                data.read(i, 0, other, targets);
                if (!Arrays.equals(first, other)) {
                    return false;
                }
            }
        } catch (Exception e) { // of any kind: data is anybody's code
            return false; // whoever trains with it meets it again, and says where
        }
        return data.size() > 1;
    }

    private static ByteBuffer[] row(List<Spec> specs) {
        return specs.stream()
                .map(spec -> ByteBuffer.allocate(Math.toIntExact(
                                spec.dtype().bytes() * spec.shape().size()))
                        .order(ByteOrder.nativeOrder()))
                .toArray(ByteBuffer[]::new);
    }
}
