import { describe, expect, it } from 'vitest';
import {
  createTensorFlowEngine,
  sharedTensorFlowEngine,
  type TensorFlowModule,
} from '../../../../src/learn/train/solver/tensorflow-backend.js';
import { RoutesmithError } from '../../../../src/util/errors.js';

/** A TensorFlow.js that starts some backends: what the choice looks at, and no more. */
function standIn(starts: readonly string[], broken: readonly string[] = []): TensorFlowModule {
  let current = starts[0] ?? 'none';
  return {
    ready: () => Promise.resolve(),
    getBackend: () => current,
    setBackend: (name: string) => {
      if (broken.includes(name)) return Promise.reject(new Error(`${name} is broken`));
      if (starts.includes(name)) current = name;
      return Promise.resolve(starts.includes(name));
    },
  } as unknown as TensorFlowModule;
}

const give = (tf: TensorFlowModule) => () => Promise.resolve(tf);
const fail = (message: string, code?: string) => () =>
  Promise.reject<TensorFlowModule>(Object.assign(new Error(message), code && { code }));

async function refusalOf(loaders: Parameters<typeof createTensorFlowEngine>[0]) {
  const error: unknown = await createTensorFlowEngine(loaders).catch((cause: unknown) => cause);
  if (!RoutesmithError.isInstance(error)) throw new Error('not refused', { cause: error });
  return error;
}

describe('createTensorFlowEngine', () => {
  it('takes the native library where it loads and computes', async () => {
    const tf = standIn(['tensorflow']);
    const engine = await createTensorFlowEngine({
      loadNative: give(tf),
      loadPortable: fail('not asked for'),
    });
    expect(engine).toEqual({
      tf,
      backend: 'native',
      description: 'TensorFlow.js on the native library',
    });
  });

  it.each([
    ['is not installed', fail('Cannot find package', 'ERR_MODULE_NOT_FOUND'), 'not installed'],
    [
      'does not load',
      fail('libtensorflow.so.2 is missing\n  at line 1'),
      'libtensorflow.so.2 is missing',
    ],
    ['starts another backend', give(standIn(['cpu'])), 'it started with the backend "cpu"'],
    ['fails without an error', () => Promise.reject<TensorFlowModule>('no reason'), 'no reason'],
  ])('takes WebAssembly where that %s, and says why in one line', async (_, loadNative, why) => {
    const tf = standIn(['wasm', 'cpu']);
    const engine = await createTensorFlowEngine({ loadNative, loadPortable: give(tf) });
    expect(engine).toEqual({
      tf,
      backend: 'wasm',
      description: `TensorFlow.js on WebAssembly (native library not used: ${why})`,
    });
  });

  it('takes plain JavaScript where WebAssembly does not start, and says that it is slow', async () => {
    for (const tf of [standIn(['cpu']), standIn(['cpu'], ['wasm'])]) {
      const engine = await createTensorFlowEngine({
        loadNative: fail('no'),
        loadPortable: give(tf),
      });
      expect(engine.backend).toBe('cpu');
      expect(engine.description).toMatch(/plain JavaScript, slow \(native library not used: no\)/);
    }
  });

  it('says what to do where nothing starts', async () => {
    const error = await refusalOf({ loadNative: fail('no'), loadPortable: give(standIn([])) });
    expect(error).toMatchObject({ code: 'internal' });
    expect(error.fix).toContain('npm ci');
  });

  it('says the same where the portable library is not there', async () => {
    const error = await refusalOf({ loadNative: fail('no'), loadPortable: fail('also missing') });
    expect(error.code).toBe('internal');
    expect(error.cause).toMatchObject({ message: 'also missing' });
  });
});

describe('sharedTensorFlowEngine', () => {
  it('is started once in a process, and computes', async () => {
    const engine = await sharedTensorFlowEngine();
    expect(await sharedTensorFlowEngine()).toBe(engine);
    const { tf } = engine;
    const sum = tf.tidy(() => tf.sum(tf.tensor1d([1, 2, 3])).dataSync()[0]);
    expect(sum).toBe(6);
  });
});
