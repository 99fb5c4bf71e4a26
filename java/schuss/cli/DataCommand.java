package schuss.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import schuss.cli.options.BadInput;
import schuss.cli.options.DataName;

/** {@code schuss data}. */
@Command(name = "data", sortOptions = false, description = "Fetches a data set and prints the folder it is in.")
final class DataCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "NAME", description = DataName.KNOWN)
    private String name;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Check the files in this folder instead.")
    private Path dataDir;

    @Override
    public Integer call() {
        if (!List.of(DataName.KNOWN.split(", ")).contains(name)) {
            throw new BadInput("NAME: expected one of " + DataName.KNOWN + ", got " + name);
        }
        Path folder = DataName.of(name, dataDir)
                .locate(Printable.to(spec.commandLine().getErr()));
        spec.commandLine().getOut().println(folder);
        return 0;
    }
}
