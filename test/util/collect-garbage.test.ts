import { expect, it } from 'vitest';
import { collectGarbage } from '../../src/util/collect-garbage.js';

it('frees what nothing refers to any more', async () => {
  let large: object | undefined = { values: Array.from({ length: 1000 }, String) };
  const kept = new WeakRef(large);
  large = undefined;
  // A reference stays alive until the end of the turn that made it.
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  collectGarbage();
  expect(kept.deref()).toBeUndefined();
});
