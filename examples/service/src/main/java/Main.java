import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import schuss.Device;
import schuss.Model;
import schuss.TableModel;
import schuss.data.Dataset;
import schuss.data.table.Table;
import schuss.data.table.TableOptions;
import schuss.layers.Dense;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.MeanSquaredError;
import schuss.optim.Adam;
import schuss.train.Trainer;

/** Trains a small model of what flats cost, starts the service, asks it, and ends. */
public class Main {
    public static void main(String[] args) throws Exception {
        Path file = Files.createDirectories(Path.of("target")).resolve("flats.safetensors");
        train(file);
        // snippet: main
        try (Device device = Device.cpu();
                TableModel model = TableModel.load(file, device);
                Service service = new Service(model, 0)) { // 0: any port that is free
            URI uri = URI.create("http://localhost:" + service.port() + "/predict");
            HttpClient client = HttpClient.newHttpClient();
            HttpResponse<String> answer = ask(client, uri, "{\"size\": 80, \"floor\": 2, \"town\": \"Bern\"}")
                    .join();
            System.out.println(answer.statusCode() + " " + answer.body());
            // end

            HttpResponse<String> error =
                    ask(client, uri, "{\"size\": 80, \"floor\": 2}").join();
            System.out.println(error.statusCode() + " " + error.body());

            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) { // all at once
                answers.add(ask(client, uri, "{\"size\": " + (30 + i) + ", \"floor\": 1, \"town\": \"Thun\"}"));
            }
            long good =
                    answers.stream().filter(a -> a.join().statusCode() == 200).count();
            System.out.println(good + " answers of " + answers.size());
            // snippet: main
        }
        // end
        System.out.println("closed");
    }

    private static CompletableFuture<HttpResponse<String>> ask(HttpClient client, URI uri, String row) {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .POST(HttpRequest.BodyPublishers.ofString(row))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    private static void train(Path file) throws IOException {
        Path csv = file.resolveSibling("flats.csv");
        StringBuilder text = new StringBuilder("size,floor,town,price\n");
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            int size = 30 + random.nextInt(120);
            int floor = random.nextInt(6);
            boolean bern = random.nextBoolean();
            int price = size * (bern ? 9000 : 6000) + 10000 * floor + random.nextInt(20000);
            text.append(size + "," + floor + "," + (bern ? "Bern" : "Thun") + "," + price + "\n");
        }
        Files.writeString(csv, text);
        List<Table> parts = Table.read(csv, TableOptions.DEFAULT).shuffle(42).split(0.8, 0.2);
        Dataset flats = parts.get(0).dataset();
        Layer net = Sequential.of(new Dense(32), new Relu(), new Dense(1));
        try (Device device = Device.cpu();
                Model model = Model.create(net, flats.input(), device, 42)) {
            Trainer.of(model, new MeanSquaredError(), new Adam(0.01))
                    .withBatchSize(32)
                    .withEpochs(30)
                    .fit(flats);
            TableModel.of(model, parts.get(0).schema()).save(file);
        }
    }
}
