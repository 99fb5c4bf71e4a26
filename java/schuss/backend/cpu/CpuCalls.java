package schuss.backend.cpu;

import schuss.backend.NativeFunction;
import schuss.backend.Prepared;
import schuss.ir.Step;
import schuss.ops.Call;
import schuss.passes.Requirements;

/** Ops that are a single call of the native function they name. */
final class CpuCalls {
    private CpuCalls() {}

    static Prepared prepare(Call call, NativeFunction function, Step step, int threads) {
        Number[] numbers = call.numbers().toArray(Number[]::new);
        Prepared prepared =
                at -> NativeCalls.bind(function.name(), NativeFunction.addresses(call, step, at), numbers, threads);
        return prepared.withNeeds(new Requirements(0, call.overwrites()));
    }
}
