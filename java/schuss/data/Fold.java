package schuss.data;

/**
 * One round of cross-validation.
 *
 * @param train all parts but one
 * @param validation the part left out
 */
public record Fold(Dataset train, Dataset validation) {}
