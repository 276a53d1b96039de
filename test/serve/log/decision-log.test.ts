import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { constraintKinds } from '../../../src/policy/decide/constraints.js';
import type { DecideOptions } from '../../../src/policy/decide/decision.js';
import { findOwnLatency } from '../../../src/review/estimates/logged-outcome.js';
import { createDecisionLog } from '../../../src/serve/log/decision-log.js';
import type { DecisionLogSettings } from '../../../src/serve/log/log-settings.js';
import type { DecisionRecord } from '../../../src/serve/log/record.js';
import type { LoggedRequest } from '../../../src/serve/log/join-lines.js';
import { listSegments } from '../../../src/serve/log/list-segments.js';
import { createRandom } from '../../../src/util/random.js';
import { decideLogged, loadMixture, readAll, readTexts } from '../../support/decision-log.js';
import { plantedTasks, writePlantedPrompt } from '../../support/planted-outcomes.js';
import { createManualClock } from '../../support/router.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const policy = await loadMixture();
const random = createRandom(5);
const prompts = Array.from({ length: 40 }, (_, index) =>
  writePlantedPrompt(plantedTasks[index % plantedTasks.length] as string, random),
);
let count = 0;
const newFolder = (): string => folder.file(`log-${++count}`);

/** The number of an open file of this process. */
function findDescriptor(path: string): number {
  const found = readdirSync('/proc/self/fd').find((name) => {
    const link = join('/proc/self/fd', name);
    return existsSync(link) && readlinkSync(link) === path;
  });
  return Number(found);
}

