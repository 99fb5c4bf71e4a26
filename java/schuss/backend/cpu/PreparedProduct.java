package schuss.backend.cpu;

import schuss.backend.Addresses;
import schuss.backend.Kernel;
import schuss.backend.Prepared;
import schuss.passes.Requirements;

/** A matrix product or convolution with one to three inputs, prepared by the native library. */
record PreparedProduct(long address, int inputs, long scratchBytes) implements Prepared {
    /** In the order of the native library. */
    enum Provider {
        ONEDNN,
        OPENBLAS,
        OURS
    }

    @Override
    public Kernel bind(Addresses at) {
        long second = inputs > 1 ? at.input(1) : 0;
        long third = inputs > 2 ? at.input(2) : 0;
        long bound = Native.schuss_product_bind(address, at.input(0), second, third, at.output(0), at.scratch());
        return new Bound(Bound.checked(bound), Native::schuss_product_run, Native::schuss_product_unbind);
    }

    @Override
    public Requirements needs() {
        return Requirements.scratch(scratchBytes);
    }

    @Override
    public void close() {
        Native.schuss_product_release(address);
    }
}
