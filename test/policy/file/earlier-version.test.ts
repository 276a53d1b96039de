import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import type { Prompt } from '../../../src/llm/chat.js';

interface RecordedDecision {
  readonly model: string | null;
  readonly reason: string;
  /** Each feasible model and its utility to six digits, in the order of `ranked`. */
  readonly ranked: readonly string[];
}

/** What version 0.1 decided, by prompt and objective. */
interface RecordedDecisions {
  readonly policyDigest: string;
  readonly cases: readonly {
    readonly prompt: Prompt;
    /** How often the text is repeated to make the prompt; once if absent. */
    readonly times?: number;
    readonly decisions: Readonly<Record<string, RecordedDecision>>;
  }[];
}

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');
const { policyDigest, cases } = JSON.parse(
  read('test/fixtures/version-0.1/decisions.json'),
) as RecordedDecisions;

/** Version 0.1 left answers, tools and attachments out of a request's cost. */
function costsTheSame(prompt: Prompt): boolean {
  return (
    typeof prompt === 'string' ||
    (prompt.tools === undefined &&
      prompt.messages.every(
        ({ role, content }) =>
          role !== 'assistant' && role !== 'tool' && typeof content === 'string',
      ))
  );
}

describe('a policy file written by version 0.1', async () => {
  const { decide, digest, policy } = await loadPolicy(
    read('policies/practice-everyday.policy.json'),
  );

  it('is the file that the recorded decisions were made with', () => {
    expect(digest).toBe(policyDigest);
    expect(cases).toHaveLength(32);
  });

  it.each(policy.objectives.map(({ name }) => name))('decides as before for "%s"', (objective) => {
    for (const { prompt, times = 1, decisions } of cases) {
      const given = typeof prompt === 'string' ? prompt.repeat(times) : prompt;
      const { model, reason, ranked } = decide(given, { objective });
      const actual: RecordedDecision = {
        model,
        reason,
        ranked: ranked.map(({ model, utility }) => `${model} ${utility?.toFixed(6) ?? 'unknown'}`),
      };
      const { ranked: earlier = [], ...choice } = decisions[objective] ?? {};
      expect(actual, JSON.stringify(prompt)).toMatchObject(choice);
      if (costsTheSame(prompt)) expect(actual.ranked, JSON.stringify(prompt)).toEqual(earlier);
    }
  });
});
