package schuss.backend.cuda.convolution;

import java.util.List;
import schuss.backend.Addresses;
import schuss.backend.Kernel;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.backend.kernels.ConvolutionTask;
import schuss.passes.Plan;
import schuss.passes.Requirements;

/**
 * A convolution with the conversion of its weights, or of their gradient, through scratch memory.
 *
 * @param task the sizes
 * @param method computes it
 * @param order converts the weights
 * @param packed whether the weights come in the library's layout already
 */
public record PreparedConvolution(ConvolutionTask task, ConvolutionMethod method, WeightOrder order, boolean packed)
        implements Prepared {
    private boolean converts() {
        return method.libraryWeights() != packed;
    }

    /** Where the workspace begins in scratch memory: after converted weights. */
    private long workspaceOffset() {
        long bytes = converts() ? task.w().size() * Float.BYTES : 0;
        return (bytes + Plan.ALIGNMENT - 1) / Plan.ALIGNMENT * Plan.ALIGNMENT;
    }

    @Override
    public Requirements needs() {
        return Requirements.scratch(workspaceOffset() + method.workspaceBytes());
    }

    @Override
    public Kernel bind(Addresses at) {
        long workspace = at.scratch() + workspaceOffset();
        return switch (task.pass()) {
            case FORWARD -> reading(at, method.bind(at.input(0), weights(at), at.output(0), workspace));
            case DATA_GRADIENT -> reading(at, method.bind(at.output(0), weights(at), at.input(0), workspace));
            case WEIGHT_GRADIENT -> writing(at, workspace);
        };
    }

    private long weights(Addresses at) {
        return converts() ? at.scratch() : at.input(1);
    }

    private Kernel reading(Addresses at, Kernel convolution) {
        if (!converts()) {
            return convolution;
        }
        Kernel conversion =
                packed ? order.toOurs(at.input(1), at.scratch()) : order.toLibrary(at.input(1), at.scratch());
        return new Sequence(List.of(conversion, convolution));
    }

    private Kernel writing(Addresses at, long workspace) {
        if (!converts()) {
            return method.bind(at.input(0), at.output(0), at.input(1), workspace);
        }
        return new Sequence(List.of(
                method.bind(at.input(0), at.scratch(), at.input(1), workspace),
                order.toOurs(at.scratch(), at.output(0))));
    }

    @Override
    public void close() {
        method.close();
    }
}
