import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFeedbackFile } from '../../../src/serve/host/keep-feedback.js';
import type { LogReplay } from '../../../src/review/replay/replay-log.js';
import type { LogSummary } from '../../../src/review/replay/summarize-log.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import { createRandom } from '../../../src/util/random.js';
import { loadMixture, readAll } from '../../support/decision-log.js';
import { plantedTasks, writePlantedPrompt } from '../../support/planted-outcomes.js';
import { buildMixturePolicy, writePolicyFile } from '../../support/routing-policy.js';
import { runCommand } from '../../support/run-command.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const policyFile = folder.write(
  'mine.policy.json',
  (await writePolicyFile(buildMixturePolicy())).text,
);
const policy = await loadMixture();
const random = createRandom(4);
const ids: string[] = [];
const directory = folder.file('log');
const log = await createDecisionLog({ directory, level: 'prompts' });
for (let index = 0; index < 30; index++) {
  const prompt = writePlantedPrompt(plantedTasks[index % plantedTasks.length] as string, random);
  const entry = log.open(policy, { conversation: `chat ${index}` });
  entry.decide(prompt);
  if (index % 5 !== 0) entry.served({ model: index % 2 === 0 ? 'small' : 'large', costUsd: 0.01 });
  ids.push(entry.id);
}
await log.close();

function expectNarrow(text: string): void {
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
}

