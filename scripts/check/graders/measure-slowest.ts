import { findGrader } from '../../../src/measure/graders/registry.js';
import type { JsonObject, JsonValue } from '../../../src/util/json.js';

export interface Slowest {
  readonly answers: number;
  readonly grader: string;
  /** What the slowest answer repeats. */
  readonly unit: string;
  /** Processor time, which other processes do not lengthen as they do elapsed time. */
  readonly cpuMs: number;
}

/** What answers repeat that are meant to make a grader slow. */
const units =
  '. |9|1,|1 234 |(|[|{|{"a":|\\boxed{|\\frac{|\\frac|\\sqrt|^{|√|the answer is |answer |Answer: |not B |no |*|**|_|`|1/|-|- |1-|=|1=|1:|A. |B. C |a b |<think>|</think>|#### |> |Rome and |Rome, |"|2024-|f(|f(a=|<function=f>|[TOOL_CALLS]f|<<|because |is not |I would choose |٣|東|twenty |one hundred |5 apples for 3 |B is |\\|$|5!|1e|May 1 |so 5, so |Mr. |1. |x = 1, |⟨1/2⟩|Option A |A and B |yes |North |but |5 hours 3 |1 in 4 |9 km (|May 1, 1999 |有|が东京と|正解①|trotz |malgré |would if 5; |rounded to 5 |How? |5? |30° |x<2 or |a dozen |South: |Wait, no. |let me |many people say |if the answer |{"answer": |The answer is 5. '
    .split('|')
    .concat([' ', '\n', '|', '```\n', 'A) x\n', '#### 5\n']);

const tasks: readonly (readonly [string, JsonValue | undefined, JsonObject])[] = [
  ['exact', 'Paris', {}],
  ['choice', 'B', {}],
  ['choice', 'South', { choices: ['North', 'South', 'yes', 'no'] }],
  ['choice', ['A', 'B'], {}],
  ['numeric', 5, {}],
  ['math', 'x^2', {}],
  ['contains', 'a', { wholeWords: true }],
  ['not_contains', ['sorry'], {}],
  ['regex', '^a+$', {}],
  ['json_schema', { type: 'object' }, {}],
  ['json_fields', { a: 1 }, {}],
  ['set_f1', ['red', 'Rome'], {}],
  ['similarity', 'The train.', {}],
  ['instructions', undefined, { maxWords: 3, maxSentences: 2, bullets: 2, format: 'plain' }],
  ['tool_call', { name: 'f', arguments: { a: 1 } }, {}],
];
/** Graders that read answers which were cut off in another way. */
const cutOff: ReadonlySet<string> = new Set(['choice', 'numeric', 'math']);
const cases = [
  ...tasks.map((task) => ({ task, isCutOff: false })),
  ...tasks.filter(([name]) => cutOff.has(name)).map((task) => ({ task, isCutOff: true })),
];

/**
 * Grades answers that are hard to read, and returns the one that took longest.
 *
 * @param answerLength in characters. @default 100,000
 */
export async function measureSlowest(answerLength = 100_000): Promise<Slowest> {
  let slowest: Slowest = { answers: 0, grader: '', unit: '', cpuMs: 0 };
  let answers = 0;
  for (const { task, isCutOff } of cases) {
    const [name, reference, options] = task;
    // What a task needs once, such as its schema's compilation, is no answer's.
    await findGrader(name)?.grade({ answer: 'x', reference, options }, {});
    for (const unit of units) {
      const times = Math.ceil(answerLength / unit.length);
      const answer = `${unit.repeat(times).slice(0, answerLength)}x`;
      let cpuMs = Infinity;
      // Other processes on the same core lengthen processor time too: of three tries, the least.
      for (let attempt = 0; attempt < 3 && cpuMs > slowest.cpuMs; attempt++) {
        const before = process.cpuUsage();
        await findGrader(name)?.grade({ answer, reference, options, isCutOff }, {});
        const { user, system } = process.cpuUsage(before);
        cpuMs = Math.min(cpuMs, (user + system) / 1000);
      }
      answers++;
      if (cpuMs > slowest.cpuMs)
        slowest = { answers, grader: name, unit: JSON.stringify(unit), cpuMs };
      if (process.env['VERBOSE'] !== undefined && cpuMs > 50)
        console.log(name, JSON.stringify(unit), cpuMs, isCutOff ? 'cut off' : '');
    }
  }
  return { ...slowest, answers };
}
