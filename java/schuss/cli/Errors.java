package schuss.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import schuss.FormatException;
import schuss.backend.OutOfMemoryException;
import schuss.backend.UnavailableException;
import schuss.cli.options.BadInput;
import schuss.data.DataException;
import schuss.layers.LayerException;
import schuss.train.NotFiniteException;

/** Decides what a failed command prints, and its exit code. */
final class Errors implements IParameterExceptionHandler, IExecutionExceptionHandler {
    static final String DEBUG = "--debug";
    private static final int MOST_CHARACTERS = 4000;

    private final PrintWriter err;
    private final boolean debug;

    Errors(PrintWriter err, String... args) {
        this.err = err;
        this.debug = List.of(args).contains(DEBUG);
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        return badInput(e, e.getCommandLine(), message(e));
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        if (e instanceof BadInput
                || e instanceof DataException
                || e instanceof FormatException
                || e instanceof LayerException
                || e instanceof NotFiniteException
                || e instanceof OutOfMemoryException
                || e instanceof UnavailableException) {
            return badInput(e, command, e.getMessage());
        }
        e.printStackTrace(err);
        return ExitCode.SOFTWARE;
    }

    private int badInput(Exception e, CommandLine command, String message) {
        String line = message == null
                ? e.toString()
                : Printable.of(JavaWords.translate(message).strip().replaceAll("\\s*\\R\\s*", " "));
        err.println(command.getCommandSpec().qualifiedName() + ": " + shortened(line));
        if (debug) {
            e.printStackTrace(err);
        }
        return ExitCode.USAGE;
    }

    /** What a file of thousands of names says of itself need not be told whole. */
    private static String shortened(String line) {
        int cut = line.length() - MOST_CHARACTERS;
        return cut <= 0
                ? line
                : line.substring(0, MOST_CHARACTERS / 2) + " ... (" + cut + " characters more) ... "
                        + line.substring(line.length() - MOST_CHARACTERS / 2);
    }

    private static String message(ParameterException e) {
        CommandSpec spec = e.getCommandLine().getCommandSpec();
        if (e instanceof UnmatchedArgumentException unmatched) {
            String got = unmatched.getUnmatched().get(0);
            List<String> near = unmatched.getSuggestions();
            if (got.startsWith("-") && !near.isEmpty()) {
                return "expected an option, perhaps " + String.join(" or ", near) + ", got " + got;
            } else if (got.startsWith("-")) {
                String names = spec.options().stream().map(o -> o.longestName()).collect(Collectors.joining(", "));
                return "expected one of the options " + names + ", got " + got;
            } else if (!spec.subcommands().isEmpty()) {
                return "expected a command, one of "
                        + String.join(", ", spec.subcommands().keySet()) + ", got " + got;
            }
            return "expected nothing after the other arguments, got " + got;
        } else if (e instanceof MissingParameterException missing) {
            ArgSpec first = missing.getMissing().get(0);
            return first.isOption() && !first.required()
                    ? name(first) + ": expected " + first.paramLabel() + ", got nothing"
                    : "expected "
                            + missing.getMissing().stream().map(Errors::name).collect(Collectors.joining(" and "))
                            + ", got none; --help tells more";
        } else if (e instanceof OverwrittenOptionException twice) {
            return name(twice.getOverwritten()) + ": expected once, got more";
        } else if (e.getArgSpec() != null && e.getCause() instanceof CommandLine.TypeConversionException) {
            return name(e.getArgSpec()) + ": " + e.getCause().getMessage();
        }
        return e.getMessage();
    }

    private static String name(ArgSpec spec) {
        return spec instanceof OptionSpec option ? option.longestName() : spec.paramLabel();
    }
}
