import { copyFileSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/run-command.js';
import { createTemporaryFolder } from '../support/temporary-folder.js';

const folder = createTemporaryFolder();
const outcomes = 'prompt,model,quality,cost_usd\na,m,1,0.1\na,n,0,0.2\nb,m,1,0.1\nb,n,1,0.2\n';

async function run(line: string) {
  return runCommand(line.split(' '), { cwd: folder.path });
}

beforeAll(async () => {
  copyFileSync('policies/practice-everyday.policy.json', folder.file('x.policy.json'));
  folder.write('outcomes.csv', outcomes);
  folder.write('tasks.jsonl', '{"prompt":"Two plus two?","reference":"4","grader":"numeric"}\n');
  folder.write(
    'models.yaml',
    'models:\n  - { id: m, provider: "http://127.0.0.1:9/v1", model: m, price: free }\n',
  );
  await run('import outcomes.csv --out imported');
  await run('route x.policy.json Hello --log log');
});

describe('a command never writes over what it reads', () => {
  it.each([
    ['outcomes.csv', 'train outcomes.csv --out outcomes.csv --overwrite'],
    ['outcomes.csv', 'train imported --add outcomes.csv --out outcomes.csv --overwrite'],
    ['imported/outcomes.jsonl', 'train imported --out imported/outcomes.jsonl --overwrite'],
    ['x.policy.json', 'report imported --policy x.policy.json --out x.policy.json --overwrite'],
    ['x.policy.json', 'replay log --policy x.policy.json --csv x.policy.json --overwrite'],
    ['imported/outcomes.jsonl', 'import imported/outcomes.jsonl --out imported --overwrite'],
    ['tasks.jsonl', 'sweep --tasks tasks.jsonl --pool models.yaml --out .'],
    ['tasks.jsonl', 'sweep --tasks tasks.jsonl --pool models.yaml --out . --dry-run'],
    ['models.yaml', 'sweep --tasks tasks.jsonl --pool models.yaml --out first --log models.yaml'],
  ])('%s: %s', async (file, line) => {
    const before = readFileSync(folder.file(file), 'utf8');
    const { exitCode, stderr } = await run(line);
    expect(stderr).toContain(`${file}: the command reads this file, and would write over it`);
    expect(exitCode).toBe(2);
    expect(readFileSync(folder.file(file), 'utf8')).toBe(before);
  });
});
