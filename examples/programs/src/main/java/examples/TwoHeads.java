package examples;

import java.util.List;
import java.util.Map;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.Tensor;
import schuss.data.Dataset;
import schuss.layers.Conv2d;
import schuss.layers.Dense;
import schuss.layers.GlobalAveragePool;
import schuss.layers.Layer;
import schuss.layers.Network;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.MeanSquaredError;
import schuss.losses.Objective;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.ops.Value;
import schuss.optim.Adam;
import schuss.train.History;
import schuss.train.Trainer;

/** A model of a photo and a table row with two answers: what kind of house it is, and what it costs. */
public final class TwoHeads {
    static final Shape PHOTO = Shape.of(16, 16, 3);
    static final Shape TABLE = Shape.of(5);

    static Model model(Device device) {
        // snippet: network
        Layer look = Sequential.of(new Conv2d(8, 3), new Relu(), new GlobalAveragePool());
        Layer read = Sequential.of(new Dense(8), new Relu());
        Network houses = (scope, in) -> {
            Value seen = scope.apply("look", look, in.get("photo"));
            Value known = scope.apply("read", read, in.get("table"));
            Value both = Value.concat(1, seen, known);
            return Map.of(
                    "kind", scope.apply("kind", new Dense(3), both), "price", scope.apply("price", new Dense(1), both));
        };
        Model model = Model.create(
                houses, List.of(new Spec("photo", DType.F32, PHOTO), new Spec("table", DType.F32, TABLE)), device, 42);
        // end
        return model;
    }

    static History train(Model model, Dataset houses) {
        // snippet: train
        List<Objective> losses = List.of(
                new Objective("kind", "kind", new SoftmaxCrossEntropy(), 1),
                new Objective("price", "price", new MeanSquaredError(), 0.5));
        History history = Trainer.of(model, losses, new Adam(0.01))
                .withEpochs(20)
                .withBatchSize(16)
                .fit(houses);
        // end
        return history;
    }

    /** Of two houses at once. */
    static float[] prices(Model model) {
        // snippet: predict
        Tensor photos = Tensor.zeros(DType.F32, PHOTO.prepend(2)); // two of them
        Tensor rows = Tensor.of(TABLE.prepend(2), 1, 2, 3, 4, 5, 6f, 7, 8, 9, 10);
        Map<String, Tensor> answers = model.predict(Map.of("photo", photos, "table", rows));
        float[] prices = answers.get("price").floats();
        // end
        return prices;
    }
}
