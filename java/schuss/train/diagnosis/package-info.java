/**
 * Tools that find out why a network does not learn, or learns slowly.
 *
 * <p>Begin with {@link schuss.train.diagnosis.OverfitReport}: a network that cannot learn twenty examples by heart has
 * a mistake somewhere. {@link schuss.train.diagnosis.GradientCheck} tests the gradients of your own layers and losses,
 * {@link schuss.train.diagnosis.InitializationReport} shows vanishing or exploding signals before training, {@link
 * schuss.train.diagnosis.LearningRateFinder} suggests a learning rate, {@link schuss.train.diagnosis.Warnings} watches
 * training, and {@link schuss.train.diagnosis.Profile} says where the time goes. Except for {@link
 * schuss.train.diagnosis.UnitVariance}, which initialises weights, they leave the model as it is.
 */
package schuss.train.diagnosis;
