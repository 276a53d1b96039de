import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openReplayCsv } from '../../../src/review/replay/replay-csv.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();

describe('the file of a replay', () => {
  it.runIf(existsSync('/dev/full'))('is named when its disk is full', async () => {
    const csv = await openReplayCsv('/dev/full', [], { overwrite: false });
    await expect(csv.close()).rejects.toThrow('Free some space on its disk');
    await csv.discard();
    expect(existsSync('/dev/full')).toBe(true);
  });

  it('is removed when the replay fails, so that the next one needs no --overwrite', async () => {
    const file = folder.file('rows.csv');
    for (let run = 0; run < 2; run++) {
      const csv = await openReplayCsv(file, [], { overwrite: false });
      await csv.flush();
      await csv.discard();
    }
    expect(existsSync(file)).toBe(false);
  });
});
