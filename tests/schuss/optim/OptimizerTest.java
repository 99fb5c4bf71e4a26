package schuss.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.initializers.Initializer;
import schuss.layers.Layer;
import schuss.layers.Scope;
import schuss.losses.Loss;
import schuss.ops.Value;
import schuss.train.Trainer;

/** Optimisers against trajectories of others on a small network: y = sigmoid(sigmoid(X W1 + b1) W2 + b2), loss sum(y). */
class OptimizerTest {
    private static final int[] ROWS = {1, 101, 1001}; // steps after which the trajectories have a row
    private static final float[] X = {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f};

    /** All four are weights here, since others decay biases too. */
    private static final Layer NETWORK = (scope, x) -> {
        Value hidden = dense(scope, x, "1", 3).sigmoid();
        return dense(scope, hidden, "2", 1).sigmoid();
    };

    private static Value dense(Scope scope, Value x, String name, int units) {
        Value w = scope.weight("w" + name, Shape.of(x.shape().dim(1), units), Initializer.zeros());
        return x.matmul(w).add(scope.weight("b" + name, Shape.of(units), Initializer.zeros()));
    }

    /** The trainer takes the mean of the three examples. */
    private static final Loss SUM = (output, target) -> output.mul(3).mean(-1);

    private static void check(Optimizer optimizer, double[][] expected) {
        try (Device cpu = Device.cpu(1);
                Device reference = Device.reference()) {
            for (Device device : new Device[] {cpu, reference}) {
                try (Model model = Model.create(NETWORK, Shape.of(2), device, 1)) {
                    model.setParameter("w1", -0.2109f, -0.1413f, -0.2524f, -0.4976f, -0.342f, 0.6976f);
                    model.setParameter("b1", -0.1085f, -0.2979f, 0.6892f);
                    model.setParameter("w2", -0.0508f, -0.3941f, -0.2843f);
                    model.setParameter("b2", -0.0711f);
                    Trainer trainer = Trainer.of(model, SUM, optimizer).batchSize(3);
                    Dataset data = Dataset.of(X, Shape.of(2), new float[3], Shape.of(1));
                    int steps = 0;
                    for (int row = 0; row < ROWS.length; row++) {
                        trainer.epochs(ROWS[row] - steps).fit(data);
                        steps = ROWS[row];
                        compare(expected[row], model, device + " after " + steps);
                    }
                }
            }
        }
    }

    /** Their numbers: W1 (out, in), b1, W2, b2; with the tolerance that PyTorch's own test of them has. */
    private static void compare(double[] expected, Model model, String what) {
        float[] w1 = model.parameter("w1");
        float[] b1 = model.parameter("b1");
        float[] w2 = model.parameter("w2");
        for (int i = 0; i < expected.length; i++) {
            double actual =
                    i < 6 ? w1[i % 2 * 3 + i / 2] : i < 9 ? b1[i - 6] : i < 12 ? w2[i - 9] : model.parameter("b2")[0];
            assertEquals(expected[i], actual, 5e-4 + 1e-3 * Math.abs(expected[i]), what + ", number " + i);
        }
    }

    /** pytorch/pytorch@58dd0f53, test/cpp/api/optim_baseline.h. */
    @Test
    void sgd() {
        check(new Sgd(0.1), new double[][] {
            {
                -0.21063957030131192,
                -0.4972093725858961,
                -0.13931849072410168,
                -0.33939101965581686,
                -0.25112865488453673,
                0.6992101966874735,
                -0.1076573444246077,
                -0.2913064413859577,
                0.6933846874181748,
                -0.07998325778863398,
                -0.42149210515421365,
                -0.33498349553944556,
                -0.14255126505509488
            },
            {
                -0.15543131540224012,
                -0.42351103963720343,
                -0.04196796248622072,
                -0.20952231780684988,
                -0.16031407286541022,
                0.8209742464453325,
                0.0772434360716014,
                0.03387529472490231,
                1.0028793648054941,
                -0.8213382425894498,
                -1.1570800333254736,
                -1.6154760331657425,
                -1.873409073108485
            },
            {
                -0.07583232846497831,
                -0.3172360102461862,
                0.06309179259248046,
                -0.06926361352067163,
                -0.07274510848082802,
                0.9392004636935606,
                0.34400386060915455,
                0.38586478679967207,
                1.3094518934419668,
                -1.3272851146877218,
                -1.695273130850265,
                -2.4301754289421593,
                -2.877716472882302
            }
        });
    }