describe('a decision log', () => {
  it('holds what a decision rested on, and the decision', async () => {
    const directory = newFolder();
    const log = await createDecisionLog({ directory });
    const options = { objective: 'cost', constraints: { maxCostUsd: 0.005, deny: ['local', 'x'] } };
    const decision = decideLogged(log, policy, prompts[0] as string, options);
    await log.close();

    const { requests, totals } = await readAll(directory);
    const [request] = requests;
    const record = request?.decision;
    expect(record).toMatchObject({
      objective: { name: 'cost', ...decision.weights },
      constraints: { maxCostUsd: 0.005, deny: ['local'] },
      choice: decision.model,
      policyChoice: decision.model,
      reason: decision.reason,
      novelty: decision.novelty,
      confidence: decision.confidence,
      propensity: 1,
      keep: 1,
      exclusions: [null, 'cost', 'denied'],
      conversation: null,
    });
    const { models, tasks } = policy.policy;
    for (const { model, quality, costUsd, latencyMs } of decision.ranked) {
      const index = models.findIndex(({ id }) => id === model);
      expect(record?.quality[index]).toBe(quality);
      expect(record?.costUsd[index]).toBe(costUsd);
      expect(record?.latencyMs[index]).toBe(latencyMs);
    }
    for (const { task, probability } of decision.task) {
      expect(record?.tasks[tasks.indexOf(task)]).toBe(probability);
    }
    expect(request?.policy).toMatchObject({
      policyDigest: policy.digest,
      featureSpecVersion: 4,
      models: [
        { id: 'small', price: { inputPerMillionUsd: 0.2 } },
        { id: 'large' },
        { id: 'local' },
      ],
    });
    expect(totals).toMatchObject({ decisions: 1, damagedLines: 0, tornLines: 0 });
  });

  it.each(Object.entries(constraintKinds))(
    'holds the constraint %s, of kind %s',
    async (name, kind) => {
      const directory = newFolder();
      const log = await createDecisionLog({ directory });
      const values = { number: 0.5, models: ['small', 'local'], capabilities: ['tools'] };
      const constraints = { [name]: values[kind] };
      decideLogged(log, policy, prompts[0] as string, { constraints });
      await log.close();

      const { requests } = await readAll(directory);
      expect(requests.map(({ decision }) => decision.constraints)).toEqual([constraints]);
    },
  );

  it('decides as the policy does, at every level', async () => {
    for (const level of ['scores', 'features', 'prompts'] as const) {
      const log = await createDecisionLog({ directory: newFolder(), level });
      const explore = { share: 0.3, seed: 1 };
      for (const prompt of prompts) {
        expect(decideLogged(log, policy, prompt, { explore })).toEqual(
          policy.decide(prompt, { explore }),
        );
      }
      await log.close();
    }
  });

  it('tells what the policy chose from what exploration chose, with the chance of each', async () => {
    const directory = newFolder();
    const log = await createDecisionLog({ directory });
    const explore = { share: 0.6, seed: 3 };
    const decisions = prompts.map((prompt) => decideLogged(log, policy, prompt, { explore }));
    await log.close();
    const { requests } = await readAll(directory);
    requests.forEach(({ decision }, index) => {
      expect(decision.choice).toBe(decisions[index]?.model);
      expect(decision.policyChoice).toBe(policy.decide(prompts[index] as string).model);
      expect(decision.propensity).toBeCloseTo(
        decision.choice === decision.policyChoice ? 0.6 : 0.2,
        12,
      );
      expect(decision.exploreShare).toBe(0.6);
    });
    expect(requests.some(({ decision }) => decision.reason === 'explored')).toBe(true);
  });

  it('keeps its files to their owner, and packs them when it is closed', async () => {
    const directory = newFolder();
    const log = await createDecisionLog({ directory });
    decideLogged(log, policy, 'hello');
    await log.feedback({ id: 'a', quality: 1, source: 'human' });
    for (const name of readdirSync(directory)) {
      expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    }
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    await log.close();
    const names = readdirSync(directory);
    expect(names.map((name) => name.replace(/-.*-/, '-'))).toEqual([
      'decisions-000001.jsonl.gz',
      'feedback-000001.jsonl.gz',
    ]);
    for (const name of names) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
  });

  it('joins late and repeated feedback of any writer, and keeps each report', async () => {
    const directory = newFolder();
    const first = await createDecisionLog({ directory });
    const entry = first.open(policy, { conversation: 'chat 7' });
    entry.decide('hello');
    entry.served({ model: 'small', costUsd: 0.002, latencyMs: 120, finishReason: 'stop' });
    await first.feedback({ id: entry.id, quality: 0.25, source: 'judge', by: 'gpt-x' });
    await first.close();
    const second = await createDecisionLog({ directory });
    await second.feedback({ id: entry.id, quality: 1, source: 'human' });
    await second.feedback({ id: 'nobody', quality: 1, source: 'human' });
    await second.close();

    const { requests, totals } = await readAll(directory);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.served).toMatchObject({ model: 'small', costUsd: 0.002, latencyMs: 120 });
    expect(requests[0]?.feedback).toMatchObject([
      { quality: 0.25, source: 'judge', by: 'gpt-x' },
      { quality: 1, source: 'human', by: null },
    ]);
    expect(requests[0]?.decision.conversation).toMatch(/^[0-9a-f]{16}$/);
    expect(totals).toMatchObject({ feedback: 3, unmatchedFeedback: 1, unmatchedServed: 0 });
  });

  it('gives feedback to the last of several requests with one id before it', async () => {
    const directory = newFolder();
    const clock = createManualClock();
    const log = await createDecisionLog({ directory, clock });
    const steps = ['large', 'small'].map((model) => {
      clock.advance(60_000);
      const entry = log.open(policy, { id: 'turn-1' });
      entry.decide('hello');
      entry.served({ model, finishReason: 'stop' });
      return { model, at: clock.date().toISOString() };
    });
    const [first] = steps;
    await log.feedback({ id: 'turn-1', quality: 0.5, source: 'judge', at: first?.at ?? '' });
    clock.advance(60_000);
    await log.feedback({ id: 'turn-1', quality: 0, source: 'human' });
    await log.close();
    const { requests, totals } = await readAll(directory);
    expect(requests.map(({ served, feedback }) => [served?.model, feedback[0]?.quality])).toEqual([
      ['large', 0.5],
      ['small', 0],
    ]);
    expect(totals).toMatchObject({ repeatedIds: 1, unmatchedFeedback: 0 });
  });

  it('joins outcomes to decisions however many others come between', async () => {
    const directory = newFolder();
    const log = await createDecisionLog({ directory, maxQueueBytes: 64 * 2 ** 20 });
    const entries = Array.from({ length: 10_005 }, (_, number) => {
      const entry = log.open(policy, { id: `r${number}` });
      entry.decide('hello');
      return entry;
    });
    for (const number of [2, 10_004, 0]) entries[number]?.served({ model: 'small' });
    await log.feedback({ id: 'r2', quality: 0.5, source: 'human' });
    await log.close();
    const { requests, totals } = await readAll(directory);
    expect(totals).toMatchObject({ decisions: 10_005, unmatchedServed: 0, unmatchedFeedback: 0 });
    expect(new Set(requests.map(({ decision }) => decision.id)).size).toBe(10_005);
    const served = requests.filter((request) => request.served !== undefined);
    expect(served.map(({ decision }) => decision.id)).toEqual(['r10004', 'r0', 'r2']);
    expect(served.map(({ feedback }) => feedback.length)).toEqual([0, 0, 1]);
  });

  it('takes feedback from a clock that is up to a day ahead, and none of a later time', async () => {
    const clock = createManualClock();
    const log = await createDecisionLog({ directory: newFolder(), clock });
    const giveAt = (hoursAhead: number): Promise<void> => {
      const at = new Date(clock.date().getTime() + hoursAhead * 3_600_000).toISOString();
      return log.feedback({ id: 'turn-1', quality: 1, source: 'human', at });
    };
    await giveAt(23);
    await expect(giveAt(25)).rejects.toThrow('must not be in the future');
    await log.close();
  });

  it('gives feedback to the last of several requests with one id of the same millisecond', async () => {
    const directory = newFolder();
    const clock = createManualClock();
    const log = await createDecisionLog({ directory, clock });
    for (const model of ['large', 'small']) {
      const entry = log.open(policy, { id: 'turn-1' });
      entry.decide('hello');
      entry.served({ model, finishReason: 'stop' });
    }
    clock.advance(60_000);
    await log.feedback({ id: 'turn-1', quality: 0, source: 'human' });
    await log.close();
    const { requests, totals } = await readAll(directory);
    expect(requests.map(({ served, feedback }) => [served?.model, feedback.length])).toEqual([
      ['large', 0],
      ['small', 1],
    ]);
    expect(totals.unmatchedFeedback).toBe(0);
  });

  it('gives the feedback on a request in flight to it, also where a later one has its id', async () => {
    const directory = newFolder();
    const clock = createManualClock();
    const log = await createDecisionLog({ directory, clock });
    for (const quality of [0.5, 1]) {
      log.open(policy, { id: 'turn-1' }).decide('hello');
      clock.advance(60_000);
      await log.feedback({ id: 'turn-1', quality, source: 'human' });
      clock.advance(60_000);
    }
    await log.close();
    const { requests, totals } = await readAll(directory);
    expect(requests.map(({ feedback }) => feedback.map(({ quality }) => quality))).toEqual([
      [0.5],
      [1],
    ]);
    expect(totals.unmatchedFeedback).toBe(0);
  });

  it('refuses what is no feedback', async () => {
    const log = await createDecisionLog({ directory: newFolder() });
    const good = { id: 'a', quality: 1, source: 'human' } as const;
    await expect(log.feedback({ ...good, id: 'a b' })).rejects.toThrow('id');
    await expect(log.feedback({ ...good, quality: 1.1 })).rejects.toThrow('quality');
    await expect(log.feedback({ ...good, by: 'Jane Doe said so' })).rejects.toThrow('by');
    for (const at of ['soon', '03/04/2026 09:00', '202611', '2026-11-28T09:30', '2026-11-28']) {
      await expect(log.feedback({ ...good, at })).rejects.toThrow('ISO 8601');
    }
    await log.close();
  });

  it('begins a new segment by size and by time, with the policy in each', async () => {
    const directory = newFolder();
    const clock = createManualClock();
    const log = await createDecisionLog({ directory, clock, maxSegmentBytes: 10_000 });
    for (const prompt of prompts) {
      decideLogged(log, policy, prompt);
      await log.flush();
    }
    const bySize = (await listSegments(directory)).length;
    expect(bySize).toBeGreaterThan(2);
    clock.advance(3_600_001);
    decideLogged(log, policy, 'late');
    await log.close();
    expect(readdirSync(directory)).toHaveLength(bySize + 1);
    const { requests, totals } = await readAll(directory);
    expect(requests).toHaveLength(prompts.length + 1);
    expect(new Set(requests.map((one) => one.policy)).size).toBe(1);
    expect(totals.damagedLines).toBe(0);
  });

  it('writes the records of many writers to files of their own', async () => {
    const directory = newFolder();
    const logs = await Promise.all([1, 2, 3].map(() => createDecisionLog({ directory })));
    for (const prompt of prompts) for (const log of logs) decideLogged(log, policy, prompt);
    await Promise.all(logs.map((log) => log.close()));
    const { requests, totals } = await readAll(directory);
    expect(requests).toHaveLength(3 * prompts.length);
    expect(totals).toMatchObject({ segments: 3, lost: 0, tornLines: 0, damagedLines: 0 });
  });

  it('removes closed segments that are too old or too many, and no others', async () => {
    const directory = newFolder();
    const write = async (changes: object): Promise<number> => {
      const log = await createDecisionLog({ directory, ...changes });
      for (const prompt of prompts) decideLogged(log, policy, prompt);
      await log.close();
      return readdirSync(directory).length;
    };
    expect(await write({})).toBe(1);
    expect(await write({})).toBe(2);
    const bytes = statSync(join(directory, readdirSync(directory)[0] as string)).size;
    expect(await write({ maxTotalBytes: 1.5 * bytes })).toBe(1);
    const lastWeek = new Date(Date.now() - 7 * 86_400_000);
    const old = join(directory, readdirSync(directory)[0] as string);
    utimesSync(old, lastWeek, lastWeek);
    expect(await write({ maxAgeDays: 5 })).toBe(1);
    expect(existsSync(old)).toBe(false);
  });

  it('holds nothing of the text below the level of prompts', async () => {
    const secret = 'XyzzySecretWord';
    const key = 'sk-planted-0123456789abcdef';
    const text = `${secret} ${key} jane.doe@example.org`;
    for (const level of ['scores', 'features', 'prompts'] as const) {
      const directory = newFolder();
      const log = await createDecisionLog({ directory, level });
      const prompt = { messages: [{ role: 'user' as const, content: text }] };
      const entry = log.open(policy, { conversation: text });
      entry.decide(prompt, {
        task: secret,
        model: secret,
        objective: key,
        constraints: { allow: [secret, 'small'], deny: [key] },
        current: { model: secret },
        models: { large: { unavailable: text } },
        explore: { share: 0.1, seed: secret },
      });
      entry.noteText(text);
      entry.served({ model: 'small', finishReason: key, answer: text });
      log
        .open(policy, { awaitsServed: false })
        .decide(text, { constraints: { [secret]: 1 } as object });
      await log.feedback({ id: 'a', quality: 1, source: 'other', by: key }).catch(() => undefined);
      await log.feedback({ id: key, quality: 1, source: 'other' }).catch(() => undefined);
      await log.close();
      const written = readTexts(directory);
      const found = [secret, key, 'jane', 'planted'].filter((one) => written.includes(one));
      expect(found.length > 0).toBe(level === 'prompts');
      const { requests, totals } = await readAll(directory);
      expect(totals.damagedLines).toBe(0);
      expect(requests.map(({ decision }) => decision.exclusions)).toContainEqual([
        null,
        'unavailable',
        'not_allowed',
      ]);
    }
  });

  it('holds a task of its caller that the policy does not know only at the level of prompts', async () => {
    const [known] = policy.policy.tasks;
    for (const [level, kept] of [
      ['features', null],
      ['prompts', 'contracts'],
    ] as const) {
      const directory = newFolder();
      const log = await createDecisionLog({ directory, level });
      for (const task of ['contracts', known as string, '', 'x'.repeat(70_000)]) {
        decideLogged(log, policy, 'Review this clause.', { task });
      }
      decideLogged(log, policy, 'Review this clause.', { task: 7 as unknown as string });
      await log.close();
      const { requests, totals } = await readAll(directory);
      const tasks = requests.map(({ decision }) => decision.task);
      expect([level, ...tasks]).toEqual([level, kept, known, null, null, null]);
      expect(totals.damagedLines).toBe(0);
    }
  });

  it('says what it cannot record, and answers all the same', async () => {
    const problems: string[] = [];
    const log = await createDecisionLog({
      directory: newFolder(),
      level: 'prompts',
      onProblem: (error) => problems.push(error.message),
    });
    const circular: Record<string, unknown> = { messages: [{ role: 'user', content: 'hello' }] };
    circular['self'] = circular;
    const { model } = log.open(policy).decide(circular as unknown as string);
    expect(model).not.toBeNull();
    const unobserved = { ...policy, decide: (prompt: string) => policy.decide(prompt) };
    log.open(unobserved as typeof policy).decide('hello');
    log.open(policy, { id: 'not an id' }).decide('hello');
    expect(problems).toHaveLength(3);
    expect(log.statistics()).toMatchObject({ failed: 3, decisions: 0 });
    await log.close();
  });

  it('tells of a folder that cannot be written to, and of its return, without a loss', async () => {
    const directory = newFolder();
    const told: string[] = [];
    let onRecovered = (): void => {};
    const isBack = new Promise<void>((resolve) => (onRecovered = resolve));
    const log = await createDecisionLog({
      directory,
      flushMs: 1,
      onProblem: () => told.push('problem'),
      onRecovered: () => {
        told.push('recovered');
        onRecovered();
      },
    });
    renameSync(directory, `${directory}-away`);
    decideLogged(log, policy, 'hello');
    await expect(log.flush()).rejects.toThrow(directory);
    await new Promise((resolve) => {
      setTimeout(resolve, 1100);
    });
    renameSync(`${directory}-away`, directory);
    await isBack;
    expect(told[0]).toBe('problem');
    expect(told.filter((one) => one === 'recovered')).toHaveLength(1);
    await log.close();
    expect((await readAll(directory)).requests).toHaveLength(1);
  });

  it.runIf(existsSync('/dev/full'))('goes on while the disk is full for its count', async () => {
    const directory = newFolder();
    const told: string[] = [];
    const log = await createDecisionLog({
      directory,
      onProblem: (error) => told.push(error.message),
      onRecovered: () => told.push('recovered'),
    });
    const state = join(
      directory,
      readdirSync(directory).find((name) => name.endsWith('.state'))!,
    );
    const descriptor = findDescriptor(state);
    /** Opens a file in place of another one: the system gives out the lowest free number. */
    const reopen = (path: string): void => {
      closeSync(descriptor);
      expect(openSync(path, 'r+')).toBe(descriptor);
    };
    reopen('/dev/full');
    for (const prompt of prompts.slice(0, 3)) {
      decideLogged(log, policy, prompt);
      await log.flush();
    }
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('ENOSPC');
    reopen(state);
    decideLogged(log, policy, 'hello');
    await log.flush();
    expect(told.slice(1)).toEqual(['recovered']);
    expect(readFileSync(state, 'utf8')).toMatch(/^0{15}4\n/);
    await log.close();
    expect((await readAll(directory)).requests).toHaveLength(4);
  });

  it('holds whatever a policy file may hold', async () => {
    const directory = newFolder();
    const odd = await loadMixture({
      models: policy.policy.models.map((model) =>
        model.id === 'small' ? { ...model, id: 'x'.repeat(2000) } : model,
      ),
      fallbackOrder: ['large', 'x'.repeat(2000), 'local'],
      provenance: { ...policy.policy.provenance, featureSpecDigest: '', pricesDigest: '' },
    });
    const log = await createDecisionLog({ directory });
    for (const prompt of prompts) decideLogged(log, odd, prompt);
    await log.close();
    const { requests, totals } = await readAll(directory);
    expect(totals.problems).toEqual([]);
    expect(requests).toHaveLength(prompts.length);
  });

  it('keeps decisions apart that have the same id, and gives the outcome to its own', async () => {
    const directory = newFolder();
    const log = await createDecisionLog({ directory });
    for (const prompt of prompts.slice(0, 2)) {
      log.open(policy, { id: 'same' }).decide(prompt);
    }
    const third = log.open(policy, { id: 'same' });
    const { model } = third.decide(prompts[2]!);
    const figures = { usage: null, costUsd: 0.5, ttftMs: null };
    third.noteEvent({
      type: 'succeeded',
      requestId: 3,
      model: model!,
      latencyMs: 5,
      finishReason: 'stop',
      ...figures,
    });
    await log.feedback({ id: 'same', quality: 1, source: 'human' });
    await log.close();
    const { requests, totals } = await readAll(directory);
    const of = ({ decision, served, feedback }: LoggedRequest) =>
      [decision.n, served?.costUsd, feedback.length] as const;
    expect(requests.map(of).sort(([a], [b]) => a - b)).toEqual([
      [1, undefined, 0],
      [2, undefined, 0],
      [3, 0.5, 1],
    ]);
    expect(totals).toMatchObject({ decisions: 3, damagedLines: 0 });
  });

  describe('of requests of one id that are in flight at once', () => {
    /** Two steps of an agent; the first one ends first, unless it is to end last. */
    async function writeSteps(endsLast = false): Promise<string> {
      const directory = newFolder();
      const log = await createDecisionLog({ directory });
      const steps = ['large', 'small'].map((model) => {
        const entry = log.open(policy, { id: 'turn-1' });
        entry.decide('hello', { model });
        return () => entry.served({ model });
      });
      for (const end of endsLast ? [...steps].reverse() : steps) end();
      await log.feedback({ id: 'turn-1', quality: 1, source: 'human' });
      await log.close();
      return directory;
    }

    it.for([false, true])('gives each its own outcome (reversed: %s)', async (endsLast) => {
      const { requests, totals } = await readAll(await writeSteps(endsLast));
      const pairs = requests.map(({ decision, served }) => [decision.choice, served?.model]);
      expect(pairs.sort()).toEqual([
        ['large', 'large'],
        ['small', 'small'],
      ]);
      expect(totals).toMatchObject({ damagedLines: 0, unmatchedServed: 0, ambiguousServed: 0 });
      // The report is about the last one, whichever of them ended last.
      const reported = requests.filter(({ feedback }) => feedback.length > 0);
      expect(reported.map(({ decision }) => decision.choice)).toEqual(['small']);
    });

    it('leaves them without one in a log of an earlier version, and counts the outcomes', async () => {
      const directory = await writeSteps();
      const name = readdirSync(directory).find((one) => one.startsWith('decisions-')) ?? '';
      const lines = gunzipSync(readFileSync(join(directory, name)))
        .toString()
        .replaceAll(/("kind":"served".*?)"decision":\d+,/g, '$1');
      writeFileSync(join(directory, name), gzipSync(lines));
      const { requests, totals } = await readAll(directory);
      expect(requests.map(({ served }) => served)).toEqual([undefined, undefined]);
      expect(totals).toMatchObject({ served: 2, ambiguousServed: 2, unmatchedServed: 0 });
      expect(totals.damagedLines).toBe(0);
    });
  });

  it('takes a choice that did not serve for one that failed, also without its attempts', async () => {
    const directory = newFolder();
    const log = await createDecisionLog({ directory });
    const serve = (seed: number, isWhole: boolean): void => {
      const entry = log.open(policy);
      const { model } = entry.decide('hello', { explore: { share: 0.3, seed } });
      const served = model === 'small' ? 'large' : 'small';
      const failed = { model: model ?? '', outcome: 'failed', why: null, latencyMs: null } as const;
      entry.served({ model: served, ...(isWhole && { attempts: [failed] }) });
    };
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      serve(seed, true);
      serve(seed, false);
    }
    await log.close();
    const { requests } = await readAll(directory);
    const propensities = requests.map(({ served }) => served?.propensity);
    const even = propensities.filter((_, index) => index % 2 === 0);
    expect(propensities.filter((_, index) => index % 2 === 1)).toEqual(even);
    // The usual model's chance and that of a sampled one, or those of two sampled ones.
    const usual = requests.filter(({ decision }) => decision.choice === decision.policyChoice);
    for (const { served } of usual) expect(served?.propensity).toBeCloseTo(0.8 + 0.1, 9);
    expect(usual.length).toBeGreaterThan(0);
  });

  it('reports an outcome that its reader would refuse, and takes one that lacks what is unknown', async () => {
    const directory = newFolder();
    const problems: string[] = [];
    const log = await createDecisionLog({
      directory,
      onProblem: ({ message }) => problems.push(message),
    });
    const entry = log.open(policy);
    const { model } = entry.decide('hello');
    /** As callers without types may. */
    const give = (outcome: object): void => entry.served({ model, ...outcome });
    give({ latencyMs: Number.NaN });
    give({ model: 'smal' });
    give({ attempts: [{ model: 'lrge', outcome: 'failed' }] });
    give({ attempts: [{ model, outcome: 'gone' }] });
    give({ outcome: 'gone', usage: { inputTokens: 10 } });
    give({
      usage: { inputTokens: 10, outputTokens: 5 },
      attempts: [{ model, outcome: 'answered' }],
    });
    await log.close();
    const wrong = ['latencyMs', 'model', 'attempts', 'attempts', 'outcome'];
    expect(problems).toEqual(wrong.map((name) => expect.stringContaining(`served, ${name}`)));
    expect(log.statistics()).toMatchObject({ served: 1, failed: 5 });
    const { requests, totals } = await readAll(directory);
    expect(totals).toMatchObject({ served: 1, damagedLines: 0 });
    expect(requests[0]?.served).toMatchObject({
      model,
      usage: { inputTokens: 10, outputTokens: 5, cachedInputTokens: 0 },
      attempts: [{ model, why: null }],
    });
  });

  it.each([
    ['usage', { usage: { inputTokens: 10 } }],
    ['usage', { usage: { inputTokens: 10, outputTokens: 2e8 } }],
    ['usage', { usage: 7 }],
    ['costUsd', { costUsd: -1 }],
    ['ttftMs', { ttftMs: Number.POSITIVE_INFINITY }],
  ])('records an outcome whose %s cannot be without it, and says so: %j', async (name, wrong) => {
    const directory = newFolder();
    const problems: string[] = [];
    const log = await createDecisionLog({
      directory,
      onProblem: ({ message }) => problems.push(message),
    });
    const entry = log.open(policy);
    const { model } = entry.decide('hello');
    const known = {
      usage: { inputTokens: 10, outputTokens: 5 },
      costUsd: 0.5,
      ttftMs: 20,
      latencyMs: 840,
    };
    entry.served({ model, ...known, ...wrong } as Parameters<typeof entry.served>[0]);
    await log.close();
    expect(problems).toEqual([expect.stringContaining(`served, ${name}`)]);
    expect(log.statistics()).toMatchObject({ served: 1, failed: 0 });
    const { requests } = await readAll(directory);
    expect(requests[0]?.served).toMatchObject({ model, ...known, [name]: null });
  });

  it('records an attempt whose charge cannot be without it, and says so', async () => {
    const directory = newFolder();
    const problems: string[] = [];
    const log = await createDecisionLog({
      directory,
      onProblem: ({ message }) => problems.push(message),
    });
    const entry = log.open(policy);
    entry.decide('hello');
    const usage = { inputTokens: 10, outputTokens: 5 };
    const charges = [{ costUsd: 0.06 }, { costUsd: -1 }, { usage, costUsd: 0.01 }, 7];
    /** As callers without types may. */
    const attempts: unknown = charges.map((charge) => ({
      model: 'large',
      outcome: 'failed',
      charge,
    }));
    entry.served({ model: 'small', attempts } as Parameters<typeof entry.served>[0]);
    await log.close();
    expect(problems).toEqual([expect.stringContaining('served, attempts, charge')]);
    const { requests } = await readAll(directory);
    expect(requests[0]?.served?.attempts.map(({ charge }) => charge)).toEqual([
      { usage: null, costUsd: 0.06, costIsGuess: false },
      undefined,
      {
        usage: { ...usage, cachedInputTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 },
        costUsd: 0.01,
        costIsGuess: false,
      },
      undefined,
    ]);
  });

  it.each(['scores', 'features', 'prompts'] as const)(
    'goes on at level %s after an answer that is no text',
    async (level) => {
      const directory = newFolder();
      const problems: string[] = [];
      const log = await createDecisionLog({
        directory,
        level,
        onProblem: ({ message }) => problems.push(message),
      });
      /** As of a caller without types. */
      const answers: unknown[] = [{ role: 'assistant', content: 'hi' }, 7, null, ['hi']];
      for (const answer of answers) {
        const entry = log.open(policy);
        const { model } = entry.decide('hello');
        entry.served({ model, answer: answer as string });
      }
      const last = log.open(policy);
      last.served({ model: last.decide('hello').model, answer: 'hi' });
      await log.close();
      const isKept = level === 'prompts';
      expect(log.statistics()).toMatchObject({
        decisions: 5,
        served: isKept ? 1 : 5,
        sampledOut: 0,
      });
      expect(problems).toEqual(
        isKept ? answers.map(() => expect.stringContaining('served, answer')) : [],
      );
      expect((await readAll(directory)).totals).toMatchObject({ decisions: 5, sampledOut: 0 });
    },
  );

  it('gives the only model that was called the latency of the request, where that is given', async () => {
    const directory = newFolder();
    const log = await createDecisionLog({ directory });
    const give = (attempts: readonly object[]): void => {
      const entry = log.open(policy);
      entry.decide('hello');
      const outcome = { model: 'small', latencyMs: 840, attempts };
      entry.served(outcome as Parameters<typeof entry.served>[0]);
    };
    const answered = { model: 'small', outcome: 'answered' };
    give([answered]);
    give([{ model: 'large', outcome: 'skipped', why: 'open' }, answered]);
    give([{ model: 'large', outcome: 'failed' }, answered]);
    give([{ ...answered, latencyMs: null }]);
    give([]);
    await log.close();
    const { requests } = await readAll(directory);
    expect(requests.map(({ served }) => findOwnLatency(served))).toEqual([
      840,
      840,
      // What the failed one took is part of it.
      undefined,
      // Said to be unknown.
      undefined,
      840,
    ]);
  });

  it.each([[null], [undefined], [7], [{}], [{ model: 'small', attempts: null }]])(
    'reports %j as an outcome, rather than as a file that cannot be written',
    async (given) => {
      const problems: string[] = [];
      const log = await createDecisionLog({
        directory: newFolder(),
        onProblem: ({ message }) => problems.push(message),
      });
      const entry = log.open(policy);
      entry.decide('hello');
      entry.served(given as unknown as Parameters<typeof entry.served>[0]);
      await log.close();
      expect(problems).toEqual([expect.stringContaining('the outcome of the request')]);
    },
  );

  it('takes nothing after it is closed, counts it, and touches no file that is not its own', async () => {
    const directory = newFolder();
    const problems: string[] = [];
    const log = await createDecisionLog({
      directory,
      onProblem: ({ message }) => problems.push(message),
    });
    const late = log.open(policy);
    const { model } = late.decide('hello');
    const path = join(
      directory,
      readdirSync(directory).find((name) => name.endsWith('.state'))!,
    );
    const descriptor = findDescriptor(path);
    await Promise.all([log.close(), log.close()]);
    const written = readdirSync(directory);
    const foreign = folder.write('foreign', 'the file of somebody else');
    // The system gives out the lowest free number, which was the counter's.
    const opened = openSync(foreign, 'r+');
    expect(opened).toBeLessThanOrEqual(descriptor);
    const fill = [opened];
    while (fill.at(-1)! < descriptor) fill.push(openSync(foreign, 'r+'));
    late.served({ model });
    log.open(policy).decide('hello');
    await expect(log.feedback({ id: late.id, quality: 1, source: 'human' })).rejects.toThrow(
      'closed',
    );
    await log.flush();
    for (const one of fill) closeSync(one);
    expect(readFileSync(foreign, 'utf8')).toBe('the file of somebody else');
    expect(readdirSync(directory)).toEqual(written);
    expect(log.statistics()).toMatchObject({ decisions: 1, served: 0, feedback: 0, failed: 2 });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('the log is closed');
    expect((await readAll(directory)).totals).toMatchObject({ decisions: 1, damagedLines: 0 });
  });

  it('refuses settings that are not possible', async () => {
    const directory = newFolder();
    await expect(createDecisionLog({ directory, keep: 2 })).rejects.toThrow('keep');
    await expect(createDecisionLog({ directory, level: 'all' as 'scores' })).rejects.toThrow(
      'level',
    );
    const file = folder.write('a-file', '');
    await expect(createDecisionLog({ directory: file })).rejects.toThrow(file);
  });
});

