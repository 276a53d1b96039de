/**
 * Measures what grading an answer takes: model-written code in its sandboxes (a new instance an
 * answer), and the graders that only look at the text; of these also the slowest of many answers of
 * 100 kB that are hard to read.
 *
 *     npm run bench:graders -- [--answers 500] [--threads 2] [--json FILE]
 *
 * Ends with 1 where 500 Python answers would take longer than three minutes, or an answer of 100 kB
 * more than 50 ms of processor time.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { gradeAnswer } from '../../src/measure/graders/grade-answer.js';
import { maxBriefCharacters } from '../../src/measure/graders/pool/grade-within-limits.js';
import { createSandbox } from '../../src/measure/graders/sandbox/create-sandbox.js';
import type { JsonObject, JsonValue } from '../../src/util/json.js';
import { measureSlowest } from '../check/graders/measure-slowest.js';
import { compactTable } from './compact-table.js';

const { values } = parseArgs({
  options: {
    answers: { type: 'string', default: '500' },
    threads: { type: 'string', default: '2' },
    json: { type: 'string' },
  },
});
const answers = Number(values.answers);
const threads = Number(values.threads);
const pythonLimitSeconds = 180;
const slowestLimitMs = 50;

interface Candidate {
  readonly name: string;
  readonly grader: string;
  readonly options: JsonObject;
  readonly reference: JsonValue | undefined;
  /** Different texts, so that nothing can be kept from one to the next. */
  readonly answer: (index: number) => string;
  readonly count: number;
}

const cases = [
  { arguments: [[3, 1, 2]], returns: [1, 2, 3] },
  { arguments: [[]], returns: [] },
  { arguments: [[5, 5, -1]], returns: [-1, 5, 5] },
];
const code = { function: 'ordered', cases };
const sentence = 'The train to Vienna leaves at nine, and it is never late on a Monday morning.';

const candidates: readonly Candidate[] = [
  {
    name: 'code, Python',
    grader: 'code',
    options: { language: 'python' },
    reference: code,
    answer: (n) =>
      `\`\`\`python\nimport re, collections\n\ndef ordered(items):\n    # ${n}\n    return sorted(items)\n\`\`\``,
    count: answers,
  },
  {
    name: 'code, JavaScript',
    grader: 'code',
    options: { language: 'javascript' },
    reference: code,
    answer: (n) => `const ordered = (items) => [...items].sort((a, b) => a - b); // ${n}`,
    count: answers,
  },
  {
    name: 'code, SQL',
    grader: 'code',
    options: { language: 'sql' },
    reference: { setup: 'CREATE TABLE t(a); INSERT INTO t VALUES (2), (1);', rows: [[1], [2]] },
    answer: (n) => `SELECT a FROM t WHERE a < ${n + 10}`,
    count: answers,
  },
  {
    name: 'json_schema',
    grader: 'json_schema',
    options: {},
    reference: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } },
    answer: (n) => `Here: {"n": ${n}, "text": "${sentence}"}`,
    count: 20 * answers,
  },
  {
    name: 'regex',
    grader: 'regex',
    options: {},
    reference: 'leaves at (\\w+).* \\d+$',
    answer: (n) => `${sentence} ${n}`,
    count: 20 * answers,
  },
  {
    name: 'similarity, chrF',
    grader: 'similarity',
    options: {},
    reference: sentence,
    answer: (n) => `${sentence} ${n}`,
    count: 4 * answers,
  },
  {
    name: 'numeric',
    grader: 'numeric',
    options: {},
    reference: 17,
    answer: (n) => `${sentence} The answer is ${n}.`,
    count: 20 * answers,
  },
];

const sandbox = createSandbox({ threads });
const table = new Table({
  chars: compactTable,
  style: { head: [], border: [] },
  head: ['grader', 'answers', 'seconds', 'ms each', 'graded 1'],
});
const results: Record<string, number> = {};
let pythonSeconds = 0;
try {
  for (const { name, grader, options, reference, answer, count } of candidates) {
    const example = {
      id: name,
      prompt: name,
      task: undefined,
      reference,
      grader: { name: grader, options },
      metadata: {},
    };
    // What a thread loads once is no answer's.
    await gradeAnswer(example, answer(0), { sandbox });
    const start = performance.now();
    const grades = await Promise.all(
      Array.from({ length: count }, (_, index) => gradeAnswer(example, answer(index), { sandbox })),
    );
    const seconds = (performance.now() - start) / 1000;
    const right = grades.filter((one) => one.kind === 'graded' && one.quality === 1).length;
    const ungraded = grades.find((one) => one.kind === 'ungraded');
    if (ungraded?.kind === 'ungraded') console.error(`${name}: ungraded: ${ungraded.reason}`);
    table.push([name, count, seconds.toFixed(1), ((1000 * seconds) / count).toFixed(3), right]);
    results[name] = (1000 * seconds) / count;
    if (options['language'] === 'python') pythonSeconds = (seconds * 500) / count;
  }
} finally {
  await sandbox.close();
}
console.log(table.toString());
console.log(
  `500 Python answers: ${pythonSeconds.toFixed(0)} s on ${threads} threads (at most ${pythonLimitSeconds} s); peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
);
const slowest = await measureSlowest();
console.log(
  `${slowest.answers} answers of 100 kB: the slowest took ${slowest.cpuMs.toFixed(0)} ms of processor time (${slowest.grader}, ${slowest.unit}; at most ${slowestLimitMs} ms)`,
);
const brief = await measureSlowest(maxBriefCharacters);
console.log(
  `${brief.answers} answers of ${maxBriefCharacters} characters, graded without a thread: the slowest took ${brief.cpuMs.toFixed(0)} ms (${brief.grader}, ${brief.unit})`,
);
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify({ results, slowest, brief }, null, 2)}\n`);
}
process.exitCode = pythonSeconds <= pythonLimitSeconds && slowest.cpuMs <= slowestLimitMs ? 0 : 1;
