import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Native functions are declared in C headers and nowhere else. From these this program makes what else the build needs:
 * Java's binding of the C interface, and the list of kernels that C++ declares for every instruction set and dispatches.
 * Maven runs it as {@code java Declarations.java BINDING.java LIST.inc schuss.h kernels.h}: the first header is the C
 * interface, others hold kernels that only C++ calls. A file whose text would be the same stays untouched, so that
 * nothing is compiled again.
 */
final class Declarations {
    private record Parameter(String type, String name, boolean array) {}

    /** {@code list} is the text between the parentheses, {@code place} where it stands, for messages. */
    private record Function(
            String place, boolean kernel, String result, String name, String list, List<Parameter> parameters) {}

    /** What is wrong with a header: where, what was expected, what stands there. */
    private static final class Mistake extends RuntimeException {
        private static final long serialVersionUID = 1;

        Mistake(String place, String expected, String got) {
            super(place + ": expected " + expected + ", got: " + got.strip());
        }
    }

    private static final String PREFIX = "schuss_";
    private static final Pattern COMMENT_OR_DIRECTIVE =
            Pattern.compile("//.*|(?s:/\\*.*?\\*/)|(?m:^[ \\t]*#(.*\\\\\\R)*.*)");
    private static final Pattern NO_FUNCTION =
            Pattern.compile("\\s+|extern\\s+\"C\"\\s*\\{|namespace\\s+\\w+\\s*\\{|enum\\b[^;]*;|\\}");
    private static final Pattern FUNCTION =
            Pattern.compile("(SCHUSS_KERNEL\\s+)?(\\w[\\w\\s]*[\\s*]+)(\\w+)\\s*\\(([^()]*)\\)\\s*;");
    private static final Pattern PARAMETER = Pattern.compile("(\\w[\\w\\s]*[\\s*&]+)(\\w+)(\\[\\])?");
    private static final Map<String, String> JAVA_TYPES = Map.of(
            "int", "int",
            "int32_t", "int",
            "uint32_t", "int",
            "int64_t", "long",
            "uint64_t", "long",
            "uint8_t", "byte",
            "float", "float",
            "double", "double");

    private Declarations() {}

    public static void main(String[] arguments) throws IOException {
        try {
            List<Function> functions = read(Path.of(arguments[2]));
            List<Function> all = new ArrayList<>(functions);
            for (int i = 3; i < arguments.length; i++) {
                all.addAll(read(Path.of(arguments[i])));
            }
            write(Path.of(arguments[0]), binding(functions));
            write(Path.of(arguments[1]), list(all));
        } catch (Mistake mistake) {
            System.err.println(mistake.getMessage());
            System.exit(1);
        }
    }