    /** pytorch/pytorch@58dd0f53, test/cpp/api/optim_baseline.h. */
    @Test
    void sgdWithDecay() {
        check(new Sgd(0.1).withWeightDecay(0.01), new double[][] {
            {
                -0.21042867144447805,
                -0.49671181653925384,
                -0.13917719856207697,
                -0.3390489907590303,
                -0.2508762913762564,
                0.6985126396619242,
                -0.10754881320494518,
                -0.2910084928862701,
                0.6926954859081793,
                -0.079932454658518,
                -0.42109796996670307,
                -0.33469915794198624,
                -0.14248012693079315
            },
            {
                -0.13579982290274883,
                -0.3765456284475787,
                -0.03166970700350034,
                -0.18102559254681197,
                -0.1373234786735746,
                0.7522156177001302,
                0.08550003826014416,
                0.051563225553454196,
                0.9321399061276381,
                -0.796312238882584,
                -1.1010063686038731,
                -1.5363716774172782,
                -1.8045854907382846
            },
            {
                0.052771609187326034,
                -0.008539186625351419,
                0.11615154444871968,
                0.09919929206676086,
                0.07614530177703589,
                0.48359250162323586,
                0.3999968617221314,
                0.45839442009256354,
                0.838313296680579,
                -1.1254107858333455,
                -1.2913604197768886,
                -1.717739109221235,
                -2.176236807160431
            }
        });
    }

    /** Computed with PyTorch 1.13.1 in double: torch.optim.SGD with momentum and weight_decay. */
    @Test
    void momentum() {
        check(new Momentum(0.1, 0.9).withWeightDecay(0.01), new double[][] {
            {
                -0.21042982485264025,
                -0.4967557411259799,
                -0.13918514335099164,
                -0.3390202770954295,
                -0.25091289298960795,
                0.6985553753530103,
                -0.10751766273339675,
                -0.29096043744437816,
                0.6926934834261821,
                -0.07993002995886025,
                -0.42106423062032705,
                -0.3346624837091905,
                -0.14244319236575875
            },
            {
                0.00561113310931729,
                -0.0711079937324243,
                0.0770089763124561,
                0.04707490787119262,
                0.042848108031483756,
                0.43530799386141295,
                0.23835859036757873,
                0.3236737305409391,
                0.7128175656464604,
                -1.0419556518489304,
                -1.1731078862745723,
                -1.7648124612050746,
                -2.3359246264471247
            },
            {
                0.17948886327693148,
                0.24230096502711937,
                0.17957117903806954,
                0.24241521998444546,
                0.1798271137075714,
                0.24278619611125735,
                0.6281635740971737,
                0.6284667765027355,
                0.6294548959419437,
                -1.411530563759369,
                -1.4119773245602083,
                -1.4134296182385555,
                -2.063461604700008
            }
        });
    }

    /** Computed with PyTorch 1.13.1 in double: torch.optim.Adam with weight_decay, epsilon outside the corrected root. */
    @Test
    void adam() {
        check(new Adam(1).withWeightDecay(0.01), new double[][] {
            {
                0.7890978731375343,
                0.5023988155305839,
                0.8586995271549359,
                0.6579996643984365,
                0.7475993275538877,
                1.6975989532920752,
                0.8914989820207213,
                0.7020998558987188,
                1.6891997137528387,
                -1.0507999656711657,
                -1.3940999629138329,
                -1.2842999801439503,
                -1.0710999859832457
            },
            {
                0.17835868921211404,
                0.2542169812247069,
                0.19681338367547602,
                0.2352161048156654,
                0.17805789910907,
                0.22943383696928188,
                0.6227702384130618,
                0.6058623823961982,
                0.6077181833889571,
                -1.4259738011973095,
                -1.4333301859208187,
                -1.4085455908192293,
                -2.0710792110087435
            },
            {
                0.17963666098406966,
                0.24250882442244084,
                0.1796366609840704,
                0.242508824422441,
                0.17963666098407033,
                0.24250882442244107,
                0.628721634383707,
                0.6287216343837069,
                0.6287216343837068,
                -1.4123467490671706,
                -1.4123467490671708,
                -1.4123467490671706,
                -2.0633690434349052
            }
        });
    }

    @Test
    void hyperparametersOutOfRange() {
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> new Sgd(bad));
            assertThrows(IllegalArgumentException.class, () -> new Momentum(bad, 0.9));
            assertThrows(IllegalArgumentException.class, () -> new Momentum(0.1, bad));
            assertThrows(IllegalArgumentException.class, () -> new Adam(bad));
            assertThrows(IllegalArgumentException.class, () -> new Adam().withEpsilon(bad));
            assertThrows(IllegalArgumentException.class, () -> new Adam().withWeightDecay(bad));
        }
        assertThrows(IllegalArgumentException.class, () -> new Adam().withBetas(1, 0.9));
        assertThrows(IllegalArgumentException.class, () -> new Adam().withBetas(0.9, 1));
    }
}
