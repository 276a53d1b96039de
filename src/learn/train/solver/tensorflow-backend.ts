import type * as TensorFlow from '@tensorflow/tfjs-core';
import { RoutesmithError } from '../../../util/errors.js';
import { enableFastTransposedMatMul } from './wasm-matmul.js';

/** @internal TensorFlow's types do not compile in a strict project, so no published type names them. */
export type TensorFlowModule = typeof TensorFlow;

/** A ready TensorFlow.js, and which of its backends computes. */
export interface TensorFlowEngine {
  /** @internal */
  readonly tf: TensorFlowModule;
  readonly backend: 'native' | 'wasm' | 'cpu';
  /** One line for people: what computes, and why not something faster. */
  readonly description: string;
}

/** @internal How to import the two variants; one that rejects leaves its variant out. */
export interface TensorFlowLoaders {
  readonly loadNative: () => Promise<TensorFlowModule>;
  readonly loadPortable: () => Promise<TensorFlowModule>;
}

/**
 * Takes TensorFlow's native library where it is installed and loads, otherwise the portable
 * WebAssembly backend, otherwise plain JavaScript.
 *
 * @throws RoutesmithError `internal` when no backend starts at all
 */
export function createTensorFlowEngine(): Promise<TensorFlowEngine>;
/** @internal With other loaders than those of the installed packages. */
export function createTensorFlowEngine(
  loaders: Partial<TensorFlowLoaders>,
): Promise<TensorFlowEngine>;
export async function createTensorFlowEngine(
  loaders: Partial<TensorFlowLoaders> = {},
): Promise<TensorFlowEngine> {
  const { loadNative = importNative, loadPortable = importPortable } = loaders;
  let nativeProblem: string;
  try {
    const tf = await loadNative();
    await tf.ready();
    if (tf.getBackend() === 'tensorflow') {
      return { tf, backend: 'native', description: 'TensorFlow.js on the native library' };
    }
    nativeProblem = `it started with the backend "${tf.getBackend()}"`;
  } catch (error) {
    nativeProblem = firstLine(error);
  }
  const why = `native library not used: ${nativeProblem}`;
  const tf = await loadPortable().catch((cause: unknown): never => refuse(why, cause));
  if (await startsBackend(tf, 'wasm')) {
    return { tf, backend: 'wasm', description: `TensorFlow.js on WebAssembly (${why})` };
  }
  if (await startsBackend(tf, 'cpu')) {
    return { tf, backend: 'cpu', description: `TensorFlow.js on plain JavaScript, slow (${why})` };
  }
  return refuse(why);
}

function refuse(why: string, cause?: unknown): never {
  throw new RoutesmithError(
    'internal',
    `no TensorFlow.js backend starts on this machine (${why})`,
    {
      fix: 'Reinstall the dependencies with `npm ci`.',
      cause,
    },
  );
}

let shared: Promise<TensorFlowEngine> | undefined;

/** The engine of this process, started at the first call. */
export function sharedTensorFlowEngine(): Promise<TensorFlowEngine> {
  shared ??= createTensorFlowEngine();
  return shared;
}

async function startsBackend(tf: TensorFlowModule, name: string): Promise<boolean> {
  try {
    return await tf.setBackend(name);
  } catch {
    return false;
  }
}

async function importNative(): Promise<TensorFlowModule> {
  const util = (await import('node:util')).default as { isNullOrUndefined?: unknown };
  // The native package calls this helper, which Node 23 removed.
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  const name = '@tensorflow/tfjs-node';
  const module = (await import(name)) as TensorFlowModule & { default?: TensorFlowModule };
  return module.default ?? module;
}

async function importPortable(): Promise<TensorFlowModule> {
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-backend-cpu');
  await import('@tensorflow/tfjs-backend-wasm');
  // Registers the gradients of all operations.
  await import('@tensorflow/tfjs-layers');
  enableFastTransposedMatMul(tf);
  return tf;
}

function firstLine(error: unknown): string {
  const isMissing = (error as { code?: unknown })?.code === 'ERR_MODULE_NOT_FOUND';
  if (isMissing) return 'not installed';
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
