package schuss.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The command line. Results go to standard output, all else to standard error. Exit codes: 0 done; 2 bad input or
 * settings, told in one line; 1 a failure of ours; 130 after Ctrl-C.
 */
@Command(
        name = "schuss",
        description = "Trains neural networks at native speed.",
        sortOptions = false,
        subcommands = {
            TrainCommand.class,
            PredictCommand.class,
            EvaluateCommand.class,
            InspectCommand.class,
            DataCommand.class,
            DoctorCommand.class
        })
public final class Main implements Callable<Integer> {
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
            description = "Show where an error came from.")
    private boolean debug;

    private Main() {}

    public static void main(String[] args) {
        PrintWriter out = writer(System.out);
        PrintWriter err = writer(System.err);
        int code = execute(out, err, args);
        out.flush();
        err.flush();
        Interrupt.commandDone();
        System.exit(code);
    }

    /** Runs one command and returns its exit code. */
    static int execute(PrintWriter out, PrintWriter err, String... args) {
        Errors errors = new Errors(err, args);
        return new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler(errors)
                .setExecutionExceptionHandler(errors)
                .execute(args);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    @Override
    public Integer call() {
        throw new BadInput("expected a command, one of "
                + String.join(", ", spec.subcommands().keySet()) + ", got none; --help tells more");
    }
}
