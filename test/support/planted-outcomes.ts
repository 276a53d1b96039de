import type { ChatRequest } from '../../src/llm/chat.js';
import type { OutcomeTable } from '../../src/measure/outcomes/outcome-table.js';
import { createRandom, type Random } from '../../src/util/random.js';
import { buildOutcomeTable } from './outcome-table.js';

const vocabulary: Readonly<Record<string, readonly string[]>> = {
  sums: ['add', 'plus', 'total', 'number', 'twelve', 'minus', 'fraction', '17', '240', 'percent'],
  code: ['function', 'return', 'array', 'loop', 'const', 'sort', 'bug', 'compile', '{}', 'index'],
  letters: ['dear', 'polite', 'reply', 'neighbour', 'thank', 'invite', 'tone', 'regards', 'email'],
  翻译: ['翻译', '句子', '英文', '天气', '下面', '今天', '很好', '中文'],
};
const filler = ['please', 'the', 'a', 'of', 'with', 'this', 'give', 'me', 'for', 'and', 'short'];

export const plantedTasks = Object.keys(vocabulary).sort();

/** A prompt of one of the planted tasks: a few of its words among others. */
export function writePlantedPrompt(task: string, random: Random): string {
  const own = vocabulary[task] ?? filler;
  return Array.from({ length: 14 }, () => {
    const words = random() < 0.4 ? own : filler;
    return words[Math.floor(random() * words.length)];
  }).join(' ');
}

/**
 * Outcomes of three models on prompts of four tasks. Model `m` is good at the tasks with number
 * `m` modulo 3 (90 %) and poor at the others (40 %), so that routing pays; where `shuffled`, each
 * model is as good on average but no prompt tells where.
 */
export function buildPlantedOutcomes(
  promptCount: number,
  options: { readonly seed: number; readonly shuffled?: boolean },
): OutcomeTable {
  const random = createRandom(options.seed);
  const models = ['north', 'south', 'west'];
  const rows = Array.from({ length: promptCount }, (_, row) => {
    const index = row % plantedTasks.length;
    const task = plantedTasks[index] as string;
    const skill = options.shuffled ? Math.floor(random() * 3) : index % 3;
    return {
      prompt: writePlantedPrompt(task, random),
      task,
      quality: models.map((_, model) => (random() < (model === skill ? 0.9 : 0.4) ? 1 : 0)),
      costUsd: models.map((_, model) => 0.001 * (model + 1) * (0.8 + 0.4 * random())),
      latencyMs: models.map((_, model) => 500 * (3 - model) + 100 * random()),
    };
  });
  return buildOutcomeTable(models, rows);
}

/**
 * The same outcomes of requests: each has a system prompt and tools, in words of its task among
 * others, beside what the user asks.
 */
export function buildPlantedRequests(
  promptCount: number,
  options: { readonly seed: number },
): OutcomeTable {
  const table = buildPlantedOutcomes(promptCount, options);
  const random = createRandom(options.seed + 1);
  return {
    ...table,
    prompts: table.prompts.map((row) => ({
      ...row,
      prompt: writePlantedRequest(row.task ?? '', row.prompt as string, random),
    })),
  };
}

function writePlantedRequest(task: string, ask: string, random: Random): ChatRequest {
  return {
    messages: [
      { role: 'system', content: writePlantedPrompt(task, random) },
      { role: 'user', content: ask },
    ],
    tools: [
      {
        type: 'function',
        function: { name: 'look_up', description: writePlantedPrompt(task, random) },
      },
    ],
  };
}
