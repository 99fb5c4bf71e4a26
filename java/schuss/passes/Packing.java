package schuss.passes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Packs buffers into an arena, each at the lowest offset that is free while the buffer is in use. Results of the
 * forward pass live until the backward pass, so a buffer may overlap in time with as many others as there are layers.
 * Instead of asking each of them, it asks the nodes of a tree over time that together have met them all, at most four
 * per level.
 */
final class Packing {
    private final Stretch all;
    private long bytes;

    /** For a program of so many steps, counted from 0. */
    Packing(int steps) {
        all = new Stretch(0, steps);
    }

    /** The end of everything placed so far. */
    long bytes() {
        return bytes;
    }

    /** Places one more buffer. Earlier ones stay where they are. */
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

    /** A node of a binary tree: a range of steps. Its children are the two halves. */
    private static final class Stretch {
        private final int from;
        private final int to;
        /** Taken by buffers that are in use during all of this range, but not during all of the parent's. */
        private final Taken always = new Taken();
        /**
         * Taken by buffers that are in use at any time in this range, except those in use during all of an ancestor's.
         */
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

        /** Collects what is taken by buffers that are in use at the same time as this one. */
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

    /** The parts of the arena that are taken; no two of them touch. */
    private static final class Taken {
        private long[] ends = new long[2]; // where the first piece begins, where it ends, and so on
        private int size;

        /** The lowest offset, from a given one on, with so much free space. */
        long free(long offset, long room) {
            long free = offset;
            for (int i = reaching(offset + 1); i < size && ends[i] < free + room; i += 2) {
                free = Math.max(free, ends[i + 1]);
            }
            return free;
        }

        /** The first part that ends at this offset or after it. */
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
