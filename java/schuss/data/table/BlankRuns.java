package schuss.data.table;

import java.io.IOException;
import java.io.Reader;

/**
 * Reads a text whose columns are aligned with blanks: outside of quotes, each run of blanks and tabs becomes one blank.
 */
final class BlankRuns extends Reader {
    private static final int BUFFER = 1 << 13;

    private final Reader text;
    private final char[] read = new char[BUFFER];
    private final char[] out = new char[2 * BUFFER]; // each character, with a blank in front
    private int from;
    private int to;
    private boolean quoted;
    private boolean blank; // one is to be written, should the line go on
    private boolean begun; // this line

    BlankRuns(Reader text) {
        this.text = text;
    }

    @Override
    public int read(char[] chars, int offset, int length) throws IOException {
        while (from == to) {
            int count = text.read(read);
            if (count < 0) {
                return -1;
            }
            from = 0;
            to = 0;
            for (int i = 0; i < count; i++) {
                add(read[i]);
            }
        }
        int copied = Math.min(length, to - from);
        System.arraycopy(out, from, chars, offset, copied);
        from += copied;
        return copied;
    }

    private void add(char c) {
        quoted ^= c == '"';
        boolean end = !quoted && (c == '\n' || c == '\r');
        if (!quoted && (c == ' ' || c == '\t')) {
            blank = begun;
            return;
        }
        if (blank && !end) {
            out[to++] = ' ';
        }
        blank = false;
        begun = !end;
        out[to++] = c;
    }

    @Override
    public void close() throws IOException {
        text.close();
    }
}
