import type * as TensorFlow from '@tensorflow/tfjs-core';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/**
 * Makes matrix products with a transposed operand several times faster on the WebAssembly backend,
 * which has its fast routine for untransposed operands only, while every gradient transposes one:
 * the operand is transposed first. Does nothing where the backend is not registered.
 */
export function enableFastTransposedMatMul(tf: typeof TensorFlow): void {
  const transpose = tf.getKernel('Transpose', 'wasm')?.kernelFunc;
  if (transpose === undefined) return;
  for (const kernelName of ['BatchMatMul', '_FusedMatMul']) {
    const kernel = tf.getKernel(kernelName, 'wasm');
    if (kernel === undefined) continue;
    tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({
      ...kernel,
      kernelFunc: createTransposingKernel(kernel.kernelFunc, transpose),
    });
  }
}

function createTransposingKernel(matMul: KernelFunc, transpose: KernelFunc): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const { a, b } = inputs as { a: TensorInfo; b: TensorInfo };
    const { transposeA, transposeB } = attrs as unknown as MatMulAttributes;
    const made: TensorInfo[] = [];
    const straighten = (tensor: TensorInfo): TensorInfo => {
      const rank = tensor.shape.length;
      const perm = [...tensor.shape.keys()].slice(0, rank - 2).concat(rank - 1, rank - 2);
      const result = transpose({ inputs: { x: tensor }, attrs: { perm }, backend }) as TensorInfo;
      made.push(result);
      return result;
    };
    const product = matMul({
      inputs: { ...inputs, a: transposeA ? straighten(a) : a, b: transposeB ? straighten(b) : b },
      attrs: { ...attrs, transposeA: false, transposeB: false },
      backend,
    });
    const { disposeData } = backend as { disposeData(dataId: object): void };
    for (const tensor of made) disposeData.call(backend, tensor.dataId);
    return product;
  };
}
