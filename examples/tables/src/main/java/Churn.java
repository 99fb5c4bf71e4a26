import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import schuss.Answer;
import schuss.Device;
import schuss.Model;
import schuss.TableModel;
import schuss.data.DataException;
import schuss.data.Dataset;
import schuss.data.table.Table;
import schuss.data.table.TableOptions;
import schuss.data.table.TableSchema;
import schuss.evaluation.ClassificationReport;
import schuss.layers.Dense;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Adam;
import schuss.schedules.Cosine;
import schuss.train.Trainer;

/** Learns from a CSV file which customers leave, and predicts it for customers who were not in the file. */
public class Churn {
    // snippet: record
    /** A customer, with a component for every column that the network sees. */
    record Customer(String plan, String town, Integer age, int months, double spend) {}
    // end

    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of("target"));
        Path file = folder.resolve("churn.safetensors");
        Path csv = folder.resolve("customers.csv");
        writeCustomers(csv);
        // snippet: read
        TableOptions options = TableOptions.DEFAULT
                .withTarget("left") // the column to predict
                .withIgnored("id") // says nothing about a customer
                .withUnknown(TableSchema.Unknown.IGNORE); // towns that come up later
        Table table = Table.read(csv, options);
        System.out.println(table);
        List<Table> parts = table.shuffle(42).split(0.8, 0.2);
        Dataset train = parts.get(0).dataset();
        Dataset test = parts.get(1).dataset();
        // end
        try (Device device = Device.best()) {
            // snippet: train
            Layer net = Sequential.of(new Dense(32), new Relu(), new Dense(train.classes()));
            Model model = Model.create(net, train.input(), device, 42);
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01))
                    .withBatchSize(32)
                    .withEpochs(20)
                    .withSchedule(new Cosine())
                    .withMetric(new Accuracy());
            trainer.fit(train);
            System.out.printf("accuracy %.2f%n", trainer.evaluate(test).get("accuracy"));
            // end
            // snippet: report
            ClassificationReport report = ClassificationReport.of(model, test);
            System.out.printf("area under the ROC curve %.2f%n", report.macroArea());
            // end
            // snippet: save
            try (TableModel churn = TableModel.of(model, parts.get(0).schema())) { // closes the model too
                churn.save(file);
            }
            // end
            // snippet: load
            try (TableModel churn = TableModel.load(file, device)) {
                Answer answer = churn.predict(new Customer("basic", "Bern", 31, 2, 19.90));
                System.out.printf(
                        "%s, probability %.2f%n",
                        answer.name(), answer.probabilities().get(answer.name()));
                // end
                // snippet: map
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("plan", "pro");
                row.put("town", "Chur"); // was in no row of the training
                row.put("age", null); // is not known
                row.put("months", 48);
                row.put("spend", 64.5);
                System.out.println("left: " + churn.predict(row).name());
                // end
                // snippet: error
                try {
                    churn.predict(Map.of("plan", "pro"));
                } catch (DataException e) {
                    System.out.println(e.getMessage());
                }
                // end
                // snippet: load
            }
            // end
        }
    }

    /** Makes up some customers. Those with a small plan leave more often, and so do those who are new. */
    private static void writeCustomers(Path csv) throws IOException {
        Random random = new Random(1);
        String[] plans = {"basic", "plus", "pro"};
        String[] towns = {"Basel", "Bern", "Thun"};
        StringBuilder text = new StringBuilder("id,plan,town,age,months,spend,left\n");
        for (int id = 1; id <= 1000; id++) {
            int plan = random.nextInt(3);
            int age = 18 + random.nextInt(60);
            int months = random.nextInt(60);
            double spend = 10 + 20 * plan + 10 * random.nextDouble();
            double stays = months / 20.0 + plan - 1.5 + 0.5 * random.nextGaussian();
            text.append(id)
                    .append(',')
                    .append(plans[plan])
                    .append(',')
                    .append(towns[random.nextInt(3)])
                    .append(',')
                    .append(random.nextInt(10) == 0 ? "" : age) // some did not tell their age
                    .append(',')
                    .append(months)
                    .append(',')
                    .append(String.format("%.2f", spend).replace(',', '.'))
                    .append(',')
                    .append(stays > 0.5 ? "no" : "yes")
                    .append('\n');
        }
        Files.writeString(csv, text);
    }
}