describe('routesmith log', () => {
  it('adds the feedback of a file, with a warning of unknown requests', async () => {
    const rows = ids.slice(0, 10).map((id, index) => `${id},${index % 2},judge`);
    const csv = folder.write(
      'grades.csv',
      ['id,quality,source', ...rows, 'nobody,1,human'].join('\n'),
    );
    const { exitCode, stdout, stderr } = await runCommand(['log', 'feedback', directory, csv]);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `Added 11 reports to ${directory}.\n`,
    });
    expect(stderr).toContain('1 report on requests that are not in the log');
    const jsonl = folder.write('grades.jsonl', `{"id":"${ids[1]}","quality":0.25,"by":"jane"}\n`);
    const added = await runCommand([
      'log',
      'feedback',
      directory,
      jsonl,
      '--source',
      'human',
      '--json',
    ]);
    expect(JSON.parse(added.stdout)).toEqual({ directory, reports: 1, unknown: 0, renamed: 0 });
    const { requests } = await readAll(directory);
    const one = requests.find(({ decision }) => decision.id === ids[1]);
    expect(one?.feedback).toMatchObject([
      { quality: 1, source: 'judge' },
      { quality: 0.25, source: 'human', by: 'jane' },
    ]);
  });

  it.each([
    ['id,quality\na,1', 'it has no source: human, grader, judge, other, or add --source'],
    ['id,quality,source\na,1,two words', 'source must be a word'],
    ['id,quality,source,by\na,1,thumbs,jane', 'in a row that says by whom'],
    ['id,quality,source\na,2,human', 'quality must be a number from 0 to 1'],
    ['id,quality,source\na,,human', 'quality must be a number from 0 to 1'],
    ['name,quality,source\na,1,human', 'it has no id'],
    ['', 'the file is empty'],
  ])('refuses the file %j with its line', async (text, problem) => {
    const csv = folder.write('bad.csv', text);
    const { exitCode, stderr } = await runCommand(['log', 'feedback', directory, csv]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(problem);
    expect(stderr).toMatch(/bad\.csv:\d/);
  });

  it('adds the file of a gateway, in which callers name sources of their own', async () => {
    const kept = folder.file('kept.jsonl');
    const keep = createFeedbackFile(kept, { onProblem: () => {}, onRecovered: () => {} });
    const at = '2026-11-28T09:30:00.000Z';
    await keep({ id: ids[2]!, quality: 1, source: 'thumbs', at, caller: 'shop' });
    await keep({ id: ids[3]!, quality: 0, source: 'grader', at, caller: null });
    const { exitCode, stdout } = await runCommand(['log', 'feedback', directory, kept]);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout:
        `Added 2 reports to ${directory}.\n` +
        '1 report has another word as source, and counts as "other" (with the word as "by").\n',
    });
    const { requests } = await readAll(directory);
    const reportsOf = (id: string | undefined) =>
      requests.find(({ decision }) => decision.id === id)?.feedback;
    expect(reportsOf(ids[2])).toContainEqual(
      expect.objectContaining({ quality: 1, source: 'other', by: 'thumbs' }),
    );
    expect(reportsOf(ids[3])).toContainEqual(
      expect.objectContaining({ quality: 0, source: 'grader', by: null }),
    );
  });

  it.each([
    ['by', 'Jane Doe', '2026-11-28T09:30:00Z', 'must be a word of at most 64'],
    ['at', 'jane', 'yesterday', 'must be a time in ISO 8601'],
    ['day', 'jane', '2025-11-31T00:00:00Z', 'there is no 2025-11-31'],
    ['year', 'jane', '2136-11-21T00:00:00Z', 'must not be in the future'],
  ])('adds no row of a file in which a later one has a wrong %s', async (_, by, at, problem) => {
    const reportsOf = async (): Promise<number> => (await readAll(directory)).totals.feedback;
    const before = await reportsOf();
    const rows = ids
      .slice(0, 3)
      .map((id, row) => `${id},1,human,${row === 2 ? `${by},${at}` : ','}`);
    const csv = folder.write('late.csv', ['id,quality,source,by,at', ...rows].join('\n'));
    const { exitCode, stderr } = await runCommand(['log', 'feedback', directory, csv]);
    expect({ exitCode, after: await reportsOf() }).toEqual({ exitCode: 2, after: before });
    expect(stderr).toContain(problem);
    expect(stderr).toContain('late.csv:4');
  });

  it('shows what a log holds', async () => {
    const shown = await runCommand(['log', 'show', directory]);
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toContain('30 decisions');
    expect(shown.stdout).toContain('at level prompts');
    expectNarrow(shown.stdout.replaceAll(directory, 'log'));
    const { stdout } = await runCommand(['log', 'show', directory, '--json']);
    const summary = JSON.parse(stdout) as LogSummary;
    expect(summary).toMatchObject({ requests: 30, requestsOfKnownCost: 24, log: { served: 24 } });
    expect(summary.models.reduce((sum, { chosen }) => sum + chosen, 0)).toBeCloseTo(1, 12);
    expect(summary.feedback).toContainEqual({
      source: 'judge',
      reports: 10,
      requests: 10,
      quality: 0.5,
    });
  });

  it('counts as served what was answered, and says how many requests no model answered', async () => {
    const target = folder.file('aborted');
    const aborted = await createDecisionLog({ directory: target });
    for (const outcome of ['answered', 'aborted', 'broken', 'failed'] as const) {
      const entry = aborted.open(policy);
      entry.decide('hello');
      entry.served({ model: outcome === 'answered' ? 'small' : 'large', outcome });
    }
    await aborted.close();
    const { stdout } = await runCommand(['log', 'show', target]);
    expect(stdout).toMatch(/ {2}small +\d+ % +100 %/);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('No model answered 75 % of those');
  });

  it('says how many requests share the id of an earlier one, among the ids with reports', async () => {
    const target = folder.file('agents');
    const agents = await createDecisionLog({ directory: target });
    for (const id of ['rated', 'rated', 'unrated', 'unrated', 'unrated']) {
      const entry = agents.open(policy, { id });
      entry.decide('hello');
      entry.served({ model: 'small' });
    }
    await agents.feedback({ id: 'rated', quality: 1, source: 'human' });
    await agents.close();
    const { stderr } = await runCommand(['log', 'show', target]);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
      '1 request with the id of an earlier one, among ids with reports',
    );
  });

  it('refuses a folder that is not there', async () => {
    const { exitCode, stderr } = await runCommand(['log', 'show', folder.file('nowhere')]);
    expect({ exitCode, says: stderr.includes('cannot be read') }).toEqual({
      exitCode: 2,
      says: true,
    });
  });
});

