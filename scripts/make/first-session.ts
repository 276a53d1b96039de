/**
 * Writes `docs/first-session.md`: what a new user sees from a spreadsheet to a decision. Every command
 * is run by the built program, over simulated models on this machine.
 *
 *     npm run make:session
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { checkGrader } from '../../src/measure/graders/check-grader.js';
import { startPracticeServer } from '../../src/measure/practice/practice-server.js';
import { wrapText } from '../../src/util/wrap-text.js';
import { readTaskSet } from '../../src/measure/tasks/read-task-set.js';

/** The port of "routesmith practice". */
const port = 8787;
const columns = 80;
const root = fileURLToPath(new URL('../..', import.meta.url));
const page = join(root, 'docs', 'first-session.md');

const commands = [
  `init prompts.csv --yes --provider http://127.0.0.1:${port}/v1`,
  'sweep --tasks tasks.jsonl --pool models.yaml --out runs/first --dry-run',
  'sweep --tasks tasks.jsonl --pool models.yaml --out runs/first --budget 1.00',
  'train runs/first --out first.policy.json',
  'report runs/first --policy first.policy.json --monthly-requests 200000 --out report.html',
  'route first.policy.json "Translate into German: Good morning."',
  'route first.policy.json "What is 17 percent of 240?" --objective cost',
];

const introduction = `# A first session

From a spreadsheet of prompts to a decision, as a terminal with 80 columns shows it. The models are
SIMULATED, behind a real server on this machine, which another terminal runs:

\`\`\`sh
routesmith practice --tasks datasets/everyday.jsonl
\`\`\`

It prints a \`models.yaml\` and a command for a sweep. Neither is needed here: \`init\` writes that file.

The spreadsheet has the columns Prompt, Expected and Category, with the prompts of \`datasets/everyday.jsonl\`. Copy it
from a clone, or from \`node_modules/routesmith/datasets\`:

\`\`\`sh
cp datasets/everyday.csv prompts.csv
\`\`\`

The dry run assumes 300 output tokens per answer. These prompts are answered in a few tokens, so the sweep costs far
less than the estimate, and a budget of $1.00 is enough.

With real models, the first command is for example

\`\`\`sh
routesmith init prompts.csv --yes --provider openrouter \\
  --models mistralai/mistral-small-3.2-24b-instruct,anthropic/claude-sonnet-4.5
\`\`\`

The practice models only answer the prompts of the task set that they were started with, and cannot judge: leave out
\`--judge\`. To try your own prompts, run \`routesmith init\` while the practice server is running, then restart it with
\`routesmith practice --tasks tasks.jsonl\`.

With real models, set the budget from the dry run; the other commands stay the same: see [own-data.md](own-data.md).
\`npm run make:session\` writes this page.
`;

/** Runs a command in a folder; what it prints, as a terminal mixes the two streams. */
async function runCommand(line: string, folder: string): Promise<string> {
  const shell = `exec "$0" "$1" ${line} 2>&1`;
  const { stdout } = await promisify(execFile)(
    'sh',
    ['-c', shell, process.execPath, join(root, 'dist', 'cli.js')],
    { cwd: folder, env: { ...process.env, COLUMNS: String(columns), NO_COLOR: '1' } },
  );
  return stdout;
}

/** Breaks long lines between words; a command and a row of a table stay in one piece. */
function wrapOutput(text: string): string {
  return text
    .split('\n')
    .flatMap((line) => (/routesmith |\S {2,}\S/.test(line) ? [line] : wrapLine(line)))
    .join('\n');
}

function wrapLine(line: string): string[] {
  if (line.length <= columns) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  // A percent sign stays with its number.
  const words = line.trimStart().replaceAll(' %', '\u00a0%');
  return wrapText(words, columns - indent.length).map(
    (part) => indent + part.replaceAll('\u00a0', ' '),
  );
}

/** A command as a user types it: continued on the next line where it is too long for one. */
function typeCommand(line: string): string {
  const words = `$ routesmith ${line}`.split(/ (?=--)/);
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 3 <= columns) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(last === undefined ? word : `    ${word}`);
  }
  return lines.join(' \\\n');
}

const folder = await mkdtemp(join(tmpdir(), 'routesmith-session-'));
const { examples } = await readTaskSet(join(root, 'datasets', 'everyday.jsonl'), { checkGrader });
const server = await startPracticeServer({ examples, seed: 1, port });
try {
  await copyFile(join(root, 'datasets', 'everyday.csv'), join(folder, 'prompts.csv'));
  const session: string[] = [];
  for (const line of commands) {
    session.push(`${typeCommand(line)}\n${wrapOutput(await runCommand(line, folder)).trimEnd()}\n`);
    console.log(session.at(-1));
  }
  const text = session.join('\n');
  await writeFile(page, `${introduction}\n\`\`\`text\n${text}\`\`\`\n`);
  console.log(page);
} finally {
  await server.close();
  await rm(folder, { recursive: true, force: true });
}
