/**
 * Times decisions of one policy by the built runtime, in a process of its own as in production, and
 * sends its parent a `PolicyTimes`. Takes the number of models.
 */
import { median, quantileSorted } from 'simple-statistics';
import { textHash } from '../../../src/util/text-hash.js';
import { buildBenchPolicy, writeBenchPrompt } from '../routing/policy.js';

export interface PolicyTimes {
  readonly loadMs: number;
  readonly policyBytes: number;
  readonly cases: readonly CaseTimes[];
}

export interface CaseTimes {
  /** Such as `1kB`. */
  readonly size: string;
  readonly p50Us: number;
  readonly p99Us: number;
  /** `p50Us` over the median time of `hashWords` on the same prompts, measured in turns with it. */
  readonly floorRatio: number;
  readonly perSecond: number;
  readonly allocatedBytes: number;
}

const promptSizes = [
  { size: '100B', characters: 100, decisions: 4000 },
  { size: '1kB', characters: 1_000, decisions: 2000 },
  { size: '10kB', characters: 10_000, decisions: 300 },
  { size: '400kB', characters: 400_000, decisions: 60 },
];
const roundCount = 7;

interface BenchCase {
  readonly size: string;
  readonly prompts: readonly string[];
  readonly decisions: number;
  readonly p50Us: number[];
  readonly p99Us: number[];
  readonly floorRatio: number[];
  readonly perSecond: number[];
}

// What is shipped: the loader that runs the sources adds to what closures cost.
const built = new URL('../../../dist/runtime.js', import.meta.url).href;
const { loadPolicy } = (await import(built)) as typeof import('../../../src/runtime.js');
const text = await buildBenchPolicy(Number(process.argv[2]));
// First of all, as in a process that has just been started.
const loadMs = await timeLoads(text);
const { decide } = await loadPolicy(text);
const cases = promptSizes.map(({ size, characters, decisions }): BenchCase => ({
  size,
  prompts: Array.from({ length: 50 }, (_, seed) => writeBenchPrompt(characters, seed)),
  decisions,
  p50Us: [],
  p99Us: [],
  floorRatio: [],
  perSecond: [],
}));
// The first round is for the engine to compile.
for (let round = 0; round <= roundCount; round++) {
  for (const one of cases) {
    const times = timeCalls(one, (prompt) => decide(prompt));
    const floorTimes = timeCalls(one, hashWords);
    if (round === 0) continue;
    one.p50Us.push(quantileSorted(times, 0.5));
    one.floorRatio.push(quantileSorted(times, 0.5) / quantileSorted(floorTimes, 0.5));
    one.p99Us.push(quantileSorted(times, 0.99));
    one.perSecond.push((1e6 * times.length) / times.reduce((sum, time) => sum + time, 0));
  }
}
const result: PolicyTimes = {
  loadMs,
  policyBytes: Buffer.byteLength(text),
  cases: cases.map((one) => ({
    size: one.size,
    p50Us: median(one.p50Us),
    p99Us: median(one.p99Us),
    floorRatio: median(one.floorRatio),
    perSecond: median(one.perSecond),
    allocatedBytes: measureAllocation(one),
  })),
};
process.send?.(result);

/** Median of several loads, the first of which finds nothing compiled. */
async function timeLoads(text: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 9; round++) {
    const start = performance.now();
    await loadPolicy(text);
    times.push(performance.now() - start);
  }
  return median(times);
}

/** Microseconds of each call, in ascending order. */
function timeCalls({ prompts, decisions }: BenchCase, call: (prompt: string) => unknown): number[] {
  const times = Array.from({ length: decisions }, (_, index) => {
    const prompt = prompts[index % prompts.length] as string;
    const start = performance.now();
    call(prompt);
    return (performance.now() - start) * 1000;
  });
  return times.sort((a, b) => a - b);
}

/** The least that a router of words has to do: fold the text, split it and hash its words. */
function hashWords(text: string): number {
  let sum = 0;
  for (const word of text.toLowerCase().split(/[^\p{L}\p{N}]+/u)) sum += textHash(word);
  return sum;
}

/** Bytes that a decision leaves on the heap: the smallest of some growths, so that no collection ran. */
function measureAllocation({ prompts }: BenchCase): number {
  const growths: number[] = [];
  const count = 50;
  for (let round = 0; round < 20; round++) {
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < count; index++) decide(prompts[index] as string);
    const growth = process.memoryUsage().heapUsed - before;
    if (growth > 0) growths.push(growth / count);
  }
  return growths.length === 0 ? Number.NaN : median(growths);
}
