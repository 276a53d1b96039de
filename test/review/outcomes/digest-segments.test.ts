import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { digestSegments } from '../../../src/review/outcomes/digest-segments.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import { listSegments } from '../../../src/serve/log/list-segments.js';
import { decideLogged, loadMixture } from '../../support/decision-log.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();

it('digests segments that are compressed since they were listed, and counts those that are removed', async () => {
  const directory = folder.file('log');
  const policy = await loadMixture();
  const log = await createDecisionLog({ directory });
  decideLogged(log, policy, 'hello');
  await log.feedback({ id: 'a', quality: 1, source: 'human' });
  await log.flush();
  const open = await listSegments(directory);
  expect(open.map(({ isPacked }) => isPacked)).toEqual([false, false]);
  await log.close();
  const packed = open.map(({ path }) => `${path}.gz`);
  expect(await digestSegments(open)).toEqual({
    removed: 0,
    sources: packed.map((file) => ({
      file,
      sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
    })),
  });
  rmSync(packed[0] as string);
  expect(await digestSegments(open)).toMatchObject({ removed: 1, sources: [{ file: packed[1] }] });
});
