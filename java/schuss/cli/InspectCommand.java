package schuss.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import schuss.Device;
import schuss.io.Safetensors;

/** {@code schuss inspect}. */
@Command(name = "inspect", sortOptions = false, description = "Prints what is in a saved model.")
final class InspectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE", description = "Any safetensors file.")
    private Path file;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (Safetensors tensors = SavedModel.open(file)) {
            new TreeMap<>(tensors.metadata())
                    .forEach((key, value) -> out.println(key + " = " + value.replace("\n", ", ")));
            long sum = 0;
            for (String name : tensors.names()) {
                long size = tensors.spec(name).shape().size();
                line(
                        out,
                        name,
                        tensors.spec(name).dtype() + " " + tensors.spec(name).shape(),
                        size);
                sum += size;
            }
            line(out, "parameters", "", sum);
            if (SavedModel.describes(tensors.metadata())) {
                try (Device device = Device.best()) {
                    out.println();
                    out.print(SavedModel.of(file, tensors.metadata()).summary(device));
                }
            }
        }
        return 0;
    }

    private static void line(PrintWriter out, String name, String shape, long size) {
        out.println(String.format(Locale.ROOT, "%-32s %-24s %,12d", name, shape, size));
    }
}
