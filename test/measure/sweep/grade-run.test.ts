import { readFileSync, statSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProviderClient } from '../../../src/measure/sweep/calls/provider-client.js';
import { systemClock, type Clock } from '../../../src/measure/sweep/calls/clock.js';
import { readLedger } from '../../../src/measure/ledger/ledger.js';
import { readRun } from '../../../src/measure/outcomes/run-folder.js';
import { createSandbox } from '../../../src/measure/graders/sandbox/create-sandbox.js';
import { createJudge } from '../../../src/measure/sweep/create-judge.js';
import { gradeRun, type GradeRunSettings } from '../../../src/measure/sweep/grade-run.js';
import { runSweep } from '../../../src/measure/sweep/run-sweep.js';
import type { Example } from '../../../src/measure/tasks/example.js';
import { buildPoolModel } from '../../support/pool-model.js';
import {
  failWith,
  inTurn,
  say,
  startScriptedServer,
  type Reply,
  type ScriptedServer,
} from '../../support/scripted-server.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';
import { scaleTime } from '../../support/test-run.js';

const clock: Clock = { ...systemClock, sleep: async () => {} };
const folder = createTemporaryFolder();
const sandbox = createSandbox({ threads: 1 });
const servers: ScriptedServer[] = [];
let runDirectory = '';
let run = 0;

