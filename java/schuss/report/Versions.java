package schuss.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this library, for reports and files that must be reproducible. */
public final class Versions {
    private static final String FILE = "version.properties"; // the build writes the version into it

    private Versions() {}

    /** {@return the version of this library} */
    public static String schuss() {
        try (InputStream in = Versions.class.getResourceAsStream(FILE)) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a file of the library's own jar
        }
    }
}
