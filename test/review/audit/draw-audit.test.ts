import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readRunExamples } from '../../../src/measure/outcomes/read-run-examples.js';
import { writeExamples } from '../../../src/measure/sweep/run-directory.js';
import {
  readAuditFile,
  writeAuditFile,
  type AuditFile,
} from '../../../src/review/audit/audit-file.js';
import {
  computePromptsDigest,
  drawAudit,
  type AuditDraw,
} from '../../../src/review/audit/draw-audit.js';
import type { Example } from '../../../src/measure/tasks/example.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import { loadMixture } from '../../support/decision-log.js';
import { createManualClock } from '../../support/router.js';
import { buildExample } from '../../support/task-set.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const policy = await loadMixture();
const models = ['small', 'large', 'local'];
const agents = 40;
const steps = 5;

const promptOf = (agent: number, step: number): string => `Agent ${agent} asks for step ${step}.`;
const servedBy = (step: number): string => (step === 0 ? 'large' : 'small');

/** Each agent was given one id for all of its steps, of which large served the first. */
async function writeAgents(name: string, conversation?: string): Promise<string> {
  const directory = folder.file(name);
  const clock = createManualClock();
  const log = await createDecisionLog({ directory, level: 'prompts', clock });
  for (let agent = 0; agent < agents; agent++) {
    for (let step = 0; step < steps; step++) {
      clock.advance(1000);
      const named = conversation === undefined ? {} : { conversation };
      const entry = log.open(policy, { id: `agent-${agent}`, ...named });
      entry.decide(promptOf(agent, step));
      entry.served({ model: servedBy(step), finishReason: 'stop' });
    }
  }
  await log.close();
  return directory;
}

const settings = { models, size: 20, seed: 1, grader: { name: 'contains', options: {} } };

describe('an audit of a log in which several requests have one id', () => {
  let draw: AuditDraw;
  beforeAll(async () => {
    draw = await drawAudit({ ...settings, log: await writeAgents('agents') });
  });

  it('draws as many requests as it was to, which stand for the log', () => {
    const { audit, taskSet } = draw;
    expect(audit).toMatchObject({ logged: agents * steps, represented: agents * steps });
    expect(audit.drawn).toHaveLength(20);
    expect(taskSet.examples).toHaveLength(20);
  });

  it('weighs them by the chances of their own, which give the log back on average', async () => {
    const log = folder.file('agents');
    const sums = await Promise.all(
      Array.from({ length: 40 }, async (_, seed) => {
        const { audit } = await drawAudit({ ...settings, log, seed });
        return audit.drawn.reduce((sum, { probability }) => sum + 1 / probability, 0);
      }),
    );
    const mean = sums.reduce((sum, one) => sum + one, 0) / sums.length;
    const spread = Math.sqrt(sums.reduce((sum, one) => sum + (one - mean) ** 2, 0)) / sums.length;
    expect(Math.abs(mean - agents * steps)).toBeLessThan(4 * spread + 1e-6);
  });

  it('pairs each with its own prompt and the model that served it', () => {
    const promptById = new Map(draw.taskSet.examples.map(({ id, prompt }) => [id, prompt]));
    for (const { id, example, served } of draw.audit.drawn) {
      const [, agent, step] = /^Agent (\d+) asks for step (\d)/.exec(
        String(promptById.get(example)),
      )!;
      expect(id).toMatch(new RegExp(`^agent-${agent}@2`));
      expect(served).toBe(servedBy(Number(step)));
    }
    expect(new Set(draw.audit.drawn.map(({ served }) => served))).toEqual(
      new Set(['large', 'small']),
    );
  });

  it('gives each a name of its own, by which examples, grades and labels are joined', async () => {
    const { audit, taskSet } = draw;
    expect(new Set(audit.drawn.map(({ id }) => id)).size).toBe(20);
    await writeExamples(folder.file('tasks.jsonl'), taskSet.examples);
    const file = folder.file('audit.json');
    await writeAuditFile(file, audit);
    expect(await readAuditFile(file)).toEqual(audit);
  });

  it('takes the requests of an id for one conversation where none is named', async () => {
    for (const { id, conversation } of draw.audit.drawn) {
      expect(conversation).toBe(`id ${id.split('@')[0]}`);
    }
    const named = await drawAudit({ ...settings, log: await writeAgents('named', 'chat') });
    expect(new Set(named.audit.drawn.map(({ conversation }) => conversation)).size).toBe(1);
  });

  it('keeps them in one group, which no fold of a training splits', async () => {
    const { audit, taskSet } = draw;
    const conversationOf = new Map(audit.drawn.map((one) => [one.example, one.conversation]));
    for (const { id, group } of taskSet.examples) expect(group).toBe(conversationOf.get(id));
    const file = folder.file('grouped.jsonl');
    await writeExamples(file, taskSet.examples);
    expect([...(await readRunExamples(file)).values()]).toEqual(taskSet.examples);
  });

  it('leaves them out, and counts them, where the prompts are given by id', async () => {
    const log = await writeAgents('stored');
    const prompts = new Map([['agent-3', buildExample('agent-3', { prompt: promptOf(3, 0) })]]);
    const { audit } = await drawAudit({ ...settings, log, prompts, size: 1000 });
    expect(audit.logged).toBe((agents - 1) * steps);
    expect(audit.leftOut).toEqual({
      'of an id that several requests have, for which --prompts gives one prompt': steps,
    });
    expect(audit.drawn.some(({ id }) => id.startsWith('agent-3@'))).toBe(false);
  });

  it('is not continued where an earlier version has mixed them up', async () => {
    const [first] = draw.audit.drawn;
    const file = folder.file('mixed.json');
    await writeAuditFile(file, { ...draw.audit, drawn: [first!, first!] });
    await expect(readAuditFile(file)).rejects.toThrow(/mixed up requests that have one id/);
  });
});

