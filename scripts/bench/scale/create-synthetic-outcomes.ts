import type { OutcomeTable, PromptRecord } from '../../../src/measure/outcomes/outcome-table.js';
import { createRandom, type Random } from '../../../src/util/random.js';

const taskCount = 12;
/** Numbers of words that any prompt can have, and of words of one task only. */
const commonWordCount = 20_000;
const taskWordCount = 800;
/** Among them, words that make a prompt hard for every model. */
const hardWordCount = 40;
/** One in this many prompts is a near-duplicate of another. */
const duplicateInterval = 50;

const syllables = 'ba co di fu ga he ki lo mu na or pe qui ra si ta um ve wi xa yo zu'.split(' ');

/**
 * Draws outcomes of simulated models on made-up prompts of 20 to 60 words. Each of twelve tasks has
 * its own words and models that are good at it; some words make a prompt hard, less so for expensive
 * models. Two in 100 prompts are near-duplicates.
 */
export function createSyntheticOutcomes(
  promptCount: number,
  modelCount: number,
  seed: number,
): OutcomeTable {
  const random = createRandom(seed);
  const words = createWords(commonWordCount + taskCount * taskWordCount + hardWordCount, random);
  const skills = Array.from(
    { length: taskCount * modelCount },
    (_, cell) => ((7 * cell) % modelCount) / modelCount - 0.4 + random(),
  );
  const cells = promptCount * modelCount;
  const create = (): Float32Array => new Float32Array(cells);
  const table = {
    quality: create(),
    costUsd: create(),
    latencyMs: create(),
    inputTokens: create(),
    outputTokens: create(),
  };
  const prompts: PromptRecord[] = [];
  let drawn = { task: 0, hardWords: 0, words: [] as string[] };
  for (let row = 0; row < promptCount; row++) {
    drawn = row % duplicateInterval === 1 ? repeatPrompt(drawn) : drawPrompt(words, random);
    prompts.push({
      id: `synthetic-${row}`,
      prompt: drawn.words.join(' '),
      task: `task-${drawn.task}`,
      group: undefined,
    });
    for (let model = 0; model < modelCount; model++) {
      const cell = row * modelCount + model;
      const strength = model / modelCount;
      const skill = skills[drawn.task * modelCount + model] as number;
      const logOdds = 0.5 + strength + 1.5 * skill - (1.2 - strength) * drawn.hardWords;
      const outputTokens = Math.round(50 + 400 * random());
      table.quality[cell] = random() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
      table.inputTokens[cell] = Math.round(1.4 * drawn.words.length);
      table.outputTokens[cell] = outputTokens;
      table.costUsd[cell] = outputTokens * 1e-7 * 2 ** model;
      table.latencyMs[cell] = 200 + outputTokens * (1 + model);
    }
  }
  return {
    ...table,
    models: Array.from({ length: modelCount }, (_, model) => `synthetic-${model}`),
    prompts,
    ttftMs: create().fill(Number.NaN),
    costBasis: 'recorded',
    simulated: true,
  };
}

type DrawnPrompt = { task: number; hardWords: number; words: string[] };

function drawPrompt(words: readonly string[], random: Random): DrawnPrompt {
  const task = Math.floor(random() * taskCount);
  const firstOfTask = commonWordCount + task * taskWordCount;
  const firstHard = words.length - hardWordCount;
  const hardShare = random() < 0.4 ? 0.06 : 0.01;
  let hardWords = 0;
  const own = Array.from({ length: 20 + Math.floor(40 * random()) }, () => {
    const kind = random();
    if (kind < hardShare) {
      hardWords += 1;
      return words[firstHard + Math.floor(hardWordCount * random())] as string;
    }
    return kind < 0.3
      ? (words[firstOfTask + drawRank(taskWordCount, random)] as string)
      : (words[drawRank(commonWordCount, random)] as string);
  });
  return { task, hardWords: Math.min(3, hardWords), words: own };
}

function repeatPrompt({ task, hardWords, words }: DrawnPrompt): DrawnPrompt {
  return { task, hardWords, words: [...words.slice(0, -1), 'again'] };
}

/** A rank from 0, most frequent first, distributed approximately by Zipf's law. */
function drawRank(count: number, random: Random): number {
  return Math.min(count - 1, Math.floor(Math.exp(random() * Math.log(count + 1)) - 1));
}

function createWords(count: number, random: Random): readonly string[] {
  const words = new Set<string>();
  while (words.size < count) {
    words.add(
      Array.from(
        { length: 2 + Math.floor(3 * random()) },
        () => syllables[Math.floor(random() * syllables.length)],
      ).join(''),
    );
  }
  return [...words];
}
