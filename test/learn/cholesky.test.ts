import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { factorize, solveFactored } from '../../src/learn/cholesky.js';

it('a Cholesky factor solves what its matrix and penalty map to a target', () => {
  const value = fc.double({ min: -2, max: 2, noNaN: true });
  const system = fc.integer({ min: 1, max: 6 }).chain((width) =>
    fc.record({
      root: fc.array(value, { minLength: width * width, maxLength: width * width }),
      solution: fc.array(value, { minLength: width, maxLength: width }),
    }),
  );
  fc.assert(
    fc.property(system, ({ root, solution }) => {
      const width = solution.length;
      const columns = [...solution.keys()];
      const read = (row: number, column: number): number => root[row * width + column] as number;
      const dot = (one: number, other: number): number =>
        columns.reduce((sum, index) => sum + read(one, index) * read(other, index), 0);
      const matrix = Float64Array.from(root, (_, cell) =>
        dot(Math.floor(cell / width), cell % width),
      );
      const penalty = 0.5;
      const target = Float64Array.from(columns, (row) =>
        columns.reduce(
          (sum, column) => sum + (matrix[row * width + column] as number) * solution[column]!,
          penalty * solution[row]!,
        ),
      );
      const solved = solveFactored(factorize(matrix, width, penalty), target);
      solved.forEach((found, row) => expect(found).toBeCloseTo(solution[row]!, 6));
    }),
  );
});
