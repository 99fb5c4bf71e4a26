package schuss.data;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Files in one folder of a web server, compressed by gzip.
 *
 * @param folder the address, which ends with a slash
 */
record WebFolder(URI folder) implements Source {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);
    private static final int FILE_TIMEOUT_MINUTES = 10;
    private static final int OK = 200;

    WebFolder(String folder) {
        this(URI.create(folder));
    }

    @Override
    public String place() {
        return folder.toString();
    }

    @Override
    public Path fetch(List<String> names, Path target, Consumer<String> progress) throws IOException {
        // NORMAL follows redirections, but never from https to http
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        for (String name : names) {
            URI address = folder.resolve(name + ".gz");
            progress.accept("downloading " + address);
            download(client, address, target.resolve(name + ".gz"));
        }
        return target;
    }

    private static void download(HttpClient client, URI address, Path file) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(address).build();
        CompletableFuture<HttpResponse<Path>> response = client.sendAsync(request, BodyHandlers.ofFile(file));
        try {
            int status = response.get(FILE_TIMEOUT_MINUTES, TimeUnit.MINUTES).statusCode();
            if (status != OK) {
                throw new IOException(address.getRawPath() + ": expected status " + OK + ", got " + status);
            }
        } catch (ExecutionException e) {
            throw new IOException("cannot download: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException(
                    address.getRawPath() + ": expected to end within " + FILE_TIMEOUT_MINUTES + " minutes", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(address.getRawPath() + ": interrupted", e);
        } finally {
            response.cancel(true);
        }
    }
}