    private static List<Function> read(Path header) throws IOException {
        // blanks instead of what is no declaration: lines keep their numbers
        String text = COMMENT_OR_DIRECTIVE
                .matcher(Files.readString(header))
                .replaceAll(match -> match.group().replaceAll(".", " "));
        List<Function> functions = new ArrayList<>();
        Matcher noFunction = NO_FUNCTION.matcher(text);
        Matcher function = FUNCTION.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (noFunction.region(at, text.length()).lookingAt()) {
                at = noFunction.end();
                continue;
            }
            long line = 1 + text.substring(0, at).chars().filter(c -> c == '\n').count();
            String place = header + ":" + line;
            if (!function.region(at, text.length()).lookingAt()) {
                String rest = text.substring(at);
                throw new Mistake(
                        place,
                        "a function, [SCHUSS_KERNEL] type name(type name, ...)",
                        rest.lines().findFirst().get());
            }
            functions.add(new Function(
                    place,
                    function.group(1) != null,
                    type(function.group(2)),
                    function.group(3),
                    function.group(4).strip().replaceAll("\\s+", " "),
                    parameters(place, function.group(4).strip())));
            at = function.end();
        }
        return functions;
    }

    private static List<Parameter> parameters(String place, String list) {
        List<Parameter> parameters = new ArrayList<>();
        if (list.isEmpty() || list.equals("void")) {
            return parameters;
        }
        for (String text : list.split(",", -1)) {
            Matcher parameter = PARAMETER.matcher(text.strip());
            if (!parameter.matches()) {
                throw new Mistake(place, "a parameter, type name or type name[]", text);
            }
            parameters.add(new Parameter(type(parameter.group(1)), parameter.group(2), parameter.group(3) != null));
        }
        return parameters;
    }

    /** One way to write a type: {@code const float*}. */
    private static String type(String text) {
        return text.strip().replaceAll("\\s+", " ").replaceAll(" ?([*&])", "$1");
    }

    // ---- C++: KERNEL(result, function, kernel, (parameters), (arguments)) ----

    private static String list(List<Function> functions) {
        StringBuilder text = new StringBuilder("// Made from the headers by Declarations.java.\n");
        for (Function kernel : functions.stream().filter(Function::kernel).toList()) {
            boolean internal = !kernel.name().startsWith(PREFIX);
            text.append("KERNEL(%s, %s, %s, (%s), (%s))\n"
                    .formatted(
                            kernel.result(),
                            internal ? "schuss::" + kernel.name() : kernel.name(),
                            internal ? kernel.name() : kernel.name().substring(PREFIX.length()),
                            kernel.list(),
                            kernel.parameters().stream().map(Parameter::name).collect(Collectors.joining(", "))));
        }
        return text.toString();
    }

    // ---- Java ----

    private static String binding(List<Function> functions) {
        StringBuilder text = new StringBuilder("""
                package schuss.backend.cpu;

                import org.bytedeco.javacpp.annotation.Cast;
                import org.bytedeco.javacpp.annotation.CriticalRegion;
                import org.bytedeco.javacpp.annotation.Platform;
                import org.bytedeco.javacpp.annotation.Properties;

                /** Made from schuss.h, where it stands what each function does, by Declarations.java. */
                @Properties(value = @Platform(include = "schuss/schuss.h", library = "jnischuss"))
                class NativeBinding {
                    NativeBinding() {}
                """);
        for (Function function : functions) {
            if (!function.name().startsWith(PREFIX)) {
                throw new Mistake(function.place(), "a name that begins with " + PREFIX, function.name());
            }
            boolean arrays = function.parameters().stream().anyMatch(Parameter::array);
            String parameters = function.parameters().stream()
                    .map(p -> javaParameter(function, p))
                    .collect(Collectors.joining(", "));
            text.append("\n");
            // short, and it calls nothing that waits: the collector can, and nothing is copied
            if (function.kernel() && arrays) {
                text.append("    @CriticalRegion\n");
            }
            text.append("    static native %s %s(%s);\n".formatted(javaResult(function), function.name(), parameters));
        }
        return text.append("}\n").toString();
    }

    private static String javaResult(Function function) {
        String type = function.result();
        if (type.equals("const char*")) {
            return "@Cast(\"const char*\") String";
        }
        if (type.endsWith("*")) {
            return "@Cast(\"jlong\") long";
        }
        return type.equals("void") ? type : javaType(function, type);
    }

    private static String javaParameter(Function function, Parameter parameter) {
        String type = parameter.type();
        String name = Pattern.compile("_(\\w)")
                .matcher(parameter.name())
                .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
        if (parameter.array()) {
            String element = javaType(function, type.replaceFirst("^const ", ""));
            return "@Cast(\"%s*\") %s[] %s".formatted(type, element, name);
        }
        if (type.equals("const char*")) {
            return "String " + name;
        }
        if (type.endsWith("*")) {
            return "@Cast(\"%s\") long %s".formatted(type, name);
        }
        String cast = type.startsWith("u") ? "@Cast(\"" + type + "\") " : "";
        return cast + javaType(function, type) + " " + name;
    }

    private static String javaType(Function function, String type) {
        String javaType = JAVA_TYPES.get(type);
        if (javaType == null) {
            throw new Mistake(
                    function.place(),
                    "a pointer or one of "
                            + JAVA_TYPES.keySet().stream().sorted().toList() + " in " + function.name(),
                    type);
        }
        return javaType;
    }

    private static void write(Path file, String text) throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            return;
        }
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
