import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSigningKeys, type SigningKeys } from '../../src/policy/file/sign-policy.js';
import { sha256OfJson } from '../../src/util/sha256.js';
import {
  buildConstantPolicy,
  buildMixturePolicy,
  buildObjective,
  writePolicyFile,
} from '../support/routing-policy.js';
import { hasPython } from '../support/python-runtime.js';
import { runCli } from '../support/run-cli.js';
import { runCommand } from '../support/run-command.js';
import { createTemporaryFolder } from '../support/temporary-folder.js';

const folder = createTemporaryFolder();
const built = buildMixturePolicy();
const spec = built.scorer.kind === 'task_mixture' ? built.scorer.features.spec : undefined;
const provenance = { ...built.provenance, featureSpecDigest: sha256OfJson(spec) };
const mixture = await writePolicyFile({ ...built, provenance });
const policy = folder.write('mixture.policy.json', mixture.text);
const present = folder.write(
  'present.policy.json',
  (await writePolicyFile(buildConstantPolicy())).text,
);
const next = folder.write(
  'next.policy.json',
  (
    await writePolicyFile(
      buildConstantPolicy({
        objectives: [buildObjective({ constantModel: 'small' }), buildObjective({ name: 'speed' })],
        baseline: 'small',
      }),
    )
  ).text,
);
const tasks = folder.write(
  'tasks.jsonl',
  ['add 2 and 3', 'sort an array', 'thank the neighbour']
    .map((prompt, index) => JSON.stringify({ prompt, task: index === 0 ? 'sums' : 'others' }))
    .join('\n'),
);
/** Encodings that `loadPolicy` reads besides UTF-8. */
const encodings = [
  {
    encoding: 'UTF-8 with a byte order mark',
    name: 'marked',
    encode: (text: string) => Buffer.from(`\ufeff${text}`),
  },
  {
    encoding: 'UTF-16',
    name: 'utf16',
    encode: (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  },
];
let keys: SigningKeys;

beforeAll(async () => {
  keys = await createSigningKeys();
});

describe.concurrent('routesmith diff', () => {
  it('prints what changes in the files and where prompts go, by task', async () => {
    const { exitCode, stdout } = await runCommand(['diff', present, next, '--on', tasks]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('baseline: "large" -> "small"');
    expect(stdout).toContain('objective speed was added');
    expect(stdout).toContain('objective cost was removed');
    expect(stdout).toMatch(/quality: 100 % are routed differently/);
    expect(stdout).toMatch(/large +100 % +0 %/);
    expect(stdout).toContain('large -> small: 100 %');
    expect(stdout).toMatch(/others +2 +100 % +large 100 % -> 0 %/);
  });

  it('prints the same for machines', async () => {
    const { stdout } = await runCommand(['diff', present, next, '--on', tasks, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      prompts: 3,
      objectives: [{ objective: 'quality', differing: 1, moves: [{ from: 'large', to: 'small' }] }],
    });
  });

  it('says of a policy and itself that nothing changes', async () => {
    const { stdout } = await runCommand(['diff', policy, policy, '--on', tasks]);
    expect(stdout).toContain('The two policies are the same.');
    expect(stdout).toMatch(/quality: 0 % are routed differently/);
  });
});

describe.concurrent('signing', () => {
  it('is done with a key from the environment, and checked with the other one', async () => {
    const signed = folder.file('signed.policy.json');
    const environment = { ROUTESMITH_SIGNING_KEY: keys.privateKey };
    const result = await runCommand(['sign', policy, '--out', signed], { environment });
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readFileSync(signed, 'utf8')).not.toContain(keys.privateKey.slice(20, 40));
    const verified = await runCommand(['verify', signed, '--key', keys.publicKey]);
    expect(verified.exitCode).toBe(0);
    expect(verified.stdout).toMatch(/signature +ok +signed by the given key/);
    const other = (await createSigningKeys()).publicKey;
    const refused = await runCommand(['verify', signed, '--key', other]);
    expect(refused.exitCode).toBe(5);
    expect(refused.stderr).toContain('failed checks: signature');
  });

  it('numbers a policy, so that an older one can be refused', async () => {
    const environment = { ROUTESMITH_SIGNING_KEY: keys.privateKey };
    const [older, newer] = [folder.file('six.policy.json'), folder.file('seven.policy.json')];
    await runCommand(['sign', policy, '--serial', '6', '--out', older], { environment });
    await runCommand(['sign', policy, '--serial', '7', '--out', newer], { environment });
    const key = ['--key', keys.publicKey];
    const good = await runCommand(['verify', newer, ...key, '--in-use', older]);
    expect(good.stdout).toMatch(/serial +ok +7, and 6 of the policy in use/);
    const bad = await runCommand(['verify', older, ...key, '--in-use', newer]);
    expect(bad).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('serial') });
    const unsigned = await runCommand(['verify', newer, ...key, '--in-use', policy]);
    expect(unsigned.exitCode).toBe(5);
    expect((await runCommand(['verify', newer, '--in-use', older])).exitCode).toBe(2);
    const wrong = await runCommand(['sign', policy, '--serial', '0'], { environment });
    expect(wrong.exitCode).toBe(2);
  });

  it.each(encodings)('reads a file in $encoding as the runtime does', async ({ name, encode }) => {
    const file = folder.write(`signing-${name}.json`, encode(mixture.text));
    const environment = { ROUTESMITH_SIGNING_KEY: keys.privateKey };
    const out = folder.file(`signed-${name}.json`);
    const result = await runCommand(['sign', file, '--out', out], { environment });
    expect(result).toMatchObject({ exitCode: 0, stdout: `Signed ${mixture.digest}: ${out}\n` });
    const verified = await runCommand(['verify', out, '--key', keys.publicKey]);
    expect(verified.stdout).toMatch(/signature +ok/);
  });

  it('names the variable where the key is missing', async () => {
    const result = await runCommand(['sign', policy, '--key-env', 'NO_SUCH_KEY']);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('NO_SUCH_KEY');
  });

  it('has keys of its own making', async () => {
    const made = JSON.parse((await runCommand(['keygen', '--json'])).stdout) as SigningKeys;
    expect(made.publicKey).toMatch(/^ed25519:.{44}$/);
    expect(made.privateKey).not.toBe(keys.privateKey);
  });
});

