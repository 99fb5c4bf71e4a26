package schuss.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/**
 * Trains a network of every kind on a few images and times one briefly, so that a JVM that records the classes it loads
 * sees those of most commands. The launcher runs it once after each build.
 */
public final class ClassRecording {
    private static final List<String> COMMANDS = List.of(
            "train DATA --model mlp --epochs 1 --save DATA/zeros.safetensors",
            "train DATA --model lenet --epochs 1 --save DATA/zeros.safetensors",
            "train DATA --model resnet20 --epochs 1 --save DATA/zeros.safetensors",
            "bench W1 --batch-size 4 --seconds 0.01");

    private ClassRecording() {}

    /** Takes a folder of IDX files, into which it saves. */
    public static void main(String[] args) {
        for (String command : COMMANDS) {
            StringWriter text = new StringWriter();
            PrintWriter writer = new PrintWriter(text);
            String[] words = command.split(" ", -1);
            for (int i = 0; i < words.length; i++) {
                words[i] = words[i].replace("DATA", args[0]);
            }
            int code = Main.execute(writer, writer, words);
            System.out.println(command + ": " + code + " " + text.toString().strip());
        }
    }
}
