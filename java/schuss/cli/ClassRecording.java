package schuss.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/**
 * Trains a network of every kind on a few pictures, so that a JVM that writes down which classes it loads meets those of
 * most commands. The launcher runs it once after each build.
 */
public final class ClassRecording {
    private static final List<String> NETWORKS = List.of("mlp", "lenet", "resnet20");

    private ClassRecording() {}

    /** Takes a folder of IDX files, into which it saves. */
    public static void main(String[] args) {
        for (String network : NETWORKS) {
            StringWriter text = new StringWriter();
            PrintWriter writer = new PrintWriter(text);
            int code = Main.execute(
                    writer,
                    writer,
                    "train",
                    args[0],
                    "--model",
                    network,
                    "--epochs",
                    "1",
                    "--save",
                    args[0] + "/zeros.safetensors");
            System.out.println(network + ": " + code + " " + text.toString().strip());
        }
    }
}