describe('an audit of a log that keeps a share of its requests', () => {
  it('counts the requests that those stand for which it can draw, and which it cannot', async () => {
    const directory = folder.file('kept');
    const clock = createManualClock();
    const log = await createDecisionLog({ directory, level: 'prompts', clock, keep: 0.25 });
    for (let number = 0; number < 200; number++) {
      clock.advance(1000);
      const entry = log.open(policy, { id: `request-${number}` });
      entry.decide(promptOf(number, 0));
      entry.served({ model: servedBy(number % 2), finishReason: 'stop' });
    }
    await log.close();
    const { audit } = await drawAudit({ ...settings, models: ['small', 'local'], log: directory });
    const reason = 'served by large, which is not in the pool';
    expect(audit.represented).toBe(4 * audit.logged);
    expect(audit.leftOut[reason]).toBeGreaterThan(0);
    expect(audit.leftOutRepresented?.[reason]).toBe(4 * (audit.leftOut[reason] ?? 0));
  });
});

describe('an audit of a log that is written and thinned meanwhile', () => {
  it('refuses to go on without requests that it drew, and says what to do', async () => {
    const log = await writeAgents('thinned');
    let asked = 0;
    const findUnsendable = (): undefined => {
      asked += 1;
      // When the last one has been read.
      if (asked === agents * steps) for (const name of readdirSync(log)) rmSync(join(log, name));
      return undefined;
    };
    await expect(drawAudit({ ...settings, log, findUnsendable })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('20 drawn requests removed from the log') as string,
    });
  });
});

describe('an audit with prompts of its own, some of which are the same', () => {
  const question = 'Translate "delivery".';
  const contains = { name: 'contains', options: {} };
  const judge = { name: 'judge', options: {} };
  const give = (id: string, prompt: string, reference?: string): [string, Example] => [
    id,
    {
      ...buildExample(id),
      prompt,
      reference,
      grader: reference === undefined ? undefined : contains,
    },
  ];

  /** Five requests, `r1` to `r5`. */
  async function draw(name: string, prompts: ReadonlyMap<string, Example>): Promise<AuditDraw> {
    const directory = folder.file(name);
    const log = await createDecisionLog({ directory, level: 'prompts' });
    for (const id of ['r1', 'r2', 'r3', 'r4', 'r5']) {
      const entry = log.open(policy, { id });
      entry.decide(id === 'r5' ? 'Something else?' : question);
      entry.served({ model: 'small', finishReason: 'stop' });
    }
    await log.close();
    return drawAudit({ ...settings, log: directory, grader: judge, prompts });
  }

  it('leaves out those whose references contradict each other, and counts them', async () => {
    const prompts = new Map([
      give('r1', question, 'Livraison'),
      give('r2', question, 'Lieferung'),
      give('r5', 'Something else?', 'Else'),
    ]);
    const { audit, taskSet } = await draw('contradicting', prompts);
    expect(audit.drawn.map(({ id }) => id)).toEqual(['r5']);
    expect(audit).toMatchObject({ logged: 1, represented: 1 });
    expect(audit.leftOut).toEqual({
      'of a prompt for which --prompts gives several graders or references': 4,
    });
    expect(taskSet.examples).toMatchObject([{ reference: 'Else', grader: contains }]);
  });

  it('grades a prompt by the reference that any of its requests has, in whatever order', async () => {
    const prompts = new Map([give('r3', question, 'Livraison'), give('r4', question, 'Livraison')]);
    const { audit, taskSet } = await draw('shared', prompts);
    expect(audit.drawn).toHaveLength(5);
    expect(new Set(audit.drawn.slice(0, 4).map(({ example }) => example)).size).toBe(1);
    expect(taskSet.examples).toMatchObject([
      { prompt: question, reference: 'Livraison', grader: contains },
      { prompt: 'Something else?', grader: judge },
    ]);
  });
});

