package schuss.datasets;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import schuss.data.files.IdxSet;

/**
 * Files in a folder of a web server, each compressed with gzip.
 *
 * @param folder the address, which ends with a slash
 * @param most the largest size of a file in bytes
 */
public record WebFolder(URI folder, long most) implements Source {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);
    private static final int FILE_TIMEOUT_MINUTES = 10;
    private static final int OK = 200;

    /**
     * Creates a source with the default limit of file sizes.
     *
     * @param folder the address, which ends with a slash
     */
    public WebFolder(String folder) {
        this(URI.create(folder));
    }

    /**
     * Creates a source with the default limit of file sizes.
     *
     * @param folder the address, which ends with a slash
     */
    public WebFolder(URI folder) {
        this(folder, IdxSet.MOST_BYTES);
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

    private void download(HttpClient client, URI address, Path file) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(address).build();
        CompletableFuture<HttpResponse<Path>> response =
                client.sendAsync(request, info -> new Limited(BodySubscribers.ofFile(file), most));
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

    /** Writes a response to a file and stops at a limit, because a server can send data without end. */
    private static final class Limited implements BodySubscriber<Path> {
        private final BodySubscriber<Path> file;
        private final long most;
        private long received;
        private Flow.Subscription subscription;

        Limited(BodySubscriber<Path> file, long most) {
            this.file = file;
            this.most = most;
        }

        @Override
        public CompletionStage<Path> getBody() {
            return file.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription made) {
            subscription = made;
            file.onSubscribe(made);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            received += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
            if (received > most) {
                subscription.cancel();
                file.onError(new IOException("expected a file of at most " + most + " bytes, got more"));
            } else {
                file.onNext(buffers);
            }
        }

        @Override
        public void onError(Throwable e) {
            file.onError(e);
        }

        @Override
        public void onComplete() {
            file.onComplete();
        }
    }
}