describe('routesmith replay', () => {
  it('prints what changes, within 80 columns', async () => {
    const args = ['replay', directory, '--policy', policyFile, '--objective', 'cost'];
    const { exitCode, stdout } = await runCommand(args);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Replayed 30 requests in 30 conversations.');
    expect(stdout).toContain('ESTIMATES');
    expect(stdout).toMatch(/model +usual choice +served +replayed/);
    // Ten conversations or fewer of each of the tasks, which still have a mean.
    expect(stdout).toMatch(
      /Changes without an interval are of fewer than 10 conversations \(of\s+the\s+same\s+size\)/,
    );
    expect(stdout).not.toMatch(/^ *\S+ +\d+ .* - *$/m);
    expectNarrow(stdout);
    const { stdout: json } = await runCommand([...args, '--json']);
    expect(JSON.parse(json)).toMatchObject({
      requests: 30,
      objective: 'cost',
    } satisfies Partial<LogReplay>);
    expect((await runCommand([...args, '--json'])).stdout).toBe(json);
  });

  it('writes a row for each request, and does not replace a file unasked', async () => {
    const csv = folder.file('replay.csv');
    const args = ['replay', directory, '--policy', policyFile, '--csv', csv];
    expect((await runCommand(args)).exitCode).toBe(0);
    const lines = readFileSync(csv, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(31);
    expect(lines[0]).toMatch(/^id,at,weight,objective,logged_choice,served_model,replayed_choice/);
    expect(ids).toContain(lines[1]?.split(',')[0]);
    expect((await runCommand(args)).stderr).toContain('already exists');
    expect((await runCommand([...args, '--overwrite'])).exitCode).toBe(0);
    const before = readFileSync(csv, 'utf8');
    const failed = await runCommand([...args, '--overwrite', '--objective', 'cots']);
    expect(failed.exitCode).toBe(2);
    expect(readFileSync(csv, 'utf8')).toBe(before);
  });

  it('says which prices change nothing, and refuses those of other models', async () => {
    const args = ['replay', directory, '--policy', policyFile];
    const price = { input: 5000, output: 5000 };
    const some = folder.write('some.json', JSON.stringify({ small: price, 'other/small': price }));
    const { exitCode, stderr } = await runCommand([...args, '--prices', some]);
    expect({ exitCode, says: stderr.includes('the policy does not know this model') }).toEqual({
      exitCode: 0,
      says: true,
    });
    const charged = folder.write('charged.json', JSON.stringify({ large: price, local: price }));
    const unused = (await runCommand([...args, '--prices', charged])).stderr;
    for (const model of ['large', 'local']) {
      expect(unused.replaceAll(/\s+/g, ' ')).toContain(
        `${model}: the policy holds no tokens of this model, so a new price changes nothing.`,
      );
    }
    const none = folder.write('none.json', JSON.stringify({ 'other/small': price }));
    const refused = await runCommand([...args, '--prices', none]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('no price of any model of the policy');
  });

  it('takes other prices and bars models', async () => {
    const prices = folder.write('prices.json', '{"small": {"input": 5000, "output": 5000}}');
    const args = ['replay', directory, '--policy', policyFile, '--objective', 'cost', '--json'];
    const shareOfSmall = async (...more: string[]): Promise<number | undefined> => {
      const { stdout } = await runCommand([...args, ...more]);
      const { models } = JSON.parse(stdout) as LogReplay;
      return models.find(({ model }) => model === 'small')?.replayed;
    };
    expect(await shareOfSmall()).toBeGreaterThan(0);
    expect(await shareOfSmall('--unavailable', 'small')).toBe(0);
    expect(await shareOfSmall('--prices', prices)).toBe(0);
    const whatIf = ['--prices', prices, '--unavailable', 'large'];
    const { stdout } = await runCommand([...args.slice(0, -1), ...whatIf]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      "Prices other than the policy file's, per million tokens: small ($5,000.00 input, $5,000.00 output). " +
        'Models that it may not choose in this replay: large.',
    );
    expectNarrow(stdout);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /its estimates are off, except for latency and cost\. .* Costs that happened are at the prices of their time/,
    );
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'Latencies that happened are a mean of the calls that answered, without failed calls before them,',
    );
    const { stdout: plain } = await runCommand(args.slice(0, -1));
    expect(plain).not.toContain('Prices other than');
    expect(plain).not.toContain('prices of their time');
    const { stderr } = await runCommand([...args, '--unavailable', 'smal']);
    expect(stderr).toContain('the policy has no model "smal"');
  });
});

