/**
 * Loads one large policy, in a process of its own, so that its memory is its own, and decides on long
 * prompts with it.
 */
import { readFile } from 'node:fs/promises';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import type { ChatMessage } from '../../../src/llm/chat.js';
import { createRandom } from '../../../src/util/random.js';
import { readPeakMemory, resetPeakMemory } from './peak-memory.js';

/** What loading and using one policy took, in milliseconds of processor time. */
export interface PolicyCost {
  readonly loadMs: number;
  readonly loadMb: number;
  readonly decideMs: number;
  /** What a loop of fixed length took, to compare machines by. */
  readonly loopMs: number;
}

/** A prompt of random words. */
export interface LongPrompt {
  readonly characters: number;
  /** @default 5 */
  readonly wordLength?: number;
}

const decisions = 15;

function readCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** The fastest of a few rounds. */
function timeLoop(): number {
  const rounds = Array.from({ length: 3 }, () => {
    const startMs = readCpuMs();
    let value = 0;
    for (let step = 0; step < 1e8; step++) value = (value * 31 + step) | 0;
    return readCpuMs() - startMs + (value === 1 ? 1 : 0);
  });
  return Math.min(...rounds);
}

const random = createRandom(2);
const writeWord = (length: number): string =>
  Array.from({ length }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('');
const writeText = ({ characters, wordLength = 5 }: LongPrompt): string =>
  Array.from({ length: characters / (wordLength + 1) }, () => writeWord(wordLength)).join(' ');

const [file = '', promptText = ''] = process.argv.slice(2);
const prompt = JSON.parse(promptText) as LongPrompt;
const bytes = await readFile(file);
globalThis.gc?.();
const heldMb = process.memoryUsage().rss / 2 ** 20;
resetPeakMemory();
const startMs = readCpuMs();
const policy = await loadPolicy(bytes);
const loadMs = readCpuMs() - startMs;
const loadMb = readPeakMemory() - heldMb;
const times = Array.from({ length: decisions }, () => {
  const messages: ChatMessage[] = [
    { role: 'system', content: writeText(prompt) },
    { role: 'user', content: writeText(prompt) },
  ];
  const beginMs = readCpuMs();
  policy.decide(messages);
  return readCpuMs() - beginMs;
});
const cost: PolicyCost = { loadMs, loadMb, decideMs: median(times), loopMs: timeLoop() };
process.send?.(cost);
process.disconnect();