beforeEach(() => {
  runDirectory = folder.file(`run-${run++}`);
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
afterAll(() => sandbox.close());

async function serve(reply: Reply): Promise<ScriptedServer> {
  const server = await startScriptedServer(reply);
  servers.push(server);
  return server;
}

async function sweep(
  examples: readonly Example[],
  reply: Reply,
  tools: GradeRunSettings['tools'] = {},
): Promise<ScriptedServer> {
  const server = await serve(reply);
  await runSweep({
    taskSet: buildTaskSet(examples),
    pool: { file: 'memory', models: [buildPoolModel({ id: 'a', baseUrl: server.baseUrl })] },
    runDirectory,
    environment: {},
    clock,
    tools,
  });
  return server;
}

function regrade(changes: Partial<GradeRunSettings> = {}) {
  return gradeRun({ runDirectory, tools: {}, now: () => new Date(), ...changes });
}

const examples = ['1', '2', '3'].map((id) => buildExample(id));
const ledgerFile = () => `${runDirectory}/ledger.jsonl`;

describe('gradeRun', () => {
  it('changes nothing where nothing has changed, and calls nobody', async () => {
    const server = await sweep(examples, say('It is 4.'));
    const before = readFileSync(ledgerFile(), 'utf8');
    const summary = await regrade();
    expect(summary).toMatchObject({ cells: 3, graded: 0, changes: [], withoutTask: 0 });
    expect(readFileSync(ledgerFile(), 'utf8')).toBe(before);
    expect(server.requests).toHaveLength(3);
  });

  it('grades by corrected references, and the table is made of the new grades', async () => {
    const server = await sweep(examples, say('It is 4.'));
    const corrected = [buildExample('2', { reference: '5' }), ...examples.slice(2)];
    const summary = await regrade({ examples: corrected });
    expect(summary.changes).toEqual([
      {
        task: '2',
        model: 'a',
        repeat: 0,
        before: { kind: 'graded', quality: 1 },
        after: { kind: 'graded', quality: 0, detail: 'lacks "5"' },
        cause: 'contains: reference, options or grader changed',
      },
    ]);
    expect(server.requests).toHaveLength(3);
    const { table } = await readRun(runDirectory);
    const quality = table.quality[table.prompts.findIndex(({ id }) => id === '2')];
    expect(quality).toBe(0);
    // And it is the run's reference now: nothing changes back.
    expect((await regrade()).changes).toEqual([]);
  });

  it('shows what would change, and writes nothing, in a dry run', async () => {
    await sweep(examples, say('It is 4.'));
    const size = statSync(ledgerFile()).size;
    const corrected = examples.map((example) => ({ ...example, reference: '5' }));
    expect((await regrade({ examples: corrected, dryRun: true })).changes).toHaveLength(3);
    expect(statSync(ledgerFile()).size).toBe(size);
    expect((await regrade()).changes).toEqual([]);
  });

  it('never grades an infrastructure failure', async () => {
    await sweep(examples.slice(0, 1), failWith(401));
    expect(await regrade({ force: true })).toMatchObject({ cells: 0, graded: 0 });
  });

  it('refuses imported outcomes', async () => {
    folder.write(
      'import/run.json',
      JSON.stringify({
        version: 1,
        kind: 'import',
        name: 'import',
        createdAt: '',
        simulated: false,
        models: [],
        costBasis: 'none',
        sources: [],
      }),
    );
    await expect(regrade({ runDirectory: folder.file('import') })).rejects.toThrow(/no answers/);
  });
});

const codeTask = buildExample('code', {
  reference: { function: 'add', cases: [{ arguments: [1, 2], returns: 3 }] },
  grader: { name: 'code', options: { language: 'javascript' } },
});

describe('gradeRun with a sandbox', () => {
  it('grades what a sweep left ungraded because no code was to be run', async () => {
    await sweep([codeTask], say('const add = (a, b) => a + b'));
    const [entry] = await readLedger(ledgerFile());
    expect(entry).toMatchObject({
      outcome: 'answered',
      gradeKey: null,
      grade: { kind: 'ungraded', retryable: true },
    });
    // Without a sandbox it stays as it is, and no line is written for that.
    expect((await regrade()).changes).toEqual([]);
    expect(await readLedger(ledgerFile())).toHaveLength(1);
    const summary = await regrade({ tools: { sandbox } });
    expect(summary.changes).toMatchObject([{ after: { kind: 'graded', quality: 1 } }]);
    // And the grade stays where the sandbox is not there later.
    expect((await regrade()).changes).toEqual([]);
    expect((await readRun(runDirectory)).table.quality[0]).toBe(1);
  });

  it('goes on with a sweep whose answers attack it', async () => {
    const attacks = ['for (;;) {}', 'const a = []; for (;;) a.push(new Array(1e6).fill(1))'];
    const code = [...attacks, 'const add = (a, b) => a + b'].map((text) => say(text));
    const options = { language: 'javascript', timeLimitMs: scaleTime(1000) };
    const grader = { name: 'code', options };
    const three = ['1', '2', '3'].map((id) => ({ ...codeTask, grader, id, prompt: `Add, ${id}` }));
    await sweep(three, inTurn(...code), { sandbox });
    const entries = await readLedger(ledgerFile());
    // Each is on record before the sandbox looks at it, and again with its grade.
    const last = new Map(entries.map((entry) => [entry.taskId, entry]));
    const qualities = [...last.values()].map(({ grade }) =>
      grade.kind === 'graded' ? grade.quality : -1,
    );
    expect(qualities.sort()).toEqual([0, 0, 1]);
  }, 20_000);
});

describe('gradeRun with a judge', () => {
  const judged = buildExample('judged', {
    reference: undefined,
    grader: { name: 'judge', options: { rubric: 'Is polite.', choices: { yes: 1, no: 0 } } },
  });

  const many = Array.from({ length: 25 }, (_, index) => ({
    ...judged,
    id: `judged-${index}`,
    prompt: `Greet guest ${index}.`,
  }));

  async function createTestJudge(reply: Reply, temperature = 0) {
    const server = await serve(reply);
    const model = buildPoolModel({
      id: 'judge',
      model: 'judge-9',
      baseUrl: server.baseUrl,
      parameters: { temperature },
    });
    const client = createProviderClient({ clock });
    const judge = createJudge({ model, apiKey: undefined, client, clock, random: Math.random });
    return { judge, server, close: () => client.close() };
  }

  it('asks it once, keeps its spend apart, and asks again only where another one judges', async () => {
    await sweep([judged], say('Good morning!'));
    const first = await createTestJudge(say('Polite.\nVERDICT: yes'));
    const summary = await regrade({ tools: { judge: first.judge } });
    expect(summary.changes).toMatchObject([{ after: { kind: 'graded', quality: 1 } }]);
    expect(first.judge.spend()).toEqual({ calls: 1, costUsd: 20e-6, guessed: 0, unpriced: 0 });
    const entry = (await readLedger(ledgerFile())).at(-1);
    expect(entry?.grade).toMatchObject({ judge: { model: first.judge.model, calls: 1 } });
    expect(entry?.costUsd).toBe(20e-6);

    await regrade({ tools: { judge: first.judge } });
    await regrade();
    expect(first.server.requests).toHaveLength(1);
    await regrade({ tools: { judge: first.judge }, force: true });
    expect(first.server.requests).toHaveLength(2);

    const second = await createTestJudge(say('VERDICT: no'), 1);
    const changed = await regrade({ tools: { judge: second.judge } });
    expect(changed.changes).toMatchObject([{ before: { quality: 1 }, after: { quality: 0 } }]);
    await Promise.all([first.close(), second.close()]);
  });

  it('tries a judge that cannot be asked again another time', async () => {
    await sweep([judged], say('Good morning!'));
    const judge = await createTestJudge(inTurn(failWith(401), failWith(503), say('VERDICT: yes')));
    const failed = await regrade({ tools: { judge: judge.judge } });
    expect(failed.entries).toMatchObject([{ grade: { kind: 'ungraded', retryable: true } }]);
    // A passing failure is tried again at once.
    const graded = await regrade({ tools: { judge: judge.judge } });
    expect(graded.changes).toMatchObject([{ after: { kind: 'graded', quality: 1 } }]);
    expect(judge.server.requests).toHaveLength(3);
    await judge.close();
  });

  it('stops paying a judge whose replies are never a verdict', async () => {
    await sweep(many, say('Good morning!'));
    const judge = await createTestJudge(say('How nice of the assistant.'));
    const { entries } = await regrade({ tools: { judge: judge.judge }, concurrency: 1 });
    const reasons = entries.map(({ grade }) => grade.kind === 'ungraded' && grade.reason);
    expect(new Set(reasons).size).toBe(2);
    expect(reasons).toContainEqual(expect.stringContaining('so it is asked no more'));
    expect(judge.server.requests).toHaveLength(20);
    await judge.close();
  });

  it('keeps no more questions open than may fail, until the judge has given a verdict', async () => {
    await sweep(many, say('Good morning!'));
    const judge = await createTestJudge(say('How nice of the assistant.'));
    const { entries } = await regrade({ tools: { judge: judge.judge }, concurrency: 25 });
    const reasons = entries.map(({ grade }) => grade.kind === 'ungraded' && grade.reason);
    expect(new Set(reasons).size).toBe(2);
    expect(judge.server.requests.length).toBeLessThan(23);
    await judge.close();
  });

  it('goes on asking a judge that gives a verdict now and then', async () => {
    await sweep(many, say('Good morning!'));
    const vague = Array.from({ length: 19 }, () => say('How nice.'));
    const judge = await createTestJudge(inTurn(...vague, say('VERDICT: yes'), say('How nice.')));
    await regrade({ tools: { judge: judge.judge }, concurrency: 1 });
    expect(judge.server.requests).toHaveLength(25);
    await judge.close();
  });
});
