import type { Prompt } from '../../llm/chat.js';
import type { Example } from '../tasks/example.js';
import { createRandom, shuffle } from '../../util/random.js';
import type { PracticeSlip } from './practice-brain.js';

/** How people begin a request, by week: the same question is then a new prompt. */
const openings = ['Hi, a quick one for you. ', 'Good morning! I have a question. '] as const;

/** A week of made-up traffic: the number of its opening. */
export type PracticeWeek = 0 | 1;

/**
 * Made-up production traffic: examples in random order, worded as no example of the task set is, so
 * that the simulated models answer them independently of it.
 */
export function buildPracticeTraffic(
  examples: readonly Example[],
  week: PracticeWeek,
  { size, seed }: { readonly size: number; readonly seed: number },
): Example[] {
  return shuffle(examples, createRandom(seed + week))
    .slice(0, size)
    .map((example) => ({
      ...example,
      id: `week-${week + 1}-${example.id}`,
      prompt: addOpening(example.prompt, openings[week]),
    }));
}

function addOpening(prompt: Prompt, opening: string): Prompt {
  if (typeof prompt === 'string') return `${opening}${prompt}`;
  const first = prompt.messages.findIndex(({ role }) => role === 'user');
  const messages = prompt.messages.map((message, index) =>
    index === first && typeof message.content === 'string'
      ? { ...message, content: `${opening}${message.content}` }
      : message,
  );
  return { ...prompt, messages };
}

/** The share of right answers of a model that has slipped. */
const slippedSkill = 0.05;

/**
 * Picks the model and the task to plant a mistake in: those that serve most requests together, and
 * not the baseline, if another model serves any.
 *
 * @param choices the task of each request, and the model that a policy chooses for it
 * @returns undefined without requests that have a task
 */
export function pickSlip(
  choices: readonly { readonly task: string | undefined; readonly model: string }[],
  baseline: string,
): PracticeSlip | undefined {
  const pairs = new Map<string, { model: string; task: string; count: number }>();
  for (const { task, model } of choices) {
    if (task === undefined) continue;
    const key = JSON.stringify([model, task]);
    const pair = pairs.get(key) ?? { model, task, count: 0 };
    pair.count += 1;
    pairs.set(key, pair);
  }
  const [most] = [...pairs.values()].sort(
    (a, b) =>
      Number(a.model === baseline) - Number(b.model === baseline) ||
      b.count - a.count ||
      (a.task < b.task ? -1 : 1),
  );
  return most && { model: most.model, task: most.task, skill: slippedSkill };
}
