import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditReport } from '../../../src/review/audit/compute-audit-report.js';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import { startBaskets, type AuditedBaskets } from '../../support/audited-baskets.js';
import { buildConstantPolicy, writePolicyFile } from '../../support/routing-policy.js';
import { runCommand } from '../../support/run-command.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const plainCount = 20;
let baskets: AuditedBaskets;

/** A log of requests of which some ask for JSON, as a router or a gateway writes it. */
async function writeLog(): Promise<void> {
  const policy = await loadPolicy((await writePolicyFile(buildConstantPolicy())).text);
  const log = await createDecisionLog({ directory: folder.file('shaped'), level: 'prompts' });
  for (let index = 0; index < plainCount + 4; index++) {
    const entry = log.open(policy);
    const { model } = entry.decide(
      {
        messages: [{ role: 'user', content: `How many apples are in basket ${index}?` }],
        max_tokens: 7,
        stream: true,
        ...(index >= plainCount && { response_format: { type: 'json_object' } }),
      } as Parameters<typeof entry.decide>[0],
      {},
    );
    entry.served({ model, costUsd: 0.01 });
  }
  await log.close();
}

/** A log of requests of which some hold a file, and some set no limit in place of the pool's. */
async function writeUnboundedLog(): Promise<void> {
  const policy = await loadPolicy((await writePolicyFile(buildConstantPolicy())).text);
  const log = await createDecisionLog({ directory: folder.file('files'), level: 'prompts' });
  for (let index = 0; index < plainCount + 7; index++) {
    const entry = log.open(policy);
    const text = { type: 'text', text: `How many apples are in basket ${index}?` } as const;
    const file = { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA' } } as const;
    const content = index >= plainCount && index < plainCount + 4 ? [text, file] : [text];
    const limit = index < plainCount + 4 ? {} : { max_tokens: -1 };
    const { model } = entry.decide({ messages: [{ role: 'user', content }], ...limit }, {});
    entry.served({ model, costUsd: 0.01 });
  }
  await log.close();
}

beforeAll(async () => {
  baskets = await startBaskets(folder);
  await writeLog();
});
afterAll(() => baskets.server.close());

async function audit(
  pool: string,
  out: string,
  { log = 'shaped', judge = 'judge.yaml', more = [] as readonly string[] } = {},
): Promise<AuditReport> {
  const files = ['--pool', folder.file(pool), '--judge', folder.file(judge)];
  const args = ['audit', folder.file(log), ...files, '--out', folder.file(out), ...more];
  const { exitCode, stdout, stderr } = await runCommand([...args, '--repeats', '1', '--json']);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return JSON.parse(stdout) as AuditReport;
}

describe('an audit of requests that say how to answer', () => {
  it('asks every model with the same members', async () => {
    const report = await audit('models.yaml', 'all');
    expect(report).toMatchObject({ audited: plainCount + 4, leftOut: {} });
    const asked = baskets.server.requests.filter(({ body }) => body['model'] !== 'judge');
    expect(asked).toHaveLength(3 * (plainCount + 4));
    expect(asked.every(({ body }) => body['max_tokens'] === 7)).toBe(true);
    const formats = asked.filter(({ body }) => body['response_format'] !== undefined);
    expect(formats).toHaveLength(3 * 4);
  });

  it('is continued with the members that it began with', async () => {
    const before = baskets.server.requests.length;
    expect(await audit('models.yaml', 'all')).toMatchObject({ audited: plainCount + 4 });
    expect(baskets.server.requests.length).toBe(before);
  });
});

describe('an audit with a budget', () => {
  it('leaves out the requests whose cost nothing limits, and counts them by reason', async () => {
    await writeUnboundedLog();
    for (const name of ['models.yaml', 'judge.yaml']) {
      const text = readFileSync(folder.file(name), 'utf8');
      const limited = text.replaceAll(
        '    price:',
        '    parameters: { maxTokens: 10 }\n    price:',
      );
      folder.write(`limited-${name}`, limited);
    }
    const settings = { log: 'files', judge: 'limited-judge.yaml', more: ['--budget', '5'] };
    const report = await audit('limited-models.yaml', 'files-audit', settings);
    const start = 'not for every model of the pool: a budget cannot bound the cost of its';
    expect(report).toMatchObject({ audited: plainCount });
    expect(report.leftOut).toEqual({
      [`${start} file: small has no contextWindow`]: 4,
      [`${start} answer: its "max_tokens" is not a whole number above 0, and small has no contextWindow`]: 3,
    });
  });
});
