package schuss.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import schuss.Device;
import schuss.Model;
import schuss.Session;
import schuss.Shape;
import schuss.backend.cpu.CpuBackend;
import schuss.cli.bench.BenchCommand;
import schuss.cli.options.BadInput;
import schuss.cli.options.ConfiguredOptions;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.train.Trainer;
import schuss.zoo.Zoo;

/**
 * The command line. Results go to standard output, all else to standard error. Exit codes: 0 done; 2 bad input or
 * settings, told in one line; 1 a failure of ours; 130 after Ctrl-C.
 */
@Command(name = Main.NAME, description = "Trains neural networks at native speed.", sortOptions = false)
public final class Main implements Callable<Integer> {
    public static final String NAME = "schuss";

    /** What Java puts for bytes of an argument that are no letter in the locale. */
    private static final char UNREADABLE = '\uFFFD';

    private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

    private static final List<Class<?>> COMMANDS = List.of(
            TrainCommand.class,
            PredictCommand.class,
            EvaluateCommand.class,
            InspectCommand.class,
            DataCommand.class,
            BenchCommand.class,
            DoctorCommand.class);

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this and exit.")
    private boolean help;

    @Option(
            names = Errors.DEBUG,
            scope = ScopeType.INHERIT,
            description = "Show where an error came from, and how long starting took.")
    private boolean debug;

    private Main() {}

    public static void main(String[] args) {
        loadMeanwhile(args);
        // what the library logs, a warning, is one line
        System.setProperty(LOG_FORMAT, System.getProperty(LOG_FORMAT, "%4$s: %5$s%6$s%n"));
        PrintWriter out = writer(System.out);
        PrintWriter err = writer(System.err);
        int code = execute(out, err, args);
        if (out.checkError() && code == 0) { // it is flushed by that
            err.println(NAME + ": standard output: expected to write to it, got a full disk or a reader that has gone");
            code = ExitCode.USAGE;
        }
        err.flush();
        Interrupt.commandDone();
        System.exit(code);
    }

    /** Runs one command and returns its exit code. */
    static int execute(PrintWriter out, PrintWriter err, String... args) {
        for (String argument : args) {
            if (argument.indexOf(UNREADABLE) >= 0) {
                err.println(NAME + ": " + Printable.of(argument)
                        + ": expected only letters that the locale has, which is one of "
                        + System.getProperty("sun.jnu.encoding")
                        + ", got others; set LC_ALL=C.UTF-8 in the environment, or give the file another name");
                return ExitCode.USAGE;
            }
        }
        try {
            return line(out, err, args).execute(args);
        } catch (OutOfMemoryError e) {
            err.println(NAME + ": Java memory: expected more than the limit of "
                    + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MB; SCHUSS_JAVA_OPTIONS=-Xmx8g in the environment allows more");
            return ExitCode.USAGE;
        }
    }

    /** What parses these arguments. */
    static CommandLine line(PrintWriter out, PrintWriter err, String... args) {
        Errors errors = new Errors(err, args);
        CommandLine line = new CommandLine(new Main());
        commands(args).forEach(line::addSubcommand);
        line.setExpandAtFiles(false); // a file may be called @x
        ConfiguredOptions.install(line.getSubcommands().get("train"), args);
        return line.setOut(out).setErr(err).setParameterExceptionHandler(errors).setExecutionExceptionHandler(errors);
    }

    /** The command that is asked for, or all: reading the annotations of the others would take time. */
    private static List<Class<?>> commands(String... args) {
        List<Class<?>> asked = COMMANDS.stream()
                .filter(c ->
                        args.length > 0 && c.getAnnotation(Command.class).name().equals(args[0]))
                .toList();
        return asked.isEmpty() ? COMMANDS : asked;
    }

    /** Loading libraries and classes takes longer than parsing the arguments: do both at once. */
    private static void loadMeanwhile(String... args) {
        String command = args.length > 1 ? args[0] : "";
        if (List.of("train", "predict", "evaluate", "bench").contains(command)) {
            Thread loading = new Thread(
                    () -> {
                        try {
                            CpuBackend.physicalCores();
                            if (List.of("train", "bench").contains(command)
                                    && Runtime.getRuntime().availableProcessors() > 1) {
                                rehearse();
                            }
                        } catch (RuntimeException | Error e) {
                            return; // whoever needs them meets it again
                        }
                    },
                    "schuss-load");
            loading.setDaemon(true);
            loading.start();
        }
    }

    /** A training of one step, so that the classes of tracing and compiling are there when the real one begins. */
    private static void rehearse() {
        try (Device device = Device.cpu(1);
                Model model = Model.create(Zoo.mlp(2, 2), Shape.of(2), device, 1);
                Session session = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.001))
                        .session(1)) {
            session.run();
        }
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    public boolean isDebug() {
        return debug;
    }

    @Override
    public Integer call() {
        throw new BadInput("expected a command, one of "
                + String.join(", ", spec.subcommands().keySet()) + ", got none; --help tells more");
    }
}
