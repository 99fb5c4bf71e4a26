package schuss.data.augment;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Reads augmentations from text. */
final class AugmentationText {
    private AugmentationText() {}

    static Augmentation parse(String text) {
        Augmentation chain = Augmentation.none();
        for (String step : text.split(",", -1)) {
            chain = add(chain, step.strip());
        }
        return chain;
    }

    private static Augmentation add(Augmentation chain, String step) {
        int at = step.indexOf('@');
        String[] parts = (at < 0 ? step : step.substring(0, at)).split(":", -1);
        Alteration kind = kind(parts[0]);
        List<AugmentationParameter> parameters = kind.parameters();
        if (parts.length - 1 > parameters.size()) {
            throw new IllegalArgumentException(kind.text() + ": expected at most " + parameters.size()
                    + (parameters.size() == 1 ? " number (" : " numbers (") + names(parameters) + "), got "
                    + (parts.length - 1));
        }
        double[] arguments = new double[parameters.size()];
        for (int i = 0; i < arguments.length; i++) {
            AugmentationParameter parameter = parameters.get(i);
            if (i + 1 < parts.length) {
                arguments[i] = number(kind, parameter, parts[i + 1]);
            } else if (parameter.otherwise() != null) {
                arguments[i] = parameter.otherwise();
            } else {
                throw parameter.refused(kind.text(), "none");
            }
        }
        Augmentation longer = chain.with(kind, arguments);
        return at < 0
                ? longer
                : longer.withProbability(
                        number(kind, AugmentationParameter.required("probability", 0, 1), step.substring(at + 1)));
    }

    private static Alteration kind(String name) {
        for (Alteration kind : Alteration.values()) {
            if (kind.text().equals(name)) {
                return kind;
            }
        }
        String names = Arrays.stream(Alteration.values()).map(Alteration::text).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("expected one of " + names + ", got " + (name.isEmpty() ? "nothing" : name));
    }

    private static String names(List<AugmentationParameter> parameters) {
        return parameters.stream().map(AugmentationParameter::name).collect(Collectors.joining(", "));
    }

    private static double number(Alteration kind, AugmentationParameter parameter, String text) {
        double value;
        try {
            value = Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            throw parameter.refused(kind.text(), text.isBlank() ? "nothing" : text);
        }
        return parameter.check(kind.text(), value);
    }
}
