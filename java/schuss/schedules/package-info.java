/**
 * Numbers that change while training goes on: factors of the learning rate, and the momentum. They are pure functions of
 * the step; {@link schuss.schedules.ReduceOnPlateau} alone looks at how training goes.
 */
package schuss.schedules;