describe('a full queue', () => {
  it('records fewer requests with a probability that says so, then none, and counts both', async () => {
    const directory = newFolder();
    const log = await createDecisionLog({
      directory,
      maxQueueBytes: 60_000,
      random: createRandom(2),
    });
    // One turn of the event loop, in which nothing can be written.
    const total = 400;
    for (let index = 0; index < total; index++) decideLogged(log, policy, `request ${index}`);
    const { decisions, sampledOut, overflow } = log.statistics();
    expect(decisions + sampledOut + overflow).toBe(total);
    await log.close();
    const { requests, totals } = await readAll(directory);
    expect(totals).toMatchObject({ decisions, sampledOut, overflow });
    const keeps = requests.map(({ decision }) => decision.keep);
    expect(keeps[0]).toBe(1);
    expect(Math.min(...keeps)).toBeLessThan(0.5);
  });

  it('loses nothing of a request that was recorded: what served it is always taken', async () => {
    const directory = newFolder();
    const log = await createDecisionLog({ directory, maxQueueBytes: 8000 });
    const entries = Array.from({ length: 100 }, () => log.open(policy));
    for (const entry of entries) entry.decide('hello');
    for (const entry of entries) entry.served({ model: 'small' });
    const { decisions, served } = log.statistics();
    expect(decisions).toBeLessThan(100);
    expect(served).toBe(decisions);
    await log.close();
  });

  it('weights by the probabilities give the number of requests back, on average', async () => {
    const weights: number[] = [];
    for (let seed = 0; seed < 30; seed++) {
      const directory = newFolder();
      const log = await createDecisionLog({ directory, keep: 0.3, random: createRandom(seed) });
      for (const prompt of prompts) decideLogged(log, policy, prompt);
      await log.close();
      const { requests } = await readAll(directory);
      weights.push(requests.reduce((sum, { decision }) => sum + 1 / decision.keep, 0));
    }
    const mean = weights.reduce((sum, one) => sum + one, 0) / weights.length;
    // Standard error of the mean: sqrt(40 * .7 / .3) / sqrt(30) = 1.76.
    expect(Math.abs(mean - prompts.length)).toBeLessThan(4 * 1.76);
  });
});

