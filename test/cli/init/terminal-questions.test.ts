import { PassThrough, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTerminalQuestions } from '../../../src/cli/init/terminal-questions.js';
import type { ListedModel } from '../../../src/measure/models/listing/listed-model.js';

// Node's readline ignores arrow keys in a dumb terminal.
beforeAll(() => void vi.stubEnv('TERM', 'xterm'));
afterAll(() => void vi.unstubAllEnvs());

const enter = '\r';
const down = '\u001B[B';

/** A terminal that types the given keys, one after the other. */
function createTerminal(...keys: readonly string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  let shown = '';
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      shown += chunk.toString();
      done();
    },
  });
  const type = async (): Promise<void> => {
    let seen = 0;
    for (const key of keys) {
      // The question, or what the key before it changed, is shown by then.
      while (shown.length === seen) await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      seen = shown.length;
      input.write(key);
    }
  };
  return { input, output, type, shown: () => shown };
}

async function ask<Answer>(
  keys: readonly string[],
  question: (questions: ReturnType<typeof createTerminalQuestions>) => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly shown: string }> {
  const terminal = createTerminal(...keys);
  const asked = question(createTerminalQuestions(terminal));
  await terminal.type();
  return { answer: await asked, shown: terminal.shown() };
}

const models: readonly ListedModel[] = ['acme/small', 'acme/large'].map((model) => ({
  model,
  price: { kind: 'unknown', reason: 'the list gives no price' },
  contextWindow: undefined,
  capabilities: undefined,
}));

describe('the questions of init in a terminal', () => {
  it('offer the guessed column first', async () => {
    const { answer, shown } = await ask([enter], (questions) =>
      questions.chooseColumn('task', ['Prompt', 'Category'], 'Category'),
    );
    expect(answer).toBe('Category');
    expect(shown).toContain('Which column holds the task labels?');
  });

  it('offer the column of the longest texts first where no name says which holds the prompts', async () => {
    const { answer, shown } = await ask([enter], (questions) =>
      questions.chooseColumn('prompt', ['Subject', 'Story'], undefined, 'Story'),
    );
    expect(answer).toBe('Story');
    expect(shown).toContain('not clear: proposed');
  });

  it('let a field have no column, except for the prompts', async () => {
    const { answer } = await ask([down, enter], (questions) =>
      questions.chooseColumn('task', ['Category'], 'Category'),
    );
    expect(answer).toBeUndefined();
    const { shown } = await ask([enter], (questions) =>
      questions.chooseColumn('prompt', ['Prompt'], undefined),
    );
    expect(shown).not.toContain('(none)');
  });

  it('take prices in the form of --price', async () => {
    const { answer } = await ask(['0.15/0.6', enter, 'free', enter], (questions) =>
      questions.askPrices(models),
    );
    expect(answer).toEqual([
      {
        model: 'acme/small',
        price: { kind: 'listed', inputPerMillionUsd: 0.15, outputPerMillionUsd: 0.6 },
      },
      { model: 'acme/large', price: { kind: 'free' } },
    ]);
  });

  it('ask for no key that an option names', async () => {
    const url = 'http://127.0.0.1:8000/v1';
    const toOther = [down, down, down, down, enter];
    const { answer, shown } = await ask([...toOther, url, enter], (questions) =>
      questions.chooseProvider('ACME_KEY'),
    );
    expect(answer).toEqual({ provider: url, apiKeyEnv: 'ACME_KEY' });
    expect(shown).not.toContain('Environment variable');
    const known = await ask([enter], (questions) => questions.chooseProvider('ACME_KEY'));
    expect(known.answer).toEqual({ provider: 'openai', apiKeyEnv: 'ACME_KEY' });
  });

  it('choose several models', async () => {
    const { answer, shown } = await ask(['\t', down, '\t', enter], (questions) =>
      questions.chooseModels(models),
    );
    expect(answer).toEqual(['acme/small', 'acme/large']);
    expect(shown).toContain('price unknown');
  });

  it('choose a judge, or none', async () => {
    const { answer } = await ask([enter], (questions) => questions.chooseJudge(models, 6));
    expect(answer).toBeUndefined();
  });

  it('end the command at Ctrl-C, before anything is written', async () => {
    const canceled = ask(['\u0003'], (questions) => questions.chooseJudge(models, 6));
    await expect(canceled).rejects.toMatchObject({ code: 'interrupted' });
  });
});
