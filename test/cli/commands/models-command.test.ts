import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPracticeServer } from '../../../src/measure/practice/practice-server.js';
import { startPricedProvider } from '../../support/priced-provider.js';
import { runCommand } from '../../support/run-command.js';
import type { ScriptedServer } from '../../support/scripted-server.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const environment = { ACME_KEY: 'sk-loopback-0001' };
const answer = (): string => '';

let provider: ScriptedServer;

beforeAll(async () => {
  provider = await startPricedProvider(environment.ACME_KEY, [
    { id: 'acme/small', input: '0.0000001', output: '0.0000004', answer },
    { id: 'acme/large', input: '0.000003', output: '0.000012', answer },
    { id: 'acme/new', answer },
  ]);
});

afterAll(() => provider.close());

function run(...args: readonly string[]) {
  return runCommand(['models', ...args], { cwd: folder.path, environment });
}

describe('routesmith models --provider', () => {
  it('lists models with prices, context and abilities, and no price where none is known', async () => {
    const { stdout } = await run('--provider', provider.baseUrl, '--key-env', 'ACME_KEY');
    expect(stdout).toMatch(/acme\/small +\$0\.10 +\$0\.40 +32,000 +tools\n/);
    expect(stdout).toMatch(/acme\/new +unknown +unknown +- +-\n/);
    const found = await run(
      '--provider',
      provider.baseUrl,
      '--key-env',
      'ACME_KEY',
      '--search',
      'LARGE',
    );
    expect(found.stdout).not.toContain('acme/small');
    expect(found.stdout).toContain('1 model;');
  });

  it('marks the practice models as simulated in the pool that init writes', async () => {
    const server = await startPracticeServer({ examples: [], seed: 1 });
    folder.write('prompts.csv', 'prompt,expected\nTwo plus two?,4\nThree plus one?,4\n');
    const { exitCode } = await runCommand(
      ['init', 'prompts.csv', '--yes', '--provider', server.url, '--pool', 'practice.yaml'],
      { cwd: folder.path },
    );
    expect(exitCode).toBe(0);
    const pool = readFileSync(folder.file('practice.yaml'), 'utf8');
    expect(pool.match(/simulated: true/g)).toHaveLength(5);
    await server.close();
  });
});

