import { describe, expect, it } from 'vitest';
import { readReplayFile } from '../../../src/learn/report/read-replay-file.js';
import { replayLog } from '../../../src/review/replay/replay-log.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import { loadMixture } from '../../support/decision-log.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();

describe('readReplayFile', () => {
  it.each([0, 1, 12])('reads what a replay of a log with %i reports prints', async (reports) => {
    const directory = folder.file(`log-${reports}`);
    const policy = await loadMixture();
    const log = await createDecisionLog({ directory });
    for (let index = 0; index < 12; index++) {
      const entry = log.open(policy);
      const { model } = entry.decide(`write a poem about the number ${index}`);
      entry.served({ model, costUsd: 0.01, latencyMs: 20 });
      if (index < reports) await log.feedback({ id: entry.id, quality: 1, source: 'human' });
    }
    await log.close();
    const replay = await replayLog(directory, policy);
    const file = folder.write('replay.json', JSON.stringify(replay));
    const read = await readReplayFile(file);
    expect(read).toMatchObject({ file, requests: 12, policyDigest: policy.digest });
    expect(read.costUsd).toEqual(replay.costUsd);
    expect(read.models).toEqual(replay.models);
    expect(read.outcomes?.target.kind).toBe(replay.outcomes?.target.kind);
    expect(read.outcomes?.leftOut).toEqual(replay.outcomes?.leftOut);
    expect(read.outcomes === null).toBe(reports === 0);
  });

  it('refuses the output of another command, by what is missing', async () => {
    const file = folder.write('other.json', '{"models":[]}');
    await expect(readReplayFile(file)).rejects.toThrow(/this is not a replay: policyDigest/);
    await expect(readReplayFile(folder.write('broken.json', '{'))).rejects.toThrow('not JSON');
    await expect(readReplayFile(folder.file('none.json'))).rejects.toThrow(/none\.json/);
  });
});