describe('costs that are partly an estimate in the log', () => {
  it('are counted by log show, replay and import', async () => {
    const target = folder.file('guessed');
    const guessed = await createDecisionLog({ directory: target, level: 'prompts' });
    for (const costIsGuess of [true, true, false]) {
      const entry = guessed.open(policy);
      entry.decide('What is 12 times 12?');
      entry.served({ model: 'small', costUsd: 0.01, costIsGuess, latencyMs: 9000 });
      await guessed.feedback({ id: entry.id, quality: 1, source: 'human' });
    }
    await guessed.close();
    const shown = await runCommand(['log', 'show', target]);
    expect(shown.stdout).toContain(
      'Cost: $0.03 for 3 requests.\nOf these costs, 2 are partly estimated.\n',
    );
    const replay = ['replay', target, '--policy', policyFile];
    const replayed = (await runCommand(replay)).stdout.replaceAll(/\s+/g, ' ');
    expect(replayed).toContain('Of the 3 costs of "happened", 2 are partly estimated.');
    expect(replayed).toContain('its estimates are off, except for latency.');
    expect(replayed).toContain('100 % of the answers took longer than estimated');
    const { stdout } = await runCommand([...replay, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      guessedCosts: 2,
      incompleteCosts: 0,
    } satisfies Partial<LogReplay>);
    const args = ['import', target, '--format', 'log', '--out', folder.file('guessed-run')];
    expect((await runCommand(args)).stdout).toContain('2 costs of the log are partly estimated');
  });

  it('include known ones of requests with another call of unknown cost', async () => {
    const target = folder.file('lacking');
    const lacking = await createDecisionLog({ directory: target, level: 'prompts' });
    const entry = lacking.open(policy);
    entry.decide('What is 12 times 12?');
    const charge = { usage: null, costUsd: null, costIsGuess: false };
    const failed = { model: 'large', outcome: 'failed', why: 'timeout', latencyMs: 9 } as const;
    entry.served({ model: 'small', costUsd: 0.01, attempts: [{ ...failed, charge }] });
    await lacking.close();
    const lacks = '1 lacks a call of unknown cost.';
    const shown = await runCommand(['log', 'show', target]);
    expect(shown.stdout).toContain(`Cost: $0.01 for 1 request.\nOf these costs, ${lacks}`);
    const replayed = await runCommand(['replay', target, '--policy', policyFile]);
    expect(replayed.stdout.replaceAll(/\s+/g, ' ')).toContain(
      `Of the 1 cost of "happened", ${lacks}`,
    );
  });

  it('are not mentioned where there are none', async () => {
    const shown = await runCommand(['log', 'show', directory]);
    expect(shown.stdout).toContain('Cost: $0.24 for 24 requests.');
    const replayed = await runCommand(['replay', directory, '--policy', policyFile]);
    expect(replayed.stdout).not.toContain('partly estimated');
  });
});

