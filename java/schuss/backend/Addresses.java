package schuss.backend;

/**
 * The addresses that a step is bound to: its inputs, its outputs and its scratch memory. For the CPU they are addresses
 * of native memory; see {@link Memory#address}.
 */
public interface Addresses {
    /**
     * The address of an input.
     *
     * @param index of the input, from 0
     */
    long input(int index);

    /**
     * The address of an output.
     *
     * @param index of the output, from 0
     */
    long output(int index);

    /** The address of the step's scratch memory. */
    long scratch();
}