describe('an audit with prompts that have the ids of requests, and other texts', () => {
  const reason = 'with another prompt in --prompts than the logged one, by its length';

  it.each(['prompts', 'features', 'scores'] as const)(
    'leaves those requests out and counts them, from a log at level %s',
    async (level) => {
      const directory = folder.file(`other-texts-${level}`);
      const log = await createDecisionLog({ directory, level });
      const texts = ['Translate "delivery".', 'Name a fruit.', 'How far is the moon?'];
      for (const [index, text] of texts.entries()) {
        const entry = log.open(policy, { id: `r${index}` });
        entry.served({ model: entry.decide(text).model });
      }
      await log.close();
      const draw = (given: readonly string[]): Promise<AuditDraw> =>
        drawAudit({
          ...settings,
          log: directory,
          prompts: new Map(
            given.map((prompt, index) => [`r${index}`, buildExample(`r${index}`, { prompt })]),
          ),
        });
      const { audit } = await draw([texts[0]!, 'Name a vegetable.', texts[2]!]);
      expect(audit.drawn.map(({ id }) => id)).toEqual(['r0', 'r2']);
      expect(audit).toMatchObject({ leftOut: { [reason]: 1 }, leftOutIds: { [reason]: ['r1'] } });
      await expect(draw(['What?', 'Why?', 'When?'])).rejects.toMatchObject({
        code: 'insufficient_data',
        message: expect.stringMatching(
          /3 with another prompt in --prompts .*\s+Give each request of the log the prompt that it had/,
        ) as string,
      });
    },
  );
});

describe('the digest of the prompts that an audit began with', () => {
  const question = 'Translate "delivery".';
  const give = (id: string, reference?: string): [string, Example] => [
    id,
    { ...buildExample(id), prompt: question, reference, grader: { name: 'contains', options: {} } },
  ];

  it('covers a reference that was given for another request with the same prompt', async () => {
    const log = folder.file('digest');
    const writing = await createDecisionLog({ directory: log, level: 'prompts' });
    for (const [id, prompt] of [
      ['first', question],
      ['second', question],
      ['third', 'Something else?'],
    ] as const) {
      const entry = writing.open(policy, { id });
      entry.decide(prompt);
      entry.served({ model: 'small', finishReason: 'stop' });
    }
    await writing.close();
    const prompts = new Map([
      give('first', 'Livraison'),
      ['third', buildExample('third', { prompt: 'Something else?' })] as const,
    ]);
    const drawOnly = async (id: string): Promise<AuditFile['drawn']> => {
      for (let seed = 0; seed < 100; seed++) {
        const { audit } = await drawAudit({ ...settings, size: 1, seed, log, prompts });
        if (audit.drawn.every((one) => one.id === id)) return audit.drawn;
      }
      throw new Error(`no seed draws ${id}`);
    };
    const second = await drawOnly('second');
    expect(second).toMatchObject([{ gradedAs: 'first' }]);
    const changed = new Map([...prompts, give('first', 'Lieferung')]);
    expect(computePromptsDigest(second, changed)).not.toBe(computePromptsDigest(second, prompts));
    const third = await drawOnly('third');
    expect(computePromptsDigest(third, changed)).toBe(computePromptsDigest(third, prompts));
  });
});

