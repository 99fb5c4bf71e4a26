/**
 * Data augmentation: random changes of training images, such as flips, rotations and noise, against overfitting.
 *
 * <p>Build an {@link schuss.data.augment.Augmentation} from steps and give it to the trainer, which applies it to the training
 * images only. {@link schuss.data.augment.View} makes fixed changes instead, for predictions.
 *
 * <pre>{@code
 * trainer.withAugmentation(Augmentation.none().flip(0.5).rotate(15).translate(0.1)).fit(images);
 * }</pre>
 */
package schuss.data.augment;
