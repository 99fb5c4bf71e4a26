package schuss.train.loop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.DType;
import schuss.Model;
import schuss.Session;
import schuss.Shape;
import schuss.Spec;
import schuss.losses.Objective;
import schuss.ops.Type;
import schuss.optim.UpdateRule;
import schuss.trace.BatchSpec;
import schuss.trace.Part;
import schuss.trace.Programs;
import schuss.trace.Trace;

/** What a trainer does for a training loop that somebody else has written. */
public final class OwnLoop {
    private final Settings settings;
    private final Workspace work;
    private final long updates; // of an epoch

    public OwnLoop(Settings settings, Workspace work, long updates) {
        this.settings = settings;
        this.work = work;
        this.updates = updates;
        settings.expectParameters();
        if (settings.rule().accumulate() > 1) {
            throw new IllegalStateException("Trainer: expected updates of one batch each in a loop of one's own, got "
                    + settings.rule().accumulate());
        }
    }

    /** A session whose every run is an update. */
    public Session session(int size) {
        BatchSpec batch = batch(size);
        return settings.onDevice(() -> {
            UpdateRule rule = settings.rule();
            work.follow(settings.model(), rule);
            Trace trace = Programs.training(settings.model().network(), batch, settings.goal(), rule, Part.WHOLE);
            return settings.model().session(trace.program(), work.slots()).before(() -> begin(rule));
        });
    }

    private void begin(UpdateRule compiled) {
        if (work.inEpoch()) {
            throw new IllegalStateException("Trainer: expected one loop at a time, got a run beside a fit");
        }
        work.follow(settings.model(), compiled);
        TrainingState state = work.state();
        Control control = work.control();
        control.lower(); // a batch without finite gradients changes nothing, and the next one is none of its business
        state.batches++;
        control.beginBatch(settings.seed() & EpochLoop.SEED_MASK, state.batches);
        settings.rates().begin(state.updates, updates, settings.epochs() * updates, state.plateau.scale());
        control.beginUpdate(
                work.groups(),
                state.updates + 1,
                settings.rates().rate(),
                settings.rates().momentum(),
                state.updates + 1 - state.averagedFrom);
        state.updates++;
    }

    private BatchSpec batch(int size) {
        Model model = settings.model();
        List<Spec> inputs =
                model.inputs().stream().map(input -> input.batched(size)).toList();
        Map<String, Spec> outputs = new LinkedHashMap<>();
        model.outputs().forEach(output -> outputs.put(output.name(), output.batched(size)));
        List<Spec> targets = new ArrayList<>();
        for (Objective objective : settings.goal().objectives()) {
            Spec output = outputs.get(objective.output());
            if (output == null) {
                throw new IllegalArgumentException(
                        "loss: expected an output of " + outputs.keySet() + ", got \"" + objective.output() + "\"");
            }
            Type type = target(objective, output.shape());
            Spec target = new Spec(objective.target(), type.dtype(), type.shape());
            if (!targets.contains(target)) { // several losses may compare with one
                targets.add(target);
            }
        }
        return new BatchSpec(inputs, targets, false);
    }

    /** Labels lack the axis of the classes; numbers have the output's shape. */
    private static Type target(Objective objective, Shape output) {
        if (objective.loss().targetType() != DType.I32) {
            return new Type(objective.loss().targetType(), output);
        }
        int[] extents = output.dimensions();
        return new Type(DType.I32, Shape.of(java.util.Arrays.copyOf(extents, Math.max(1, extents.length - 1))));
    }
}
