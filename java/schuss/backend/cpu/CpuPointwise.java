package schuss.backend.cpu;

import schuss.backend.kernels.Bytecode;
import schuss.backend.kernels.Elementwise;

/** Element-wise formulas, run by the native interpreter. */
final class CpuPointwise {
    private CpuPointwise() {}

    static Elementwise.Formula prepare(Elementwise formulas, int threads) {
        Bytecode tape = formulas.tape();
        int[] types = Elementwise.codes(formulas.types());
        int[] results = Elementwise.codes(formulas.results());
        return (inputs, outputs, skip) -> {
            long address = Native.schuss_pointwise_bind(
                    tape.integers() ? 1 : 0,
                    tape.code(),
                    tape.code().length / Bytecode.WORDS,
                    tape.constants(),
                    tape.constants().length,
                    inputs,
                    types,
                    inputs.length,
                    formulas.strides(),
                    outputs,
                    results,
                    tape.outputs(),
                    outputs.length,
                    formulas.extents(),
                    formulas.extents().length,
                    tape.slots(),
                    skip,
                    threads);
            return new Bound(Bound.checked(address), Native::schuss_pointwise_run, Native::schuss_pointwise_free);
        };
    }
}