describe('routesmith route --log', () => {
  it('records the decision, and changes nothing of it', async () => {
    const target = folder.file('routed');
    const args = ['route', policyFile, 'hello there', '--json'];
    const plain = await runCommand(args);
    const logged = await runCommand([...args, '--log', target, '--log-level', 'features']);
    expect(logged.stdout).toBe(plain.stdout);
    const { requests } = await readAll(target);
    expect(requests).toHaveLength(1);
    expect(logged.stderr).toContain(`Recorded as ${requests[0]?.decision.id}`);
    expect(requests[0]?.decision.features?.words.length).toBeGreaterThan(0);
    const { stderr } = await runCommand([...args, '--log-level', 'features']);
    expect(stderr).toContain('options of the log need --log');
  });

  it('gives no id of a decision that it did not record', async () => {
    const target = folder.file('sampled');
    const args = ['route', policyFile, 'hello there', '--log', target, '--log-keep', '1e-12'];
    const { exitCode, stderr } = await runCommand(args);
    expect(exitCode).toBe(0);
    expect((await readAll(target)).requests).toEqual([]);
    expect(stderr).toContain('Not recorded');
    expect(stderr).not.toContain('Recorded as');
  });

  it('refuses --only-model with options that print more', async () => {
    for (const other of ['--json', '--explain']) {
      const args = ['route', policyFile, 'hello there', '--only-model', other];
      const { exitCode, stdout, stderr } = await runCommand(args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toContain(`${other} cannot be combined with --only-model`);
    }
  });
});

describe('routesmith import --format log', () => {
  it.each([
    ['--prices', 'prices.json'],
    ['--price-date', '2026-01-01'],
    ['--assume-output-tokens', '100'],
  ])('refuses %s, which it has no use for', async (option, value) => {
    const args = ['import', directory, '--format', 'log', '--out', folder.file('unused')];
    const { exitCode, stderr } = await runCommand([...args, option, value]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${option} cannot be combined with --format log`);
  });

  it('turns answered requests with feedback into outcomes', async () => {
    const out = folder.file('traffic');
    const imported = await runCommand([
      'import',
      directory,
      '--format',
      'log',
      '--out',
      out,
      '--json',
    ]);
    expect(imported.exitCode).toBe(0);
    const { prompts, models, report } = JSON.parse(imported.stdout) as {
      prompts: number;
      models: { model: string; outcomes: number }[];
      report: { notes: string[] };
    };
    // Ten have feedback, of which two were not answered.
    expect(prompts).toBe(8);
    expect(models.reduce((sum, { outcomes }) => sum + outcomes, 0)).toBe(8);
    expect(report.notes.join('\n')).toContain(
      'each prompt has the outcome of the model that served it only',
    );
    expect(report.notes.join('\n')).toContain('left out 6 requests without an answer');
    expect(report.notes).toContain(
      'task labels: 0 named by callers, 8 guessed by the policy of the log',
    );
  });

  it('takes the choice where only a decision was asked, and the most trusted report', async () => {
    const target = folder.file('decided');
    const decided = await createDecisionLog({ directory: target, level: 'prompts' });
    const choices = new Map<string, number>();
    for (let index = 0; index < 4; index++) {
      const entry = decided.open(policy, { awaitsServed: false });
      const { model } = entry.decide(`What is ${index} + 1?`);
      choices.set(model as string, (choices.get(model as string) ?? 0) + 1);
      await decided.feedback({ id: entry.id, quality: 0, source: 'human' });
      await decided.feedback({ id: entry.id, quality: 1, source: 'judge' });
    }
    await decided.close();
    const out = folder.file('decided-run');
    const args = ['import', target, '--format', 'log', '--out', out, '--json'];
    const imported = JSON.parse((await runCommand(args)).stdout) as {
      models: { model: string; outcomes: number }[];
    };
    expect(imported.models.length).toBeGreaterThan(0);
    for (const { model, outcomes } of imported.models) {
      expect(outcomes).toBe(choices.get(model) ?? 0);
    }
    const replay = ['replay', target, '--policy', policyFile, '--json'];
    const { quality, outcomes } = JSON.parse((await runCommand(replay)).stdout) as {
      quality: { happened: { mean: number } };
      outcomes: { sources: object };
    };
    expect(outcomes.sources).toEqual({ human: 4 });
    expect(quality.happened.mean).toBe(0);
  });

  it('tells task labels that callers named from those that the policy guessed', async () => {
    const target = folder.file('labeled');
    const labeled = await createDecisionLog({ directory: target, level: 'prompts' });
    for (const task of [plantedTasks[0], plantedTasks[1], undefined]) {
      const entry = labeled.open(policy);
      entry.decide(`Something about ${task ?? 'nothing'}`, task === undefined ? {} : { task });
      entry.served({ model: 'small' });
      await labeled.feedback({ id: entry.id, quality: 1, source: 'human' });
    }
    await labeled.close();
    const args = ['import', target, '--format', 'log', '--overwrite', '--out'];
    const { stdout } = await runCommand([...args, folder.file('labeled-run')]);
    expect(stdout).toContain('task labels: 2 named by callers, 1 guessed by the policy of the log');
    const given = await runCommand([...args, folder.file('given-run'), '--task', 'sums']);
    expect(given.stdout).not.toContain('task labels:');
  });

  it('says what a log lacks', async () => {
    const target = folder.file('scores');
    const scores = await createDecisionLog({ directory: target });
    const entry = scores.open(policy);
    entry.decide('hello');
    entry.served({ model: 'small' });
    await scores.close();
    const args = ['import', target, '--format', 'log', '--out', folder.file('none')];
    const { exitCode, stderr } = await runCommand(args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('does not hold the text of its requests');
    expect((await runCommand([...args, '--map', 'task=x'])).stderr).toContain('--map cannot');
  });
});
