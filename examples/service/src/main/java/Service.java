import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import schuss.Answer;
import schuss.TableModel;
import schuss.data.DataException;

/** Answers over HTTP what a model predicts: a row comes as a JSON object, and so does the answer go. */
public class Service implements AutoCloseable {
    private static final int MOST_BYTES = 64 * 1024;

    // snippet: open
    private final ObjectMapper json = new ObjectMapper();
    private final TableModel model; // one for all threads
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final HttpServer server;

    public Service(TableModel model, int port) throws IOException {
        this.model = model;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/predict", this::predict);
        server.start();
    }
    // end

    public int port() {
        return server.getAddress().getPort();
    }

    // snippet: predict
    private void predict(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES);
            try {
                Map<String, Object> row = json.readerForMapOf(Object.class).readValue(body);
                if (row == null) {
                    throw new DataException("row: expected a JSON object, got null");
                }
                Answer answer = model.predict(row);
                send(exchange, 200, answer);
            } catch (JsonProcessingException e) {
                send(exchange, 400, Map.of("error", "expected a JSON object: " + e.getOriginalMessage()));
            } catch (DataException e) { // names the column
                send(exchange, 400, Map.of("error", e.getMessage()));
            }
        }
    }

    private void send(HttpExchange exchange, int status, Object answer) throws IOException {
        byte[] body = json.writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
    // end

    // snippet: close
    @Override
    public void close() {
        server.stop(1); // waits a second at most for the requests under way
        threads.shutdown();
    }
    // end
}
