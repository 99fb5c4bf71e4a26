package schuss;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Another JVM with the classes of this one, its settings and JavaCPP's, its heap, and its place for what it writes when it
 * crashes: for what may crash, hang or grow.
 */
public final class ChildJvm {
    private static final List<String> SETTINGS = List.of("schuss.", "org.bytedeco.javacpp.");
    private static final List<String> OPTIONS = List.of("-Xmx", "-XX:ErrorFile=");

    private ChildJvm() {}

    /** Not started yet; all that it prints goes one way. */
    public static ProcessBuilder of(List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> startsWith(option, OPTIONS))
                .forEach(command::add);
        command.addAll(options); // of two that say the same the last counts
        command.add("--enable-native-access=ALL-UNNAMED");
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> startsWith(name, SETTINGS))
                .sorted()
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    private static boolean startsWith(String text, List<String> beginnings) {
        return beginnings.stream().anyMatch(text::startsWith);
    }
}
