import { beforeAll, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import { replayLog, type LogReplay } from '../../../src/review/replay/replay-log.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import { buildConstantPolicy, writePolicyFile } from '../../support/routing-policy.js';
import { runCommand } from '../../support/run-command.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const requests = 300;
let policyFile = '';

/**
 * Logs decisions of "large" with feedback. Small answers every third request badly, large every
 * fourth, however good they are estimated (0.7 and 0.9).
 */
async function writeLog(name: string, share: number): Promise<string> {
  const { text } = await writePolicyFile(buildConstantPolicy());
  policyFile = folder.write('policy.json', text);
  const policy = await loadPolicy(text);
  const log = await createDecisionLog({ directory: folder.file(name), level: 'scores' });
  for (let index = 0; index < requests; index++) {
    const id = `request-${index}`;
    const entry = log.open(policy, { id });
    const explore = { share, seed: index, candidate: 'small' };
    const { model } = entry.decide(`Question ${index}`, share === 0 ? {} : { explore });
    entry.served({ model });
    // One in ten requests gets no report, and one is corrected by a person.
    if (index % 10 === 9) continue;
    const isRight = index % (model === 'small' ? 3 : 4) !== 0;
    await log.feedback({ id, quality: isRight ? 1 : 0, source: 'judge' });
    if (index === 0) await log.feedback({ id, quality: 0.5, source: 'human' });
  }
  await log.close();
  return folder.file(name);
}

const replay = async (log: string): Promise<LogReplay> =>
  replayLog(log, await loadPolicy((await writePolicyFile(buildConstantPolicy())).text), {
    objective: 'cost',
  });

let explored = '';
let plain = '';
beforeAll(async () => {
  explored = await writeLog('explored', 0.3);
  plain = await writeLog('plain', 0);
});

describe('a replay of a log with feedback', () => {
  it('estimates the other policy from what exploration tried', async () => {
    const { outcomes } = await replay(explored);
    expect(outcomes).toMatchObject({
      requests: 270,
      leftOut: { 'no known quality': 30 },
      sources: { judge: 269, human: 1 },
      target: { kind: 'estimated', overlap: { requests: 270, disagreements: 270, unsupported: 0 } },
      production: { kind: 'estimated', overlap: { disagreements: 0 } },
    });
    if (outcomes?.target.kind !== 'estimated') throw new Error('no estimate');
    const { overlap, value, modelBased } = outcomes.target;
    expect(overlap.expectedHits).toBeCloseTo(0.3 * 270, 9);
    expect(value.low).toBeLessThan(2 / 3);
    expect(value.high).toBeGreaterThan(2 / 3);
    expect(modelBased?.value).toBeCloseTo(0.7, 6);
  });

  it('warns that production is not as good as its estimates', async () => {
    const { outcomes } = await replay(explored);
    expect(outcomes?.production).toMatchObject({ drift: true });
    const args = ['replay', explored, '--policy', policyFile, '--objective', 'cost'];
    const { stdout } = await runCommand(args);
    expect(stdout).toContain('What 270 known outcomes say:');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('A model may have changed since training');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('gives a reason and no number where nothing was explored', async () => {
    const { outcomes } = await replay(plain);
    expect(outcomes?.target).toMatchObject({
      kind: 'undecidable',
      reason: 'no_support',
      requestsNeeded: 200,
    });
    const args = ['replay', plain, '--policy', policyFile, '--objective', 'cost'];
    const text = (await runCommand(args)).stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain('Undecidable: for 270 of 270 requests routed otherwise');
    expect(text).toContain('needs about 200 such outcomes');
    expect(text).not.toContain('doubly robust');
  });
});
