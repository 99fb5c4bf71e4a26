package schuss.data;

/**
 * One round of k-fold cross-validation; see {@link Dataset#folds}.
 *
 * @param train all parts but one
 * @param validation the part left out
 */
public record Fold(Dataset train, Dataset validation) {}
