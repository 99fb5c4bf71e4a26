package schuss.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import schuss.data.FashionMnist;

/** {@code schuss data}. */
@Command(name = "data", sortOptions = false, description = "Fetches a data set and prints the folder it is in.")
final class DataCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "NAME", description = DataName.FASHION_MNIST)
    private String name;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Check the files in this folder instead.")
    private Path dataDir;

    @Override
    public Integer call() {
        if (!name.equals(DataName.FASHION_MNIST)) {
            throw new BadInput("NAME: expected " + DataName.FASHION_MNIST + ", got " + name);
        }
        DataName.of(name, dataDir);
        spec.commandLine()
                .getOut()
                .println(FashionMnist.locate(dataDir, spec.commandLine().getErr()::println));
        return 0;
    }
}
