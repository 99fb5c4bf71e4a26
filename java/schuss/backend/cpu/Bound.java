package schuss.backend.cpu;

import schuss.backend.Kernel;

/** A kernel that is an object of the native library, which is run and freed by its address. */
record Bound(long address, Run runner, Free freer) implements Kernel {
    @FunctionalInterface
    interface Run {
        int run(long address);
    }

    @FunctionalInterface
    interface Free {
        void free(long address);
    }

    /** Fails with the library's own words when there is no object. */
    static long checked(long address) {
        if (address == 0) {
            throw new IllegalStateException(Native.schuss_last_error());
        }
        return address;
    }

    @Override
    public void run() {
        Native.check(runner.run(address));
    }

    @Override
    public void close() {
        freer.free(address);
    }
}