describe('an audit of a log with decisions that nobody answered through it', () => {
  /** Of each prompt a decision alone, and then the same one answered, unless callers call models themselves. */
  async function writeDecisions(
    name: string,
    has: { readonly answers: boolean; readonly feedback: number },
  ): Promise<string> {
    const directory = folder.file(name);
    const log = await createDecisionLog({ directory, level: 'prompts' });
    for (let index = 0; index < 30; index++) {
      const prompt = `What is ${index} times 12?`;
      log.open(policy, { id: `asked-${index}`, awaitsServed: false }).decide(prompt);
      if (index < has.feedback) {
        await log.feedback({ id: `asked-${index}`, quality: 1, source: 'human' });
      }
      if (!has.answers) continue;
      const entry = log.open(policy, { id: `sent-${index}` });
      entry.served({ model: entry.decide(prompt).model });
    }
    await log.close();
    return directory;
  }
  const reason = 'only decided, which nobody may have answered';

  it('leaves them out, counts them and names some, so that no request counts twice', async () => {
    const log = await writeDecisions('asked', { answers: true, feedback: 0 });
    const { audit } = await drawAudit({ ...settings, log });
    expect(audit).toMatchObject({ logged: 30, onlyDecided: 0, leftOut: { [reason]: 30 } });
    // That comes before any other reason.
    await expect(drawAudit({ ...settings, log, models: ['small'] })).rejects.toThrow(
      `30 served by large, which is not in the pool, 30 ${reason}`,
    );
    expect(audit.leftOutIds).toEqual({ [reason]: ['asked-0', 'asked-1', 'asked-2'] });
    expect(audit.drawn.every(({ id }) => id.startsWith('sent-'))).toBe(true);
  });

  it('counts those as answered that have feedback', async () => {
    const log = await writeDecisions('rated', { answers: true, feedback: 4 });
    const { audit } = await drawAudit({ ...settings, log });
    expect(audit).toMatchObject({ logged: 34, onlyDecided: 0, leftOut: { [reason]: 26 } });
  });

  it('takes them where the log has no answers at all, and says how many', async () => {
    const log = await writeDecisions('own-calls', { answers: false, feedback: 0 });
    const { audit } = await drawAudit({ ...settings, log });
    expect(audit).toMatchObject({ logged: 30, onlyDecided: 30, leftOut: {} });
  });

  it('takes them beside a call that failed, which is no answer', async () => {
    const log = await writeDecisions('one-failure', { answers: false, feedback: 0 });
    const writer = await createDecisionLog({ directory: log, level: 'prompts' });
    const entry = writer.open(policy, { id: 'failed' });
    entry.decide('What is 7 times 12?');
    entry.served({ model: null });
    await writer.close();
    const { audit } = await drawAudit({ ...settings, log });
    expect(audit).toMatchObject({ logged: 30, onlyDecided: 30, leftOut: { 'no answer': 1 } });
  });

  it('counts a request once that was decided and then sent under one id', async () => {
    const directory = folder.file('same-id');
    const log = await createDecisionLog({ directory, level: 'prompts' });
    const ids = ['a', 'b', 'c'];
    for (const id of ids) {
      log.open(policy, { id, awaitsServed: false }).decide(`Say ${id}.`);
      const entry = log.open(policy, { id });
      entry.served({ model: entry.decide(`Say ${id}.`).model });
    }
    await log.close();
    const prompts = new Map(ids.map((id) => [id, buildExample(id, { prompt: `Say ${id}.` })]));
    const { audit } = await drawAudit({ ...settings, log: directory, prompts });
    expect(audit.drawn.map(({ id }) => id)).toEqual(ids);
  });

  it('leaves them out of the tasks of production', async () => {
    const directory = folder.file('mixed-tasks');
    const log = await createDecisionLog({ directory, level: 'prompts' });
    const [asked, sent] = policy.policy.tasks as [string, string];
    log.open(policy, { awaitsServed: false }).decide('Count to 3.', { task: asked });
    const entry = log.open(policy, {});
    entry.served({ model: entry.decide('Count to 4.', { task: sent }).model });
    await log.close();
    const { audit } = await drawAudit({ ...settings, models: ['small', 'local'], log: directory });
    expect(audit.production.tasks).toEqual({ [sent]: 1 });
  });
});

describe('an audit of requests of which some have no grader', () => {
  const drawUngraded = async (log: string, graded: readonly string[]): Promise<AuditDraw> =>
    drawAudit({
      ...settings,
      log,
      size: 1000,
      grader: undefined,
      prompts: new Map(graded.map((id) => [id, buildExample(id, { prompt: `Say ${id}.` })])),
    });

  it('leaves these out, counts them and names some', async () => {
    const directory = folder.file('some-graded');
    const log = await createDecisionLog({ directory, level: 'prompts' });
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const entry = log.open(policy, { id });
      entry.served({ model: entry.decide(`Say ${id}.`).model });
    }
    await log.close();
    const { audit } = await drawUngraded(directory, ['a', 'b']);
    expect(audit).toMatchObject({ logged: 2, leftOut: { 'without a grader': 4 } });
    expect(audit.leftOutIds).toEqual({ 'without a grader': ['c', 'd', 'e'] });
    expect(audit.drawn.map(({ id }) => id)).toEqual(['a', 'b']);
    await expect(drawUngraded(directory, [])).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('Name a judge with --judge') as string,
    });
    await expect(drawUngraded(directory, ['task-1', 'task-2'])).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(
        /\(6 without a grader\); none of the prompts of --prompts \(2\) has the id of a request of the log\s+Give the prompts the ids of the requests of the log, or name a judge/,
      ) as string,
    });
  });
});
