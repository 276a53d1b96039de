import { mean } from 'simple-statistics';
import type { ChatMessage, Prompt } from '../../../src/llm/chat.js';
import { promptMessages } from '../../../src/llm/chat.js';
import { perturbations } from '../../../src/learn/evaluate/diagnose/perturbations.js';
import type { TensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';
import { createRandom, type Random } from '../../../src/util/random.js';
import { fitPolicy } from './fit-policy.js';

/** How many decisions on held-out prompts stay the same when the prompts are changed. */
export interface KeptDecisions {
  /** Mean of the changes below; each is a mean over the objectives that route. */
  readonly kept: number;
  readonly keptWorst: number;
  readonly byChange: Readonly<Record<string, number>>;
  /** Share of the unchanged prompts that do not go to the commonest model. */
  readonly offCommonest: number;
}

/** A change to a prompt after which the decision should be the same. */
interface Change {
  readonly name: string;
  apply(prompt: Prompt, task: string | undefined, random: Random): Prompt;
}

/** Decisions under frames, typos and other changes of form; see `perturbations`. */
export async function measureFrames(
  engine: TensorFlowEngine,
  data: TrainingData,
  seed: number,
): Promise<KeptDecisions> {
  const changes = perturbations.map(({ name, apply }): Change => ({
    name,
    apply: (prompt, _, random) => apply(prompt, random),
  }));
  return measureChanges(engine, data, changes, seed);
}

/**
 * Decisions on a prompt at the end of a conversation about other tasks, and on follow-ups to it,
 * which should go where the prompt went.
 */
export async function measureConversations(
  engine: TensorFlowEngine,
  data: TrainingData,
  seed: number,
): Promise<{ readonly topicChange: KeptDecisions; readonly followUps: KeptDecisions }> {
  const { prompts } = data.table;
  const drawOther = (task: string | undefined, random: Random): Prompt => {
    for (;;) {
      const other = prompts[Math.floor(random() * prompts.length)];
      if (other !== undefined && other.task !== task) return other.prompt;
    }
  };
  const after = [1, 2, 4].map((turns): Change => ({
    name: `after ${turns} of another task`,
    apply: (prompt, task, random) => ({
      messages: [
        ...Array.from({ length: turns }, () => answer(drawOther(task, random))).flat(),
        ...promptMessages(prompt),
      ],
    }),
  }));
  const then = followUpTurns.map((content): Change => ({
    name: content,
    apply: (prompt) => ({ messages: [...answer(prompt), { role: 'user', content }] }),
  }));
  return {
    topicChange: await measureChanges(engine, data, after, seed),
    followUps: await measureChanges(engine, data, then, seed),
  };
}

/** None of them is among those that the trainer knows. */
const followUpTurns = [
  'Could you shorten your answer?',
  'Hmm, I am not sure that is right.',
  'Please write that again with fewer words',
  'And what if it were the other way around?',
  'Which of the two would you pick?',
  'Explain the third point.',
  'Now put it into Italian',
  'Can you show your work?',
  'What did you mean by the last sentence?',
  'thx, but keep it simple',
  'Kannst du das noch etwas ausführlicher erklären?',
  '能再说得详细一些吗？',
];

function answer(prompt: Prompt): ChatMessage[] {
  return [...promptMessages(prompt), { role: 'assistant', content: 'Done.' }];
}

async function measureChanges(
  engine: TensorFlowEngine,
  data: TrainingData,
  changes: readonly Change[],
  seed: number,
): Promise<KeptDecisions> {
  const { policy, decide, heldOutRows } = await fitPolicy(engine, data, seed);
  const examples = Array.from(heldOutRows, (row) => data.table.prompts[row]!);
  const objectives = policy.objectives
    .filter(({ constantModel }) => constantModel === undefined)
    .map(({ name }) => name);
  const kept = changes.map(() => [] as number[]);
  const offCommonest: number[] = [];
  for (const objective of objectives) {
    const choose = (prompt: Prompt): string | null => decide(prompt, { objective }).model;
    const before = examples.map(({ prompt }) => choose(prompt));
    offCommonest.push(1 - countCommonest(before) / before.length);
    changes.forEach(({ apply }, index) => {
      const random = createRandom(seed);
      let same = 0;
      examples.forEach(({ prompt, task }, place) => {
        if (choose(apply(prompt, task, random)) === before[place]) same += 1;
      });
      kept[index]?.push(same / examples.length);
    });
  }
  const shares = kept.map((values) => (values.length === 0 ? 1 : mean(values)));
  return {
    kept: mean(shares),
    keptWorst: Math.min(...shares),
    byChange: Object.fromEntries(changes.map(({ name }, index) => [name, shares[index] as number])),
    offCommonest: offCommonest.length === 0 ? 0 : mean(offCommonest),
  };
}

function countCommonest(values: readonly (string | null)[]): number {
  const counts = new Map<string | null, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Math.max(...counts.values());
}
