package schuss.backend;

/** Where the inputs, outputs and scratch memory of a step lie. */
public interface Addresses {
    long input(int index);

    long output(int index);

    long scratch();
}
