package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Names of files with letters beyond ASCII, in the locale C, which has none. */
@EnabledOnOs(OS.LINUX)
class LocaleTest {
    @TempDir
    Path folder;

    private record Said(int code, String text) {}

    /** A shell writes the names: Java in the tests' own locale might not be able to. */
    private Said inC(String script) throws Exception {
        ProcessBuilder shell = new ProcessBuilder(
                "bash",
                "-c",
                "schuss() { \"$0\" -XX:+UseSerialGC -cp \"$1\" schuss.cli.Main \"${@:2}\"; }\n"
                                .replace(
                                        "$0",
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString())
                                .replace("\"$1\"", "\"" + System.getProperty("java.class.path") + "\"")
                                .replace("${@:2}", "$@")
                        + script);
        shell.environment().put("LC_ALL", "C");
        Process process =
                shell.redirectErrorStream(true).directory(folder.toFile()).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }

    @Test
    void aNameThatTheLocaleCannotSayIsToldFromOneThatIsMissing() throws Exception {
        Files.writeString(folder.resolve("t.csv"), "a,k\n1,x\n2,y\n3,x\n4,y\n5,x\n6,y\n");
        for (String command : List.of(
                "schuss train $'gr\\xc3\\xb6\\xc3\\x9fe.csv'",
                "schuss train t.csv --save $'mod\\xc3\\xa8le.safetensors'",
                "schuss inspect $'\\xff.safetensors'")) {
            Said said = inC(command);
            assertEquals(2, said.code(), said.text());
            assertEquals(1, said.text().lines().count(), said.text());
            assertTrue(said.text().contains("set LC_ALL=C.UTF-8 in the environment"), said.text());
        }
    }

    /** Java has no letters for the bytes of such a name, but can open the file. */
    @Test
    void anImageOfAnyNameIsRead() throws Exception {
        images("a", 0x000000);
        images("b", 0xFFFFFF);
        Said said = inC("for f in a/*.png b/*.png; do mv $f ${f%.png}$'f\\xfcr\\xc3\\xb6.png'; done\n"
                + "schuss train . --model mlp --epochs 1");
        assertEquals(0, said.code(), said.text());
        Said classes = inC("mv a $'\\xc3\\xa4pfel'; schuss train . --model mlp --epochs 1");
        assertEquals(2, classes.code(), classes.text());
        assertTrue(classes.text().contains("set LC_ALL=C.UTF-8 in the environment"), classes.text());
    }

    private void images(String name, int colour) throws IOException {
        Path kind = Files.createDirectory(folder.resolve(name));
        for (int i = 0; i < 10; i++) {
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
            for (int pixel = 0; pixel < 64; pixel++) {
                image.setRGB(pixel % 8, pixel / 8, pixel == i ? 0x808080 : colour);
            }
            ImageIO.write(image, "png", kind.resolve(i + ".png").toFile());
        }
    }
}
