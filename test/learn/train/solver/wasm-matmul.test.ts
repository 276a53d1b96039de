import type { Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  sharedTensorFlowEngine,
  type TensorFlowModule,
} from '../../../../src/learn/train/solver/tensorflow-backend.js';
import { enableFastTransposedMatMul } from '../../../../src/learn/train/solver/wasm-matmul.js';
import { createNormal } from '../../../support/dense-problem.js';

let tf: TensorFlowModule;
beforeAll(async () => {
  ({ tf } = await sharedTensorFlowEngine());
  await tf.setBackend('wasm');
});

const normal = createNormal(1);
const flags = [false, true];
const combinations = flags.flatMap((transposeA) =>
  flags.map((transposeB) => ({ transposeA, transposeB })),
);
const shapes = [
  { batch: 1, rows: 3, inner: 4, columns: 5 },
  { batch: 1, rows: 1, inner: 7, columns: 1 },
  { batch: 1, rows: 5, inner: 1, columns: 3 },
  { batch: 2, rows: 4, inner: 3, columns: 2 },
  { batch: 1, rows: 33, inner: 65, columns: 17 },
];
const cases = shapes.flatMap((shape) => combinations.map((flag) => ({ ...shape, ...flag })));

interface Operand {
  readonly values: readonly number[];
  readonly shape: [number, number, number];
  /** The element of a batch in a row and column of the operand as it is multiplied. */
  at(batch: number, row: number, column: number): number;
}

function drawOperand(batch: number, rows: number, columns: number, transposed: boolean): Operand {
  const [height, width] = transposed ? [columns, rows] : [rows, columns];
  const values = Array.from({ length: batch * rows * columns }, () => Math.fround(normal()));
  return {
    values,
    shape: [batch, height, width],
    at: (index, row, column) => {
      const [y, x] = transposed ? [column, row] : [row, column];
      return values[(index * height + y) * width + x] as number;
    },
  };
}

describe('enableFastTransposedMatMul', () => {
  it.each(cases)(
    'multiplies $batch x $rows x $inner with $inner x $columns (transposed: $transposeA, $transposeB)',
    ({ batch, rows, inner, columns, transposeA, transposeB }) => {
      const left = drawOperand(batch, rows, inner, transposeA);
      const right = drawOperand(batch, inner, columns, transposeB);
      const product = tf.tidy(() =>
        tf
          .matMul(
            tf.tensor3d([...left.values], left.shape),
            tf.tensor3d([...right.values], right.shape),
            transposeA,
            transposeB,
          )
          .dataSync<'float32'>(),
      );
      for (let index = 0; index < product.length; index++) {
        const column = index % columns;
        const row = Math.floor(index / columns) % rows;
        const one = Math.floor(index / (rows * columns));
        let expected = 0;
        for (let step = 0; step < inner; step++) {
          expected += left.at(one, row, step) * right.at(one, step, column);
        }
        expect(Math.abs((product[index] as number) - expected)).toBeLessThan(1e-4);
      }
    },
  );

  it('gives the gradients that plain JavaScript gives', async () => {
    const [a, b] = [drawOperand(1, 6, 4, false).values, drawOperand(1, 4, 3, false).values];
    const computeGradients = (): number[] =>
      tf.tidy(() => {
        const gradient = tf.grads((left: Tensor, right: Tensor) =>
          tf.sum(tf.square(tf.matMul(left as never, right as never))),
        );
        return gradient([tf.tensor2d([...a], [6, 4]), tf.tensor2d([...b], [4, 3])]).flatMap(
          (one) => [...one.dataSync()],
        );
      });
    const fast = computeGradients();
    await tf.setBackend('cpu');
    const plain = computeGradients();
    await tf.setBackend('wasm');
    fast.forEach((value, index) => expect(value).toBeCloseTo(plain[index] as number, 3));
  });

  it('leaves neither tensors nor data of the backend behind', () => {
    const backend = tf.backend() as unknown as { numDataIds(): number };
    const multiply = (): void => {
      for (const { transposeA, transposeB } of combinations) {
        tf.tidy(() =>
          tf.matMul(tf.ones([8, 8]), tf.ones([8, 8]), transposeA, transposeB).dataSync(),
        );
      }
    };
    multiply();
    const before = { tensors: tf.memory().numTensors, data: backend.numDataIds() };
    multiply();
    expect({ tensors: tf.memory().numTensors, data: backend.numDataIds() }).toEqual(before);
  });

  it('does nothing where the backend is not registered', () => {
    const without = { getKernel: () => undefined } as unknown as TensorFlowModule;
    expect(() => enableFastTransposedMatMul(without)).not.toThrow();
  });
});
