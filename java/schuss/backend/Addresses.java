package schuss.backend;

/**
 * The addresses that a step is bound to: its inputs, its outputs and its scratch memory. For the CPU they are addresses
 * of native memory; see {@link Memory#address}.
 */
public interface Addresses {
    /**
     * {@return the address of an input}
     *
     * @param index of the input, from 0
     */
    long input(int index);

    /**
     * {@return the address of an output}
     *
     * @param index of the output, from 0
     */
    long output(int index);

    /** {@return the address of the step's scratch memory} */
    long scratch();
}
