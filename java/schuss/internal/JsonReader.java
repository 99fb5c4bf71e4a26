package schuss.internal;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import schuss.FormatException;

/** A strict JSON parser that reads token by token. */
public final class JsonReader {
    private static final String END = "the end";
    private static final Object NULL = new Object();
    private static final Map<String, Object> WORDS = Map.of("true", true, "false", false, "null", NULL);
    private static final Pattern NUMBER =
            Pattern.compile("-?(?:0|[1-9]\\d{0,400})(?:\\.\\d{1,400})?(?:[eE][+-]?\\d{1,9})?");

    private final String file;
    private final String text;
    private int at;

    public JsonReader(String file, String text) {
        this.file = file;
        this.text = text;
    }

    /** Reads {@code symbol}, after any white space. */
    public void expect(char symbol) {
        skipSpace();
        if (at == text.length() || text.charAt(at) != symbol) {
            throw wrong("'" + symbol + "'");
        }
        at++;
    }

    /** Reads {@code symbol} if it comes next. */
    public boolean accept(char symbol) {
        skipSpace();
        boolean found = at < text.length() && text.charAt(at) == symbol;
        at += found ? 1 : 0;
        return found;
    }

    /** Reads the rest, which must be white space. */
    public void expectEnd() {
        skipSpace();
        if (at < text.length()) {
            throw wrong(END);
        }
    }

    public String string() {
        expect('"');
        StringBuilder result = new StringBuilder();
        while (true) {
            if (at == text.length()) {
                throw wrong("the end of a string");
            }
            char c = text.charAt(at);
            if (c < ' ') {
                throw wrong("control characters in a string to be escaped");
            }
            at++;
            if (c == '"') {
                return checkSurrogates(result.toString());
            }
            result.append(c == '\\' ? escape() : c);
        }
    }

    private char escape() {
        char c = at < text.length() ? text.charAt(at) : 0;
        int index = "\"\\/bfnrtu".indexOf(c);
        if (index < 0) {
            throw wrong("one of \" \\ / b f n r t u after a backslash");
        }
        at++;
        return c == 'u' ? unicode() : "\"\\/\b\f\n\r\t".charAt(index);
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            char c = at < text.length() ? text.charAt(at) : 0;
            int digit = c < 0x80 ? Character.digit(c, 16) : -1; // digits of other scripts are none here
            if (digit < 0) {
                throw wrong("four hexadecimal digits");
            }
            code = code << 4 | digit;
            at++;
        }
        return (char) code;
    }

    private String checkSurrogates(String string) {
        for (int i = 0; i < string.length(); i++) {
            if (Character.isSurrogate(string.charAt(i))) {
                if (i + 1 == string.length() || !Character.isSurrogatePair(string.charAt(i), string.charAt(i + 1))) {
                    throw wrong("surrogates in pairs in the string before");
                }
                i++;
            }
        }
        return string;
    }

    /** {@return a whole number, 0 or more, that a {@code long} holds} */
    public long number() {
        skipSpace();
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        String digits = text.substring(start, at);
        at = start;
        if (digits.isEmpty() || (digits.length() > 1 && digits.startsWith("0"))) {
            throw wrong("a whole number of at least 0");
        }
        try {
            long value = Long.parseLong(digits);
            at += digits.length();
            return value;
        } catch (NumberFormatException e) {
            throw wrong("a number below 2^63");
        }
    }

    /** A string, a finite number, a truth value or null. */
    Object scalar() {
        skipSpace();
        if (at < text.length() && text.charAt(at) == '"') {
            return string();
        }
        for (Map.Entry<String, Object> word : WORDS.entrySet()) {
            if (text.startsWith(word.getKey(), at)) {
                at += word.getKey().length();
                return word.getValue() == NULL ? null : word.getValue();
            }
        }
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt() || !Double.isFinite(Double.parseDouble(number.group()))) {
            throw wrong("a value");
        }
        at = number.end();
        return Double.parseDouble(number.group());
    }

    /** {@return the exception for what comes next} */
    public FormatException wrong(String expected) {
        String got = END;
        if (at < text.length()) {
            char c = text.charAt(at);
            got = c > ' ' && c < 0x7F ? "'" + c + "'" : String.format("character U+%04X", (int) c);
        }
        return new FormatException(file + ": header, character " + at + ": expected " + expected + ", got " + got);
    }

    private void skipSpace() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }
}
