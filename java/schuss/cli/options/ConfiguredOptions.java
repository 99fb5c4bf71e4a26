package schuss.cli.options;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Takes the values of options that are not on the command line from a file, and tells the value of every option. */
public final class ConfiguredOptions implements IDefaultValueProvider {
    public static final String CONFIG = "--config";

    private static final String JACKSON = "expected Jackson, com.fasterxml.jackson.core:jackson-core, got none";

    /** What is no setting of a run: the same run has the same settings, in one go or resumed. */
    private static final Set<String> NOT_OF_A_RUN = Set.of("config", "resume", "json", "help", "debug");

    /** What is written: only who starts a command says where. */
    private static final Set<String> WRITTEN = Set.of("save", "history", "report", "tensorboard", "checkpoint");

    private final CommandLine command;
    private final List<String> args;
    private Map<String, String> values;

    private ConfiguredOptions(CommandLine command, List<String> args) {
        this.command = command;
        this.args = args;
    }

    /** For a command that has the option; its file is read when the command is. */
    public static void install(CommandLine command, String... args) {
        List<String> all = List.of(args);
        if (command != null && all.stream().anyMatch(isOption(CONFIG))) {
            command.setDefaultValueProvider(new ConfiguredOptions(command, all));
            command.getCommandSpec().interpolateVariables(false); // values are what they are
        }
    }

    private static Predicate<String> isOption(String name) {
        return arg -> arg.equals(name) || arg.startsWith(name + "=");
    }

    @Override
    public String defaultValue(ArgSpec arg) {
        boolean given = arg instanceof OptionSpec option && args.stream().anyMatch(isOption(option.longestName()));
        return given ? null : values().get(name(arg));
    }

    private static String name(ArgSpec arg) {
        return arg instanceof OptionSpec option
                ? option.longestName().substring(2)
                : arg.paramLabel().toLowerCase(Locale.ROOT);
    }

    private Map<String, String> values() {
        if (values == null) {
            try {
                values = read();
            } catch (BadInput e) {
                throw new ParameterException(command, CONFIG + ": " + e.getMessage(), e);
            } catch (NoClassDefFoundError e) {
                throw new ParameterException(command, CONFIG + ": " + JACKSON, e);
            }
        }
        return values;
    }

    private Map<String, String> read() {
        Path file = file();
        Map<String, String> read = file == null ? Map.of() : RunConfiguration.read(file);
        Set<String> known = command.getCommandSpec().args().stream()
                .filter(arg -> !(arg instanceof OptionSpec option && option.usageHelp()))
                .map(ConfiguredOptions::name)
                .filter(name -> !name.equals(CONFIG.substring(2)))
                .collect(Collectors.toSet());
        for (String name : read.keySet()) {
            if (WRITTEN.contains(name)) {
                throw new BadInput(file + ": expected settings, got \"" + name
                        + "\", which says where to write: give --" + name + " on the command line");
            }
            if (!known.contains(name)) {
                throw new BadInput(file + ": expected names of options, like \"epochs\", got \"" + name + "\"");
            }
        }
        return read;
    }

    /** The file; null where the option has no value, which the parser refuses. */
    private Path file() {
        for (int i = 0; i < args.size(); i++) {
            if (args.get(i).startsWith(CONFIG + "=")) {
                return Path.of(args.get(i).substring(CONFIG.length() + 1));
            }
            if (args.get(i).equals(CONFIG) && i + 1 < args.size()) {
                return Path.of(args.get(i + 1));
            }
        }
        return null;
    }

    /** All settings that a command has been given or has of itself, by name. */
    public static Map<String, Object> of(CommandSpec command) {
        Map<String, Object> settings = new TreeMap<>();
        for (ArgSpec arg : command.args()) {
            if (arg.getValue() != null && !NOT_OF_A_RUN.contains(name(arg)) && !WRITTEN.contains(name(arg))) {
                settings.put(name(arg), value(arg.getValue()));
            }
        }
        return settings;
    }

    /** As it would stand in JSON. */
    public static Object value(Object value) {
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
        return value instanceof Number || value instanceof Boolean ? value : value.toString();
    }
}
