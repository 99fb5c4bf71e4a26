package schuss.train.loop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import schuss.Spec;
import schuss.data.Dataset;

/** Finds data whose images are all the same, from which nothing can be learned: two readings tell most that differ. */
final class Alike {
    private static final int IMAGE = 3; // axes

    private Alike() {}

    static boolean isAlike(Dataset data) {
        if (data.inputs().size() != 1 || data.input().shape().rank() != IMAGE) {
            return false;
        }
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
        } catch (Exception e) {
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
