package schuss.passes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Packs buffers into an arena: each at the lowest place where nothing in use at the same time lies. Forward results live
 * until backward steps, so a buffer may meet as many others as there are layers. It does not ask each of them, but some
 * stretches of steps that together have met them all: nodes of a tree, at most four on each of its levels.
 */
final class Packing {
    private final Stretch all;
    private long bytes;

    /** Of so many steps, counted from 0. */
    Packing(int steps) {
        all = new Stretch(0, steps);
    }

    /** The end of all that was placed. */
    long bytes() {
        return bytes;
    }

    /** Places one more buffer; what was placed before stays where it is. */
    long place(Plan.Buffer buffer) {
        long room = Plan.align(buffer.bytes());
        List<Taken> met = new ArrayList<>();
        all.find(buffer, met);
        long offset = 0;
        int agreed = 0; // so many in a row, which must be all: what one leaves free another may have taken
        for (int i = 0; agreed < met.size(); i = (i + 1) % met.size()) {
            long free = met.get(i).free(offset, room);
            agreed = free == offset ? agreed + 1 : 1;
            offset = free;
        }
        all.take(buffer, offset, offset + room);
        bytes = Math.max(bytes, offset + room);
        return offset;
    }

    /** A node of a binary tree: some steps, and their halves below it. */
    private static final class Stretch {
        private final int from;
        private final int to;
        /** By buffers in use all the while here, but not all the while in the node above. */
        private final Taken always = new Taken();
        /** By buffers in use at any time here, but for those in use all the while in a node above. */
        private final Taken ever = new Taken();

        private Stretch early; // null until something is taken there
        private Stretch late;

        Stretch(int from, int to) {
            this.from = from;
            this.to = to;
        }

        private boolean meets(Plan.Buffer buffer) {
            return buffer.first() < to && from <= buffer.last();
        }

        private boolean coveredBy(Plan.Buffer buffer) {
            return buffer.first() <= from && to <= buffer.last() + 1;
        }

        /** What buffers have taken that are in use at the same time as this one. */
        void find(Plan.Buffer buffer, List<Taken> met) {
            if (!meets(buffer)) {
                return;
            }
            boolean whole = coveredBy(buffer);
            met.add(whole ? ever : always);
            if (!whole && early != null) {
                early.find(buffer, met);
                late.find(buffer, met);
            }
        }

        void take(Plan.Buffer buffer, long begin, long end) {
            if (!meets(buffer)) {
                return;
            }
            ever.add(begin, end);
            if (coveredBy(buffer)) {
                always.add(begin, end);
                return;
            }
            if (early == null) {
                int middle = (from + to) >>> 1;
                early = new Stretch(from, middle);
                late = new Stretch(middle, to);
            }
            early.take(buffer, begin, end);
            late.take(buffer, begin, end);
        }
    }

    /** Pieces of the arena, none of which touches another. */
    private static final class Taken {
        private long[] ends = new long[2]; // where the first piece begins, where it ends, and so on
        private int size;

        /** The lowest place from an offset on with so much room. */
        long free(long offset, long room) {
            long free = offset;
            for (int i = reaching(offset + 1); i < size && ends[i] < free + room; i += 2) {
                free = Math.max(free, ends[i + 1]);
            }
            return free;
        }

        /** Where the first piece is that ends at this offset or behind it. */
        private int reaching(long offset) {
            int low = 0;
            int high = size / 2;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (ends[2 * middle + 1] < offset) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return 2 * low;
        }

        void add(long begin, long end) {
            int first = reaching(begin); // from here on pieces become one with the new one
            int behind = first;
            while (behind < size && ends[behind] <= end) {
                behind += 2;
            }
            long from = behind > first ? Math.min(begin, ends[first]) : begin;
            long to = behind > first ? Math.max(end, ends[behind - 1]) : end;
            int grown = first + 2 + size - behind;
            if (grown > ends.length) {
                ends = Arrays.copyOf(ends, 2 * ends.length);
            }
            System.arraycopy(ends, behind, ends, first + 2, size - behind);
            ends[first] = from;
            ends[first + 1] = to;
            size = grown;
        }
    }
}
