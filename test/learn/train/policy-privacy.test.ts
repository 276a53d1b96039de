import { beforeAll, describe, expect, it } from 'vitest';
import {
  describeRequest,
  standardObjectives,
} from '../../../src/learn/evaluate/plan/objective-request.js';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import { sharedTensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { trainPolicy } from '../../../src/learn/train/train-policy.js';
import { probePrompts } from '../../../src/policy/file/probe-prompts.js';
import { promptText } from '../../../src/llm/chat.js';
import { createRandom } from '../../../src/util/random.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';

const runLength = 8;
const family = 'task_mixture';
const table = buildPlantedOutcomes(160, { seed: 21 });
const random = createRandom(99);
const draw = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join('');

/** Names, keys, numbers and rare words, some in one prompt only and some in many. */
const shared = [
  'Zyrian Quolthwick',
  'sk-live-51HxQpLmZr8vTnKd',
  '4929 1337 5550 0042',
  'xylophonquartett',
];
const prompts = table.prompts.map((prompt, index) => {
  const own = [
    draw('abcdefghijklmnopqrstuvwxyz', 11),
    `sk-${draw('ABCDEFGHJKLMNPQRSTUVWXYZ23456789', 20)}`,
    draw('0123456789', 16),
    `${draw('bdfgklmnprst', 6)}@${draw('aeiou', 5)}.example`,
  ];
  const secret = `${own[index % 4] as string} ${shared[index % 4] as string}`;
  return { ...prompt, prompt: `${promptText(prompt.prompt)} Mind ${secret}.` };
});

/** Every run of eight characters of the texts. */
function listRuns(texts: readonly string[]): Set<string> {
  const runs = new Set<string>();
  for (const text of texts) {
    for (let start = 0; start + runLength <= text.length; start++) {
      runs.add(text.slice(start, start + runLength));
    }
  }
  return runs;
}

describe('a policy trained on prompts with secrets', () => {
  let text: string;

  beforeAll(async () => {
    const run = {
      table: { ...table, prompts },
      info: {
        version: 1,
        kind: 'import',
        name: 'secrets',
        createdAt: '2026-01-01T00:00:00.000Z',
        simulated: false,
        models: table.models.map((id) => ({ id })),
        costBasis: table.costBasis,
        sources: [],
      },
    } as const;
    const engine = await sharedTensorFlowEngine();
    // The family is given, because comparing all of them takes most of the time.
    ({ text } = await trainPolicy(engine, run, { createdBy: 'routesmith test', family }));
  });

  it('has learned from their words', async () => {
    const { policy } = await loadPolicy(text);
    expect(policy.scorer.kind).toBe('task_mixture');
  });

  it('holds no run of eight characters of any of them', () => {
    const runs = listRuns(prompts.map(({ prompt }) => prompt));
    // Our own words may be in both: probes, names of models, and what objectives ask for.
    const asked = standardObjectives.map((request) => describeRequest(request, undefined));
    const own = listRuns([...probePrompts, ...table.models, ...asked]);
    for (const run of own) runs.delete(run);
    expect(runs.size).toBeGreaterThan(5000);
    const inFile = listRuns([text]);
    expect([...runs].filter((run) => inFile.has(run))).toEqual([]);
  });

  it('holds none in other letters, nor inside its packed numbers', () => {
    const packed = [...text.matchAll(/"([A-Za-z0-9+/=]{16,})"/g)].map(([, encoded]) =>
      Buffer.from(encoded as string, 'base64')
        .toString('latin1')
        .toLowerCase(),
    );
    const haystack = listRuns([text.toLowerCase(), ...packed]);
    const secrets = prompts.map(({ prompt }) => prompt.slice(prompt.lastIndexOf(' Mind ') + 6));
    const runs = [...listRuns(secrets.map((secret) => secret.toLowerCase()))];
    expect(runs.filter((run) => haystack.has(run))).toEqual([]);
  });
});