describe('a sampled log', () => {
  const ids = Array.from({ length: 200 }, (_, index) => `turn-${index}`);

  /** Records the steps of each id, and gives what the log holds. */
  async function recordSteps(
    given: Partial<DecisionLogSettings>,
    steps: number,
    options: (id: string) => DecideOptions = () => ({}),
  ): Promise<{ readonly directory: string; readonly kept: readonly DecisionRecord[] }> {
    const directory = newFolder();
    const clock = createManualClock();
    // As of a gateway in two processes, between which the requests are balanced.
    const logs = [
      await createDecisionLog({ directory, clock, ...given }),
      await createDecisionLog({ directory, clock, ...given }),
    ];
    for (let step = 0; step < steps; step++) {
      clock.advance(1000);
      for (const id of ids) {
        const entry = logs[step % 2]?.open(policy, { id, awaitsServed: false });
        entry?.decide('hello', options(id));
      }
    }
    for (const log of logs) await log.close();
    const { requests } = await readAll(directory);
    return { directory, kept: requests.map(({ decision }) => decision) };
  }

  it('holds all requests of an id or none, in all of its writers', async () => {
    const { kept } = await recordSteps({ keep: 0.5 }, 3);
    const held = new Set(kept.map(({ id }) => id));
    expect(kept).toHaveLength(3 * held.size);
    expect(new Set(kept.map(({ keep }) => keep))).toEqual(new Set([0.5]));
    // Standard deviation of the number of ids: sqrt(200 * .5 * .5) = 7.1.
    expect(Math.abs(held.size - ids.length / 2)).toBeLessThan(4 * 7.1);
  });

  it('never takes a report on an id that it left out for one on another request', async () => {
    const { directory, kept } = await recordSteps({ keep: 0.5 }, 3);
    const log = await createDecisionLog({ directory });
    for (const id of ids) await log.feedback({ id, quality: 1, source: 'human' });
    await log.close();
    const { requests, totals } = await readAll(directory);
    const told = requests.filter(({ feedback }) => feedback.length > 0);
    const held = new Set(kept.map(({ id }) => id));
    expect(new Set(told.map(({ decision }) => decision.id))).toEqual(held);
    expect(totals.unmatchedFeedback).toBe(ids.length - held.size);
    // All steps were taken when the reports came.
    const last = kept
      .map(({ at }) => at)
      .sort()
      .at(-1);
    expect(new Set(told.map(({ decision }) => decision.at))).toEqual(new Set([last]));
  });

  it('draws the ids by its seed, each with the probability that it says', async () => {
    const held = async (seed: number): Promise<readonly string[]> => {
      const directory = newFolder();
      const log = await createDecisionLog({ directory, keep: 0.3, random: createRandom(seed) });
      for (const id of ids) log.open(policy, { id, awaitsServed: false }).decide('hello');
      await log.close();
      return (await readAll(directory)).requests.map(({ decision }) => decision.id);
    };
    expect(await held(1)).toEqual(await held(1));
    expect(await held(1)).not.toEqual(await held(2));
    let total = 0;
    for (let seed = 0; seed < 20; seed++) total += (await held(seed)).length;
    // Standard deviation: sqrt(20 * 200 * .3 * .7) = 29.
    expect(Math.abs(total - 20 * ids.length * 0.3)).toBeLessThan(4 * 29);
  });

  it('draws the ids independently of exploration that is seeded with them', async () => {
    const { kept } = await recordSteps({ keep: 0.5 }, 1, (id) => ({
      explore: { share: 0.5, seed: id },
    }));
    const explored = kept.filter(({ reason }) => reason === 'explored').length;
    const decided = ids.filter(
      (id) => policy.decide('hello', { explore: { share: 0.5, seed: id } }).reason === 'explored',
    ).length;
    // Standard deviation of the difference: about sqrt(.25 * .5 / 100) = .035.
    expect(Math.abs(explored / kept.length - decided / ids.length)).toBeLessThan(4 * 0.035);
  });
});
