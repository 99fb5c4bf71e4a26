package schuss.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import schuss.data.table.Table;
import schuss.data.table.TableOptions;
import schuss.train.Epoch;
import schuss.train.History;
import schuss.train.report.TrainingReport;

/** Where libraries that few need are not on the class path, one line says which. */
class OptionalLibrariesTest {
    @TempDir
    Path folder;

    @Test
    void eventFilesAskForProtobuf() throws Exception {
        try (URLClassLoader alone = alone()) {
            Class<?> type = alone.loadClass(EventFile.class.getName());
            assertFails(
                    "events: expected the library com.google.protobuf:protobuf-java on the class path, got none",
                    () -> type.getMethod("create", Path.class).invoke(null, folder.resolve("events")));
        }
    }

    @Test
    void historiesAsJsonAskForJackson() throws Exception {
        try (URLClassLoader alone = alone()) {
            Class<?> type = alone.loadClass(History.class.getName());
            Object history = type.getConstructor(List.class).newInstance(List.of());
            assertEquals("epoch\n", type.getMethod("toCsv").invoke(history));
            assertFails(
                    "history: expected the library com.fasterxml.jackson.core:jackson-core on the class path, got none",
                    () -> type.getMethod("toJson").invoke(history));
        }
    }

    @Test
    void reportsAskForTheLibraryBeforeTraining() throws Exception {
        try (URLClassLoader alone = alone()) {
            Class<?> type = alone.loadClass(TrainingReport.class.getName());
            assertFails(
                    "HtmlReport: expected the library com.j2html:j2html on the class path, got none",
                    () -> type.getConstructor(String.class).newInstance("A run"));
        }
    }

    @Test
    void plotsAskForXChart() throws Exception {
        try (URLClassLoader alone = alone()) {
            Object values = Map.of("loss", 0.5);
            Object epoch = alone.loadClass(Epoch.class.getName())
                    .getConstructor(int.class, Map.class, double.class, double.class)
                    .newInstance(1, values, 0.1, 1e-3);
            Class<?> type = alone.loadClass(History.class.getName());
            Object history = type.getConstructor(List.class).newInstance(List.of(epoch));
            Path file = folder.resolve("history.png");
            assertFails(
                    "Chart: expected the library org.knowm.xchart:xchart on the class path, got none",
                    () -> type.getMethod("plot", Path.class).invoke(history, file));
            assertFalse(Files.exists(file));
        }
    }

    @Test
    void tablesAskForFastCsv() throws Exception {
        try (URLClassLoader alone = alone()) {
            Class<?> options = alone.loadClass(TableOptions.class.getName());
            Class<?> type = alone.loadClass(Table.class.getName());
            Object usual = options.getField("DEFAULT").get(null);
            assertFails(
                    "Table: expected the library de.siegmar:fastcsv on the class path, got none",
                    () -> type.getMethod("read", Path.class, options).invoke(null, folder.resolve("wine.csv"), usual));
        }
    }

    /** The library's own classes and nothing else. */
    private static URLClassLoader alone() throws IOException {
        URL classes = EventFile.class.getProtectionDomain().getCodeSource().getLocation();
        return new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader());
    }

    private static void assertFails(String message, Executable call) {
        Throwable cause = assertThrows(InvocationTargetException.class, call).getCause();
        assertInstanceOf(IllegalStateException.class, cause);
        assertEquals(message, cause.getMessage());
    }
}
