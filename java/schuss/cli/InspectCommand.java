package schuss.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import schuss.Device;
import schuss.Model;
import schuss.cli.options.SavedModelOptions;
import schuss.io.Safetensors;

/** {@code schuss inspect}. */
@Command(name = "inspect", sortOptions = false, description = "Prints what is in a saved model, layer by layer.")
final class InspectCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE", description = "Any safetensors file.")
    private Path file;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (Safetensors tensors = SavedModelOptions.open(file)) {
            Map<String, String> metadata = new TreeMap<>(tensors.metadata());
            String summary = metadata.containsKey("schuss.network") ? summary() : "";
            metadata.forEach((key, value) -> out.println(Printable.of(key + " = " + value.replace("\n", ", "))));
            long sum = 0;
            for (String name : tensors.names()) {
                List<Long> extents = tensors.extents(name);
                long elements = extents.stream().reduce(1L, (a, b) -> a * b);
                String shape = extents.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
                line(out, Printable.of(name), Printable.of(tensors.type(name)) + " " + shape, elements);
                sum = sum + elements < 0 ? Long.MAX_VALUE : sum + elements; // of types not known any number
            }
            line(out, "numbers in all", "", sum);
            out.print(summary);
        }
        return 0;
    }

    private static void line(PrintWriter out, String name, String shape, long size) {
        out.println(String.format(Locale.ROOT, "%-32s %-24s %,12d", name, shape, size));
    }

    /** Layer by layer, where the file says which network it is of. */
    private String summary() throws IOException {
        try (Device device = Device.cpu();
                Model model = Model.load(file, device)) {
            return System.lineSeparator() + model.summary();
        }
    }
}
