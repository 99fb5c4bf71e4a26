package schuss.trace;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.Shape;
import schuss.ir.Layout;
import schuss.ir.ProgramBuilder;
import schuss.layers.Parameter;
import schuss.ops.MaxNorm;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.optim.Group;
import schuss.optim.Optimizer;
import schuss.optim.OptimizerStep;
import schuss.optim.UpdateRule;
import schuss.optim.UpdateRule.Setting;

/**
 * An update rule applied to the parameters of a model. Parameters with the same settings (learning rate factor, decay,
 * penalties) form a group; frozen parameters belong to none.
 */
public final class Groups {
    private static final int MOST = OptimizerStep.FROZEN; // a byte less that for frozen ones

    private final UpdateRule rule;
    private final Layout layout;
    private final byte[] table;
    private final List<Setting> settings;
    private final List<MaxNorm.Part> maxNorms = new ArrayList<>();

    private Groups(UpdateRule rule, Declarations declarations) {
        this.layout = declarations.layout();
        this.rule = rule;
        this.table = new byte[Math.toIntExact(layout.size() / OptimizerStep.GROUP_ELEMENTS)];
        Map<Setting, Integer> numbers = new LinkedHashMap<>();
        for (Layout.Entry entry : layout.entries().values()) {
            Parameter parameter = declarations.get(entry.name());
            Setting setting = rule.setting(parameter.path(), parameter.isWeight());
            long size = parameter.shape().size();
            int group = OptimizerStep.FROZEN;
            if (!setting.frozen()) {
                Setting coefficients =
                        new Setting(setting.rate(), setting.decay(), setting.l1(), setting.l2(), 0, false);
                group = numbers.computeIfAbsent(coefficients, s -> numbers.size());
                if (setting.maxNorm() < Double.POSITIVE_INFINITY
                        && parameter.shape().rank() > 1) {
                    int units = parameter.shape().dim(-1);
                    maxNorms.add(new MaxNorm.Part(entry.offset(), size / units, units, setting.maxNorm()));
                }
            }
            for (long i = entry.offset(); i < entry.offset() + size; i += OptimizerStep.GROUP_ELEMENTS) {
                table[Math.toIntExact(i / OptimizerStep.GROUP_ELEMENTS)] = (byte) group;
            }
        }
        settings = List.copyOf(numbers.keySet());
    }

    /**
     * Applies a rule.
     *
     * @param rule the update rule
     * @param declarations the parameters of the model
     * @return the groups
     * @throws IllegalArgumentException if a group's pattern matches no parameter, if all parameters are frozen, or if
     *     there are more than 255 different settings
     */
    public static Groups of(UpdateRule rule, Declarations declarations) {
        Layout layout = declarations.layout();
        for (Group group : rule.groups()) {
            if (layout.entries().keySet().stream().noneMatch(group::matches)) {
                throw new IllegalArgumentException("group \"" + group.pattern() + "\": expected a pattern of some of "
                        + layout.entries().keySet() + ", got one of none");
            }
        }
        Groups groups = new Groups(rule, declarations);
        if (groups.settings.isEmpty() && !layout.entries().isEmpty()) {
            throw new IllegalArgumentException("update: expected at least one parameter to train, got all frozen");
        }
        if (groups.settings.size() > MOST) {
            throw new IllegalArgumentException(
                    "update: expected at most " + MOST + " different settings, got " + groups.settings.size());
        }
        return groups;
    }

    /** {@return the number of coefficients for the largest possible number of groups} */
    public static int mostCoefficients() {
        return MOST * OptimizerStep.GROUP_COEFFICIENTS;
    }

    /** {@return the group of each run of 64 elements of the parameters, one byte each; 255 for frozen ones} */
    public byte[] table() {
        return table.clone();
    }

    /** The group of a parameter. */
    byte of(String path) {
        return table[Math.toIntExact(layout.entry(path).offset() / OptimizerStep.GROUP_ELEMENTS)];
    }

    /** The coefficients of all groups, as the optimiser's formula reads them. */
    Value coefficients(ProgramBuilder builder) {
        return builder.slot(Slots.COEFFICIENTS, Type.f32(Shape.of(count(), OptimizerStep.GROUP_COEFFICIENTS)));
    }

    /** {@return the number of groups without the frozen parameters; at least 1} */
    public int count() {
        return Math.max(1, settings.size());
    }

    /** The weights whose units have a largest norm. */
    List<MaxNorm.Part> maxNorms() {
        return maxNorms;
    }

    /** Whether a parameter is one of these weights. */
    boolean limitsNorms(String path) {
        long from = layout.entry(path).offset();
        return maxNorms.stream().anyMatch(part -> part.from() == from);
    }

    /** What is done to gradients before the optimiser's formula. */
    OptimizerStep.Terms terms(boolean scaled) {
        boolean decoupled = rule.optimizer().decoupled();
        return new OptimizerStep.Terms(
                settings.stream().anyMatch(s -> s.l2() != 0 || (!decoupled && s.decay() != 0)),
                settings.stream().anyMatch(s -> s.l1() != 0),
                decoupled && settings.stream().anyMatch(s -> s.decay() != 0),
                scaled,
                rule.clipValue());
    }

    /**
     * Writes the coefficients of all groups, {@link OptimizerStep#GROUP_COEFFICIENTS} each. Allocates nothing.
     *
     * @param step the number of the update, from 1
     * @param rate the learning rate of this step
     * @param momentum the momentum of this step
     * @param target where to write them
     */
    public void coefficients(long step, double rate, double momentum, double[] target) {
        Optimizer optimizer = rule.optimizer();
        for (int i = 0; i < settings.size(); i++) {
            Setting s = settings.get(i);
            int at = i * OptimizerStep.GROUP_COEFFICIENTS;
            OptimizerStep.coefficients(
                    optimizer, step, rate * s.rate(), momentum, s.decay(), s.l1(), s.l2(), target, at);
        }
    }
}
