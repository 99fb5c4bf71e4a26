package schuss.data;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import schuss.Spec;

/** The examples of several data sets, one data set after the other. */
final class ConcatenatedDataset extends ForwardingDataset {
    private final List<Dataset> parts;
    private final int[] ends; // of each part: the first index after it
    private final List<String> names;

    ConcatenatedDataset(List<Dataset> parts) {
        super(parts.get(0));
        this.parts = parts;
        ends = new int[parts.size()];
        List<String> known = List.of();
        int end = 0;
        for (int i = 0; i < ends.length; i++) {
            expectSame(i, "examples", parts.get(0).inputs(), parts.get(i).inputs());
            expectSame(i, "targets", parts.get(0).targets(), parts.get(i).targets());
            if (parts.get(i).classes() != classes()) {
                throw new IllegalArgumentException("concatenate: data set " + i + ": expected " + classes()
                        + " classes as the first has, got " + parts.get(i).classes());
            }
            List<String> own = parts.get(i).classNames();
            if (!own.isEmpty() && !known.isEmpty() && !own.equals(known)) { // one label would mean two things
                throw new IllegalArgumentException(
                        "concatenate: data set " + i + ": expected classes named " + known + ", got " + own);
            }
            known = own.isEmpty() ? known : own;
            end = Math.addExact(end, parts.get(i).size());
            ends[i] = end;
        }
        names = known;
    }

    private static void expectSame(int part, String what, List<Spec> expected, List<Spec> got) {
        if (expected.size() != got.size()) {
            throw new IllegalArgumentException("concatenate: data set " + part + ": expected " + what + " " + expected
                    + " as the first has, got " + got);
        }
        for (int i = 0; i < expected.size(); i++) {
            expectSame(part, what, expected.get(i), got.get(i));
        }
    }

    private static void expectSame(int part, String what, Spec expected, Spec got) {
        if (expected.dtype() != got.dtype() || !expected.shape().equals(got.shape())) {
            throw new IllegalArgumentException("concatenate: data set " + part + ": expected " + what + " "
                    + expected.dtype() + " " + expected.shape() + " as the first has, got " + got.dtype() + " "
                    + got.shape());
        }
    }

    private int partOf(int index) {
        Objects.checkIndex(index, size());
        int found = Arrays.binarySearch(ends, index);
        return found < 0 ? -found - 1 : found + 1;
    }

    private int within(int part, int index) {
        return part == 0 ? index : index - ends[part - 1];
    }

    @Override
    public int size() {
        return ends[ends.length - 1];
    }

    @Override
    public List<String> classNames() {
        return names;
    }

    @Override
    public int label(int index) {
        int part = partOf(index);
        return parts.get(part).label(within(part, index));
    }

    @Override
    public boolean weighted() {
        return parts.stream().anyMatch(Dataset::weighted);
    }

    @Override
    public float weight(int index) {
        int part = partOf(index);
        return parts.get(part).weight(within(part, index));
    }

    @Override
    public void read(int index, int row, ByteBuffer inputs, ByteBuffer targets) {
        int part = partOf(index);
        parts.get(part).read(within(part, index), row, inputs, targets);
    }

    @Override
    public void read(int index, int row, ByteBuffer[] inputs, ByteBuffer[] targets) {
        int part = partOf(index);
        parts.get(part).read(within(part, index), row, inputs, targets);
    }
}
