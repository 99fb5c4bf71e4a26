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
 * Java's binding of the C interface and the C++ between the two, how steps call its kernels by name, and the list of
 * kernels that C++ declares for every instruction set and dispatches. Maven runs it as
 * {@code java Declarations.java JAVA CPP schuss.h kernels.h}: the first two are folders of sources, the first header is the
 * C interface, others hold kernels that only C++ calls. A file whose text would be the same stays untouched, so that
 * nothing is compiled again.
 *
 * <p>A step can call a kernel whose addresses come first, whose numbers follow and whose number of threads is last.
 */
final class Declarations {
    private record Parameter(String type, String name, boolean array) {
        boolean isAddress() {
            return array || type.endsWith("*");
        }
    }

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

    /** What lies at an address, or what a number is. */
    private static final Map<String, String> ELEMENT_TYPES = Map.of(
            "int", "i32",
            "int32_t", "i32",
            "uint32_t", "i32",
            "int64_t", "i64",
            "uint64_t", "i64",
            "uint8_t", "u8",
            "uint16_t", "bf16",
            "float", "f32",
            "double", "f64");

    private Declarations() {}

    public static void main(String[] arguments) throws IOException {
        try {
            List<Function> functions = read(Path.of(arguments[2]));
            List<Function> all = new ArrayList<>(functions);
            for (int i = 3; i < arguments.length; i++) {
                all.addAll(read(Path.of(arguments[i])));
            }
            Path backend = Path.of(arguments[0], "schuss", "backend");
            List<Function> called =
                    functions.stream().filter(Declarations::isCalled).toList();
            write(backend.resolve("KernelDeclarations.java"), declarations(called));
            write(backend.resolve("cpu/NativeBinding.java"), binding(functions));
            write(backend.resolve("cpu/NativeCalls.java"), calls(called));
            write(Path.of(arguments[1], "binding.cpp"), glue(functions));
            write(Path.of(arguments[1], "kernels.inc"), list(all));
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
                            internal ? kernel.name() : shortName(kernel),
                            kernel.list(),
                            kernel.parameters().stream().map(Parameter::name).collect(Collectors.joining(", "))));
        }
        return text.toString();
    }

    // ---- Java ----

    private static String binding(List<Function> functions) {
        StringBuilder text = new StringBuilder("""
                package schuss.backend.cpu;

                /** Made from schuss.h, where it stands what each function does, by Declarations.java. */
                class NativeBinding {
                    NativeBinding() {}
                """);
        for (Function function : functions) {
            if (!function.name().startsWith(PREFIX)) {
                throw new Mistake(function.place(), "a name that begins with " + PREFIX, function.name());
            }
            String parameters = function.parameters().stream()
                    .map(p -> javaType(function, p) + " " + camelCase(p.name()))
                    .collect(Collectors.joining(", "));
            text.append("\n");
            text.append("    static native %s %s(%s);\n".formatted(javaResult(function), function.name(), parameters));
        }
        return text.append("}\n").toString();
    }

    // ---- C++: JNI's functions, each of which calls the one that it is named after ----

    private static String glue(List<Function> functions) {
        StringBuilder text = new StringBuilder("""
                // Made from schuss.h by Declarations.java: what Java calls, see native/binding.
                #include "binding/arguments.h"
                #include "schuss/schuss.h"

                extern "C" {
                """);
        for (Function function : functions) {
            String result = javaResult(function);
            StringBuilder parameters = new StringBuilder("JNIEnv* env, jclass");
            StringBuilder taken = new StringBuilder();
            List<String> arguments = new ArrayList<>();
            for (Parameter parameter : function.parameters()) {
                String name = parameter.name();
                String type = javaType(function, parameter);
                parameters.append(", ").append(jniType(type)).append(' ').append(name);
                if (parameter.array()) {
                    // a kernel is short and calls nothing that waits: the collector can, and nothing is copied
                    taken.append("    const %s<%s> %s_elements(env, %s);\n"
                            .formatted(function.kernel() ? "Pinned" : "Copied", parameter.type(), name, name));
                    arguments.add(name + "_elements.at");
                } else if (type.equals("String")) {
                    taken.append("    const Text %s_text(env, %s);\n".formatted(name, name));
                    arguments.add(name + "_text.at");
                } else {
                    arguments.add("(" + parameter.type() + ")" + name);
                }
            }
            String call = "%s(%s)".formatted(function.name(), String.join(", ", arguments));
            text.append("\nJNIEXPORT %s JNICALL Java_schuss_backend_cpu_NativeBinding_%s(%s) {\n%s    %s;\n}\n"
                    .formatted(
                            jniType(result),
                            function.name().replace("_", "_1"),
                            parameters,
                            taken,
                            switch (result) {
                                case "void" -> call;
                                case "String" -> "return env->NewStringUTF(" + call + ")";
                                default -> "return (" + jniType(result) + ")" + call;
                            }));
        }
        return text.append("\n}  // extern \"C\"\n").toString();
    }

    private static String jniType(String javaType) {
        return switch (javaType) {
            case "void" -> "void";
            case "String" -> "jstring";
            default -> "j" + javaType.replace("[]", "Array");
        };
    }

    /** Whether a step can call it. */
    private static boolean isCalled(Function function) {
        List<Parameter> all = function.parameters();
        int last = all.size() - 1;
        if (!function.kernel() || last < 1 || !all.get(last).equals(new Parameter("int", "threads", false))) {
            return false;
        }
        long addresses = all.stream().takeWhile(Parameter::isAddress).count();
        boolean ordered = all.stream().skip(addresses).noneMatch(Parameter::isAddress);
        boolean typed = all.stream().noneMatch(p -> p.array() || p.type().contains("void"));
        return addresses > 0 && ordered && typed && List.of("int", "void").contains(function.result());
    }

    private static String declarations(List<Function> called) {
        StringBuilder text = new StringBuilder("""
                package schuss.backend;

                /** Made from schuss.h by Declarations.java: the kernels that steps call, addresses : numbers. */
                final class KernelDeclarations {
                    static final String[] ALL = {
                """);
        for (Function function : called) {
            StringBuilder addresses = new StringBuilder();
            StringBuilder numbers = new StringBuilder();
            for (Parameter parameter : withoutThreads(function)) {
                String element = parameter.type().replaceFirst("^const ", "").replaceFirst("\\*$", "");
                String type = ELEMENT_TYPES.get(element);
                if (type == null) {
                    throw new Mistake(
                            function.place(),
                            "one of " + ELEMENT_TYPES.keySet().stream().sorted().toList() + " in " + function.name(),
                            parameter.type());
                }
                (parameter.isAddress() ? addresses : numbers).append(' ').append(type);
            }
            text.append("        \"%s%s :%s\",\n".formatted(shortName(function), addresses, numbers));
        }
        return text.append("    };\n\n    private KernelDeclarations() {}\n}\n").toString();
    }

    private static String calls(List<Function> called) {
        StringBuilder text = new StringBuilder("""
                package schuss.backend.cpu;

                import schuss.backend.Kernel;

                /** Made from schuss.h by Declarations.java: its kernels by name, with their arguments. */
                final class NativeCalls extends NativeBinding {
                    private NativeCalls() {}

                    static Kernel bind(String function, long[] addresses, Number[] numbers, int threads) {
                        switch (function) {
                """);
        for (Function function : called) {
            text.append("            case \"%s\": {\n".formatted(shortName(function)));
            int address = 0;
            int number = 0;
            for (Parameter parameter : withoutThreads(function)) {
                String type = parameter.isAddress() ? "long" : javaType(function, parameter.type());
                String value = parameter.isAddress()
                        ? "addresses[" + address++ + "]"
                        : "numbers[" + number++ + "]." + type + "Value()";
                text.append("                %s %s = %s;\n".formatted(type, camelCase(parameter.name()), value));
            }
            String arguments = function.parameters().stream()
                    .map(parameter -> camelCase(parameter.name()))
                    .collect(Collectors.joining(", "));
            String call = "%s(%s)".formatted(function.name(), arguments);
            text.append("                return () -> %s;\n            }\n"
                    .formatted(function.result().equals("void") ? call : "Native.check(" + call + ")"));
        }
        return text.append("            default: throw new IllegalArgumentException(function);\n        }\n    }\n}\n")
                .toString();
    }

    private static List<Parameter> withoutThreads(Function function) {
        return function.parameters().subList(0, function.parameters().size() - 1);
    }

    private static String shortName(Function function) {
        return function.name().substring(PREFIX.length());
    }

    private static String camelCase(String name) {
        return Pattern.compile("_(\\w)")
                .matcher(name)
                .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
    }

    private static String javaResult(Function function) {
        String type = function.result();
        return type.equals("void") ? type : javaType(function, new Parameter(type, "", false));
    }

    private static String javaType(Function function, Parameter parameter) {
        String type = parameter.type();
        if (parameter.array()) {
            return javaType(function, type.replaceFirst("^const ", "")) + "[]";
        }
        return type.equals("const char*") ? "String" : type.endsWith("*") ? "long" : javaType(function, type);
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