describe.concurrent('routesmith verify', () => {
  it('says what is right, and what was not looked at', async () => {
    const { exitCode, stdout } = await runCommand(['verify', policy]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/digest +ok/);
    expect(stdout).toMatch(/outcomes +not checked/);
  });

  it('finds a policy that was not learned from the given outcomes', async () => {
    const outcomes = folder.write(
      'outcomes.csv',
      'prompt,task,model,quality\nadd,sums,large,1\nadd,sums,small,0\n',
    );
    const { exitCode, stdout } = await runCommand(['verify', policy, '--run', outcomes, '--json']);
    expect(exitCode).toBe(5);
    const { checks } = JSON.parse(stdout) as { checks: { check: string; result: string }[] };
    expect(checks.find(({ check }) => check === 'outcomes')?.result).toBe('failed');
  });

  it('compares a policy with the runs that it was trained on together', async () => {
    const writeRun = (name: string, count: number): string => {
      const rows = Array.from({ length: count }, (_, row) =>
        ['large', 'small'].map((model) => `${name} question ${row},sums,${model},${row % 2}\n`),
      );
      return folder.write(`${name}.csv`, `prompt,task,model,quality\n${rows.flat().join('')}`);
    };
    const [run, added] = [writeRun('first', 40), writeRun('added', 20)];
    const file = folder.file('trained-on-two.policy.json');
    const training = ['train', run, '--add', added, '--family', 'constant', '--out', file];
    expect((await runCommand(training)).exitCode).toBe(0);
    const { exitCode, stdout } = await runCommand(['verify', file, '--run', run, '--add', added]);
    expect(stdout).toMatch(/outcomes +ok/);
    expect(exitCode).toBe(0);
    const alone = await runCommand(['verify', file, '--run', run]);
    expect(alone.exitCode).toBe(5);
    expect(alone.stderr).toContain('It may have been trained on a part of these outcomes');
    expect(alone.stderr).toContain('with --add');
    const unnamed = await runCommand(['verify', file, '--add', added]);
    expect(unnamed).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--run') });
  });

  it('refuses a file that was changed', async () => {
    const text = mixture.text.replace('"noveltyLimit": 0.5', '"noveltyLimit": 0.9');
    const { exitCode, stderr } = await runCommand(['verify', folder.write('changed.json', text)]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('digest');
  });
});

describe.concurrent('routesmith export', () => {
  it('writes a folder that decides without anything installed', async () => {
    const out = folder.file('vendor');
    const result = await runCli(['export', policy, '--standalone', '--out', out]);
    expect(result.exitCode).toBe(0);
    for (const name of ['router.mjs', 'router.min.mjs']) {
      expect(result.stdout).toContain(name);
      const bundle = (await import(resolve(out, name))) as typeof import('../../src/runtime.js');
      const file = readFileSync(resolve(out, 'mixture.policy.json'));
      expect((await bundle.loadPolicy(file)).digest).toBe(mixture.digest);
    }
  });

  it('writes a module of Python that decides with its standard library only', async () => {
    const out = folder.file('vendor-python');
    const result = await runCli(['export', policy, '--python', '--out', out]);
    expect(result.exitCode).toBe(0);
    const program = result.stdout.slice(result.stdout.indexOf('  from pathlib'));
    expect(program).toContain('load_policy');
    expect(readFileSync(resolve(out, 'pyproject.toml'), 'utf8')).toContain('requires-python');
    if (!hasPython()) return;
    const code = `${program.replaceAll(/^  /gm, '')}\nprint(policy.digest)`;
    // -I and -S: without installed packages; the folder itself has to be named then.
    const started = `import sys; sys.path.insert(0, ".")\n${code}`;
    const { stdout } = await promisify(execFile)('python3', ['-I', '-S', '-B', '-c', started], {
      cwd: out,
    });
    expect(stdout.trim()).toBe(mixture.digest);
  });

  it.each(encodings)('copies a file in $encoding byte for byte', async ({ name, encode }) => {
    const file = folder.write(`${name}.json`, encode(mixture.text));
    const out = folder.file(`vendor-${name}`);
    expect((await runCommand(['export', file, '--out', out])).exitCode).toBe(0);
    const copy = resolve(out, `${name}.json`);
    expect(readFileSync(copy).equals(readFileSync(file))).toBe(true);
    expect((await runCommand(['verify', copy])).exitCode).toBe(0);
  });

  it('adds to a folder that has the same policy, and replaces no other file', async () => {
    const out = folder.file('both');
    expect((await runCommand(['export', policy, '--out', out])).exitCode).toBe(0);
    expect((await runCommand(['export', policy, '--out', out])).exitCode).toBe(0);
    await appendFile(join(out, basename(policy)), ' ');
    const { exitCode, stderr } = await runCommand(['export', policy, '--out', out]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('already exists');
  });

  it('exports no damaged policy', async () => {
    const damaged = folder.write('damaged.json', mixture.text.slice(0, 500));
    const { exitCode } = await runCommand(['export', damaged, '--out', folder.file('nothing')]);
    expect(exitCode).toBe(2);
  });
});

describe.concurrent('routesmith route', () => {
  const question = 'return the sort function of this array';

  it('explains a decision', async () => {
    const args = ['route', policy, '--explain', '--objective', 'quality', question];
    const { exitCode, stdout } = await runCommand(args);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Effect on the quality of \w+ over \w+:/);
    const parts = [...stdout.matchAll(/^ {4}([+-]0\.\d{3}) {2}(?:the|both)/gm)];
    const [task = NaN, words = NaN, total = NaN] = parts.map(([, value]) => Number(value));
    expect(task + words).toBeCloseTo(total, 2);
    expect(stdout).toMatch(/[+-]0\.\d{3} {2}"\w+"/);
    expect(stdout).toContain('What would change the choice:');
  });

  it("adds the explanation to a decision's JSON, and changes nothing else of it", async () => {
    const args = ['route', policy, '--objective', 'quality', question, '--json'];
    const decision = JSON.parse((await runCommand(args)).stdout) as object;
    const json = JSON.parse((await runCommand([...args, '--explain'])).stdout) as object;
    expect(decision).toHaveProperty('explanation', expect.any(String));
    expect(json).toMatchObject(decision);
    expect(json).toHaveProperty('explained.features');
  });

  it("takes today's prices from a pool, and leaves out what cannot be used", async () => {
    const pool = folder.write(
      'models.yaml',
      `models:
  - id: small
    provider: http://127.0.0.1:9/v1
    model: small
    price: { input: 100, output: 400, date: 2020-01-01 }
`,
    );
    const args = ['route', policy, question, '--json', '--pool', pool, '--unavailable', 'local'];
    const { exitCode, stdout, stderr } = await runCommand(args);
    expect(exitCode).toBe(0);
    const decision = JSON.parse(stdout) as {
      ranked: { model: string; costUsd: number }[];
      excluded: unknown;
    };
    expect(decision.ranked.find(({ model }) => model === 'small')?.costUsd).toBeGreaterThan(0.03);
    expect(decision.excluded).toEqual([{ model: 'local', reason: 'not available' }]);
    expect(stderr).toMatch(/^small: its price is [\d,]+ days old\.$/m);
  });
});
