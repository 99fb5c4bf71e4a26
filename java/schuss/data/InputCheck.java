package schuss.data;

import java.util.List;
import schuss.DType;
import schuss.Spec;

/** Whether a network takes the examples of some data, for training and for predictions alike. */
public final class InputCheck {
    private InputCheck() {}

    /**
     * Fails where the examples, whatever their labels, do not fit.
     *
     * @param wanted one example of each input of the model
     */
    public static void check(List<Spec> wanted, Dataset data) {
        if (data.size() < 1) {
            throw new IllegalArgumentException("data: expected at least 1 example, got " + data.size());
        }
        for (Spec input : wanted) {
            Spec field = data.inputs().get(field(wanted, data, input));
            boolean single = isSingle(wanted, data);
            check(
                    single ? "examples" : "\"" + input.name() + "\"",
                    single ? " as the model's input" : " as the model's input of this name",
                    input,
                    field);
        }
        if (data.inputs().size() > wanted.size()) {
            throw new IllegalArgumentException(
                    "data: expected inputs " + names(wanted) + " as the model's, got " + names(data.inputs()));
        }
    }

    /** Where an input of the model stands among the data's; a single one is the model's, whatever it is called. */
    public static int field(List<Spec> wanted, Dataset data, Spec input) {
        List<Spec> fields = data.inputs();
        if (isSingle(wanted, data)) {
            return 0;
        }
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).name().equals(input.name())) {
                return i;
            }
        }
        throw new IllegalArgumentException(
                "data: expected inputs " + names(wanted) + " as the model's, got " + names(fields));
    }

    private static boolean isSingle(List<Spec> wanted, Dataset data) {
        return wanted.size() == 1 && data.inputs().size() == 1;
    }

    private static List<String> names(List<Spec> specs) {
        return specs.stream().map(Spec::name).toList();
    }

    private static void check(String what, String why, Spec input, Spec field) {
        if (!field.shape().equals(input.shape())) {
            throw new IllegalArgumentException(
                    "data: expected " + what + " of " + input.shape() + why + ", got " + field.shape());
        }
        boolean image = input.dtype() == DType.F32 && field.dtype() == DType.U8;
        if (input.dtype() != field.dtype() && !image) {
            throw new IllegalArgumentException(
                    "data: expected " + what + " of type " + input.dtype() + why + ", got " + field.dtype());
        }
    }
}