describe('routesmith models --pool', () => {
  function writePool(): void {
    const model = (id: string, price: string): string =>
      `  - id: ${id} # keep me\n    provider: ${provider.baseUrl}\n    model: acme/${id}\n    apiKeyEnv: ACME_KEY\n    price: ${price}\n`;
    folder.write(
      'models.yaml',
      `# My models\nmodels:\n${model('small', '{ input: 0.1, output: 0.4, date: 2025-01-01 }')}` +
        `${model('large', '{ input: 5, output: 12, cachedInput: 0.5, date: 2025-01-01 }')}` +
        `${model('new', '{ input: 1, output: 2, date: 2025-01-01 }')}` +
        `${model('gone', '{ input: 1, output: 2, date: 2025-01-01 }')}`,
    );
  }

  it('compares prices, and changes nothing', async () => {
    writePool();
    const before = readFileSync(folder.file('models.yaml'), 'utf8');
    const { stdout } = await run('--pool', 'models.yaml');
    expect(stdout).toMatch(/small +\$0\.10 \/ \$0\.40 +2025-01-01 +\$0\.10 \/ \$0\.40 +same/);
    expect(stdout).toMatch(/large +\$5\.00 \/ \$12\.00 +2025-01-01 +\$3\.00 \/ \$12\.00 +changed/);
    expect(stdout).toMatch(/gone .*not in the list/);
    expect(stdout).toContain(
      'large, cached input: $0.50, not listed today: --refresh removes it\n',
    );
    expect(stdout).toContain('1 price changed.\nKept, because no list has a price: new, gone.');
    expect(readFileSync(folder.file('models.yaml'), 'utf8')).toBe(before);
  });

  it('prints prices with all their digits, and what is free or has changed in the cache', async () => {
    const precise = await startPricedProvider(environment.ACME_KEY, [
      { id: 'digits', input: '0.000000134', output: '0.000001', answer },
      { id: 'cached', input: '0.000001', output: '0.000002', cachedInput: '0.0000003', answer },
      { id: 'charged', input: '0.000003', output: '0.000015', answer },
    ]);
    const model = (id: string, price: string): string =>
      `  - { id: ${id}, provider: "${precise.baseUrl}", model: ${id}, apiKeyEnv: ACME_KEY, price: ${price} }\n`;
    folder.write(
      'precise.yaml',
      `models:\n${model('digits', '{ input: 0.131, output: 1, date: 2025-01-01 }')}` +
        `${model('cached', '{ input: 1, output: 2, cachedInput: 0.5, date: 2025-01-01 }')}` +
        `${model('charged', 'free')}`,
    );
    const { stdout } = await run('--pool', 'precise.yaml');
    expect(stdout).toMatch(
      /digits +\$0\.131 \/ \$1\.00 +2025-01-01 +\$0\.134 \/ \$1\.00 +changed\n/,
    );
    expect(stdout).toContain('cached, cached input: $0.50, listed today: $0.30\n');
    expect(stdout).toMatch(/charged +free +- +\$3\.00 \/ \$15\.00 +changed\n/);
    expect(stdout).toContain('3 prices changed.');
    await run('--pool', 'precise.yaml', '--refresh');
    expect((await run('--pool', 'precise.yaml')).stdout).toContain('0 prices changed.');
    const listed = await run('--provider', precise.baseUrl, '--key-env', 'ACME_KEY');
    expect(listed.stdout).toMatch(/digits +\$0\.134 +\$1\.00/);
    await precise.close();
  });

  it('refreshes prices in place, with comments, and keeps those that no list has', async () => {
    writePool();
    const { exitCode, stdout } = await run('--pool', 'models.yaml', '--refresh');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('large, cached input: $0.50, not listed today: removed\n');
    const text = readFileSync(folder.file('models.yaml'), 'utf8');
    const today = new Date().toISOString().slice(0, 10);
    expect(text).toContain('# My models');
    expect(text.match(/# keep me/g)).toHaveLength(4);
    expect(text).toContain(`price: { input: 0.1, output: 0.4, date: ${today} }`);
    expect(text).toContain(`price: { input: 3, output: 12, date: ${today} }`);
    expect(text.match(/price: \{ input: 1, output: 2, date: 2025-01-01 \}/g)).toHaveLength(2);
    const again = await run('--pool', 'models.yaml', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ changed: 0 });
  });

  describe('in a pool with efforts', () => {
    const entries = {
      efforts: {
        model: 'acme/large',
        more: ', efforts: [low, high]',
        price: '{ input: 5, output: 12',
      },
      small: { model: 'acme/small', more: '', price: '{ input: 0.2, output: 0.4' },
      gone: { model: 'acme/gone', more: '', price: '{ input: 7, output: 8' },
    };

    it.each([
      { order: ['efforts', 'small', 'gone'] },
      { order: ['small', 'efforts', 'gone'] },
      { order: ['small', 'gone', 'efforts'] },
    ] as const)('writes each price into its own entry: $order', async ({ order }) => {
      const lines = order.map((id) => {
        const { model, more, price } = entries[id];
        return `  - { id: ${id}, provider: "${provider.baseUrl}", model: ${model}, apiKeyEnv: ACME_KEY${more}, price: ${price}, date: 2025-01-01 } }\n`;
      });
      folder.write('efforts.yaml', `models:\n${lines.join('')}`);
      expect((await run('--pool', 'efforts.yaml', '--refresh')).exitCode).toBe(0);
      const written = readFileSync(folder.file('efforts.yaml'), 'utf8').split('\n');
      const priceOf = (id: string) => written.find((line) => line.includes(`id: ${id},`));
      expect(priceOf('efforts')).toContain('price: { input: 3, output: 12, date: 2');
      expect(priceOf('small')).toContain('price: { input: 0.1, output: 0.4, date: 2');
      expect(priceOf('gone')).toContain('price: { input: 7, output: 8, date: 2025-01-01 }');
    });
  });

  it('leaves a price that an entry shares with another one by a YAML alias', async () => {
    const model = (id: string, price: string): string =>
      `  - { id: ${id}, provider: "${provider.baseUrl}", model: acme/${id}, apiKeyEnv: ACME_KEY, price: ${price} }\n`;
    folder.write(
      'shared.yaml',
      `models:\n${model('large', '&dear { input: 5, output: 12, date: &day 2025-01-01 }')}` +
        `${model('gone', '*dear')}${model('new', '{ input: 1, output: 2, date: *day }')}`,
    );
    expect((await run('--pool', 'shared.yaml', '--refresh')).exitCode).toBe(0);
    const { stdout } = await run('--pool', 'shared.yaml');
    expect(stdout).toMatch(/large +\$3\.00 \/ \$12\.00 +2.* same/);
    expect(stdout).toMatch(/gone +\$5\.00 \/ \$12\.00 +2025-01-01/);
    expect(stdout).toMatch(/new +\$1\.00 \/ \$2\.00 +2025-01-01/);
  });

  describe('with a server that does not answer', () => {
    const nowhere = ['http://127.0.0.1:9/v1', 'http://127.0.0.1:13/v1'];
    const model = (id: string, url: string): string =>
      `  - { id: ${id}, provider: "${url}", model: acme/${id}, apiKeyEnv: ACME_KEY, price: { input: 5, output: 12, date: 2025-01-01 } }\n`;
    const write = (...models: readonly string[]): string =>
      folder.write('away.yaml', `models:\n${models.join('')}`);

    it('still compares and refreshes the others, names it, and ends with an error', async () => {
      const away = nowhere.map((url, index) => model(`away-${index}`, url)).join('');
      write(away, model('large', provider.baseUrl), model('away-2', nowhere[0] ?? ''));
      const { exitCode, stdout, stderr } = await run('--pool', 'away.yaml', '--refresh');
      const shown = stdout.replaceAll(/\s+/g, ' ');
      expect(shown).toContain('large $5.00 / $12.00 2025-01-01 $3.00 / $12.00 changed');
      expect(shown).toContain('away-0 $5.00 / $12.00 2025-01-01 - no list, see below');
      expect(shown).toContain(
        `Not compared: away-0, away-2. ${nowhere[0]}/models: the server does not answer`,
      );
      expect(shown).toContain(`Not compared: away-1. ${nowhere[1]}/models: the server does not`);
      expect(stderr).toContain('2 lists of models could not be read');
      expect(exitCode).toBe(2);
      const text = readFileSync(folder.file('away.yaml'), 'utf8');
      expect(text).toMatch(/id: large, .* price: \{ input: 3, output: 12, date: 2[^}]+ \}/);
      expect(text.match(/price: \{ input: 5, output: 12, date: 2025-01-01 \}/g)).toHaveLength(3);
    });

    it('says so in the JSON, which has the others', async () => {
      write(model('away', nowhere[0] ?? ''), model('large', provider.baseUrl));
      const { exitCode, stdout } = await run('--pool', 'away.yaml', '--json');
      expect(exitCode).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({
        models: [
          { id: 'away', status: 'no_list' },
          { id: 'large', status: 'changed' },
        ],
        unread: [{ models: ['away'], problem: expect.stringContaining('does not answer') }],
      });
    });

    it('says only that where the pool has no other', async () => {
      write(model('away', nowhere[0] ?? ''));
      const { stdout, stderr } = await run('--pool', 'away.yaml');
      expect(stdout).toBe('');
      expect(stderr).toContain(`${nowhere[0]}/models: the server does not answer`);
    });
  });

  it('writes nothing where no list has a price', async () => {
    const pool = `models:\n  - { id: gone, provider: "${provider.baseUrl}", model: acme/gone, apiKeyEnv: ACME_KEY, price: { input: 1, output: 2, date: 2025-01-01 } }\n`;
    folder.write('unlisted.yaml', pool);
    const { stdout } = await run('--pool', 'unlisted.yaml', '--refresh');
    expect(stdout).toContain('Nothing to write: unlisted.yaml stays as it is.');
    expect(stdout).not.toContain('Wrote');
    expect(readFileSync(folder.file('unlisted.yaml'), 'utf8')).toBe(pool);
    const { stdout: json } = await run('--pool', 'unlisted.yaml', '--refresh', '--json');
    expect(JSON.parse(json)).toMatchObject({ refreshed: false });
  });

  it('wants a pool, a provider or an export', async () => {
    expect((await run()).stderr).toContain('there is no pool and no provider');
  });

  it.each([
    { kind: 'activity', others: ['pool', 'provider', 'refresh', 'search', 'key-env'] },
    { kind: 'pool', others: ['provider', 'search', 'key-env'] },
    { kind: 'provider', others: ['refresh'] },
  ])('refuses what has no meaning with --$kind', async ({ kind, others }) => {
    for (const other of others) {
      const args = other === 'refresh' ? ['--refresh'] : [`--${other}`, 'ACME_KEY'];
      const { exitCode, stderr } = await run(`--${kind}`, 'some', ...args);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`--${other} cannot be combined with --${kind}`);
    }
  });
});

describe('routesmith models --activity', () => {
  it("sums OpenRouter's export by model", async () => {
    folder.write(
      'activity.csv',
      'generation_id,created_at,cost_total,tokens_prompt,tokens_completion,model_permaslug\n' +
        'g1,2026-01-01,0.5,100,10,acme/large\ng2,2026-01-01,0.25,50,10,acme/large\ng3,2026-01-02,0.01,100,5,acme/small\n',
    );
    const { stdout } = await run('--activity', 'activity.csv');
    expect(stdout).toMatch(/acme\/large +2 +\$0\.75 +\$375 +150 +20/);
    expect(stdout).toContain('Next: routesmith init');
    folder.write('other.csv', 'a,b\n1,2\n');
    expect((await run('--activity', 'other.csv')).stderr).toContain('not OpenRouter');
  });
});
