import { describe, expect, it } from 'vitest';
import { createAdam } from '../../../../src/learn/train/solver/adam.js';

describe('Adam', () => {
  it('moves each parameter by the learning rate at first, however steep its slope', () => {
    const parameters = Float64Array.of(0, 0, 5);
    createAdam(3, 0.1).step(parameters, Float64Array.of(1e-3, -40, 0));
    expect(parameters[0]).toBeCloseTo(-0.1, 4);
    expect(parameters[1]).toBeCloseTo(0.1, 6);
    expect(parameters[2]).toBe(5);
  });

  it('finds the minimum of a badly scaled bowl', () => {
    const parameters = Float64Array.of(3, -2);
    const adam = createAdam(2, 0.05);
    for (let step = 0; step < 800; step++) {
      const [x = 0, y = 0] = parameters;
      adam.step(parameters, Float64Array.of(100 * (x - 1), 0.1 * (y + 1)));
    }
    expect(parameters[0]).toBeCloseTo(1, 3);
    expect(parameters[1]).toBeCloseTo(-1, 2);
  });
});
