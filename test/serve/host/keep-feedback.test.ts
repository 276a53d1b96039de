import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createFeedbackFile,
  createLogFeedback,
  joinFeedback,
} from '../../../src/serve/host/keep-feedback.js';
import { createDecisionLog, type DecisionLog } from '../../../src/serve/log/decision-log.js';
import { answerAs, errorIn, startGateway, type TestGateway } from '../../support/gateway.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const root = createTemporaryFolder();
let count = 0;
const given = { id: 'id-7', quality: 0.5, source: 'user' };
let test: TestGateway;
let log: DecisionLog;
let told: string[] = [];
let folder: (name: string) => string;

/** A gateway that keeps feedback in a log and a file, as `routesmith serve` does. */
async function start(): Promise<void> {
  told = [];
  const run = `run-${++count}`;
  folder = (name) => root.file(`${run}/${name}`);
  mkdirSync(folder(''), { recursive: true });
  log = await createDecisionLog({ directory: folder('log') });
  const file = createFeedbackFile(folder('sub/feedback.jsonl'), {
    onProblem: ({ message }) => told.push(message),
    onRecovered: () => told.push('recovered'),
  });
  const feedback = joinFeedback([createLogFeedback(log), file]);
  test = await startGateway({ large: { reply: answerAs('openai', 'fine') } }, { feedback });
}

afterEach(async () => {
  await test.close();
  await log.close();
});

describe('feedback to a gateway', () => {
  it('is refused if its id or its source looks like a key', async () => {
    await start();
    mkdirSync(folder('sub'));
    for (const wrong of [{ id: 'sk-0123456789' }, { source: 'sk-0123456789' }]) {
      const response = await test.post('/v1/feedback', { ...given, ...wrong });
      expect([response.status, (await errorIn(response)).code]).toEqual([400, 'invalid_request']);
    }
    expect((await test.post('/v1/feedback', given)).status).toBe(202);
    expect(readFileSync(folder('sub/feedback.jsonl'), 'utf8').split('\n')).toHaveLength(2);
  });

  it('is to be sent again while the log cannot take it, and is then in the file once', async () => {
    await start();
    mkdirSync(folder('sub'));
    renameSync(folder('log'), folder('away'));
    const busy = await test.post('/v1/feedback', given);
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await errorIn(busy)).code).toBe('overloaded');
    renameSync(folder('away'), folder('log'));
    expect((await test.post('/v1/feedback', given)).status).toBe(202);
    expect(readFileSync(folder('sub/feedback.jsonl'), 'utf8').split('\n')).toHaveLength(2);
  });

  it('is to be sent again while the file cannot be written, which is told once', async () => {
    await start();
    for (const _ of [1, 2]) {
      expect((await test.post('/v1/feedback', given)).status).toBe(503);
    }
    mkdirSync(folder('sub'));
    expect((await test.post('/v1/feedback', given)).status).toBe(202);
    expect(told).toEqual([expect.stringContaining('cannot be written'), 'recovered']);
  });
});
