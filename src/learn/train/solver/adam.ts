import { at } from '../../../util/numeric-arrays.js';

/** Minimizes a function of few parameters by its gradient (Kingma and Ba, "Adam", 2015). */
export interface Adam {
  /** Moves the parameters by one step against the gradient. */
  step(parameters: Float64Array, gradient: Float64Array): void;
}

const firstDecay = 0.9;
const secondDecay = 0.999;
/** Added to the root of the second moment, so that no step divides by zero. */
const epsilon = 1e-7;

/** @param size number of parameters */
export function createAdam(size: number, learningRate: number): Adam {
  const first = new Float64Array(size);
  const second = new Float64Array(size);
  let steps = 0;
  return {
    step(parameters, gradient) {
      steps += 1;
      const firstScale = 1 / (1 - firstDecay ** steps);
      const secondScale = 1 / (1 - secondDecay ** steps);
      for (let index = 0; index < size; index++) {
        const slope = at(gradient, index);
        const mean = firstDecay * at(first, index) + (1 - firstDecay) * slope;
        const square = secondDecay * at(second, index) + (1 - secondDecay) * slope * slope;
        first[index] = mean;
        second[index] = square;
        parameters[index] =
          at(parameters, index) -
          (learningRate * mean * firstScale) / (Math.sqrt(square * secondScale) + epsilon);
      }
    },
  };
}
