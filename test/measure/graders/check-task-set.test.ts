import { describe, expect, it } from 'vitest';
import { checkTaskSet } from '../../../src/measure/graders/check-task-set.js';
import { createSandbox } from '../../../src/measure/graders/sandbox/create-sandbox.js';
import { setUpJudges } from '../../support/judges.js';
import { say, startScriptedServer } from '../../support/scripted-server.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';

const openJudge = setUpJudges();

describe('checkTaskSet', () => {
  it('finds references that fail their own grader, and wrong answers that pass', async () => {
    const check = await checkTaskSet(
      buildTaskSet([
        buildExample('good', { metadata: { wrongAnswers: ['5', '6'] } }),
        buildExample('bad', {
          reference: '^\\d{3}$',
          grader: { name: 'regex', options: {} },
          metadata: { answer: '12' },
        }),
        buildExample('lax', { metadata: { wrongAnswers: ['It is 14'] } }),
      ]),
    );
    expect(check).toMatchObject({ tasks: 3, rightAnswers: 2, wrongAnswers: 2 });
    expect(check.failing).toEqual([
      { task: 'bad', place: 'line 2, bad', problem: 'its right answer gets 0: no match' },
      { task: 'lax', place: 'line 3, lax', problem: 'a wrong answer passes: "It is 14"' },
    ]);
  });

  it('says what it could not try', async () => {
    const check = await checkTaskSet(
      buildTaskSet([
        buildExample('a', { grader: { name: 'regex', options: {} }, reference: 'x' }),
        buildExample('b', { grader: undefined }),
        buildExample('c', {
          grader: { name: 'code', options: { language: 'javascript' } },
          reference: { prints: '1' },
          metadata: { answer: 'console.log(1)' },
        }),
      ]),
    );
    expect(check.untried.map(({ task }) => task)).toEqual(['a', 'b', 'c']);
    expect(check.untried[2]?.problem).toContain('--allow-code');
    expect(check.failing).toEqual([]);
  });

  it('tries the set-ups of SQL tasks where code may be run, also without a right answer', async () => {
    const sandbox = createSandbox({ threads: 1 });
    const grader = { name: 'code', options: { language: 'sql' } };
    const check = await checkTaskSet(
      buildTaskSet([
        buildExample('broken', { grader, reference: { setup: 'CREATE TABL t(a)', rows: [[1]] } }),
        buildExample('good', { grader, reference: { setup: 'CREATE TABLE t(a)', rows: [[1]] } }),
      ]),
      { sandbox },
    );
    await sandbox.close();
    expect(check.failing).toEqual([
      {
        task: 'broken',
        place: 'line 1, broken',
        problem: expect.stringMatching(
          /every answer ungraded: the reference's set-up fails: .*syntax/,
        ),
      },
    ]);
    expect(check.untried.map(({ task }) => task)).toEqual(['good']);
  });

  it('counts labels and graders, and finds what is asked twice or nearly so', async () => {
    const long = 'Please tell me what the capital of the northern republic of our continent is';
    const check = await checkTaskSet(
      buildTaskSet([
        buildExample('a', { prompt: `${long} called today?` }),
        buildExample('b', { prompt: `${long} called today!` }),
        buildExample('c', { prompt: 'Hi there', task: undefined }),
        buildExample('d', { prompt: 'Hi there' }),
      ]),
    );
    expect([...check.labels]).toEqual([
      ['', 1],
      ['arithmetic', 3],
    ]);
    expect([...check.graders]).toEqual([['contains', 4]]);
    expect(check.duplicates).toEqual([['c', 'd']]);
    expect(check.nearDuplicates).toEqual([['a', 'b']]);
  });

  it('names labels that differ only in case or spaces, and prompts that hold their answer', async () => {
    const check = await checkTaskSet(
      buildTaskSet([
        buildExample('a', { task: 'Sum' }),
        buildExample('b', { task: 'sum ' }),
        buildExample('c', { prompt: 'Capital of France? Answer: Paris', reference: 'Paris' }),
      ]),
    );
    expect(check.suspicions).toEqual([
      'Labels that differ only in case or spaces count as different tasks: "Sum", "sum ".',
      'The prompt ends with its own right answer: line 3, c.',
    ]);
  });

  it('doubts labels as answers that the prompts do not name', async () => {
    const choices = ['Billing', 'Returns', 'Shipping'];
    const check = (ask: (ticket: string) => string, names: readonly string[] = choices) =>
      checkTaskSet(
        buildTaskSet(
          Array.from({ length: 6 }, (_, index) =>
            buildExample(`t${index}`, {
              prompt: ask(`My parcel ${index} is late, and I want my shipping fee back.`),
              reference: names[index % names.length] as string,
              grader: { name: 'choice', options: { choices: [...names] } },
            }),
          ),
        ),
      );
    const { suspicions } = await check((ticket) => ticket);
    expect(suspicions).toHaveLength(1);
    expect(suspicions[0]).toMatch(
      /^6 of 6 prompts with the answers Billing, Returns, Shipping do not name them: .*labels into the prompts\.$/,
    );
    const asked = await check((ticket) => `Billing, returns or shipping? ${ticket}`);
    expect(asked.suspicions).toEqual([]);
    const languages = ['Steuern', 'Wetter', 'Sport', 'taxes', 'weather', 'sports', 'cuisine'];
    const listed = await check((ticket) => `Steuern, Wetter, Sport, taxes? ${ticket}`, languages);
    // Of six answers, these lists name four.
    expect(listed.suspicions).toEqual([]);
    const others = await check((ticket) => `Kochen oder Technik oder Recht? ${ticket}`, languages);
    expect(others.suspicions).toHaveLength(1);
    for (const verdicts of [
      ['yes', 'no'],
      ['Ja', 'Nein'],
    ]) {
      const plain = await check((ticket) => `Is this polite? ${ticket}`, verdicts);
      expect(plain.suspicions).toEqual([]);
    }
    const spelled = await check(
      (ticket) => `Credit card or bank account? ${ticket}`,
      ['credit_card', 'bank-account'],
    );
    expect(spelled.suspicions).toEqual([]);
    const inflected = await check(
      (ticket) => `Sort into billings, 긍정인지 or shipping: ${ticket}`,
      ['billing', '긍정'],
    );
    expect(inflected.suspicions).toEqual([]);
    const short = await check((ticket) => `Within hrs, ${ticket}`, ['IT', 'HR']);
    expect(short.suspicions).toHaveLength(1);
    const chinese = await check((ticket) => `请选择：退款或物流。${ticket}`, ['退款', '物流']);
    expect(chinese.suspicions).toEqual([]);
    const burmese = await check(
      (ticket) => `ဒါကငွေကြေးလား၊ ဒါကဝန်ဆောင်မှုလား။ ${ticket}`,
      ['ငွေကြေး', 'ဝန်ဆောင်မှု'],
    );
    expect(burmese.suspicions).toEqual([]);
    const halfWidth = await check((ticket) => `分類はﾍﾝｷﾝかﾊｲｿｳです。${ticket}`, ['ﾍﾝｷﾝ', 'ﾊｲｿｳ']);
    expect(halfWidth.suspicions).toEqual([]);
  });

  it('names an example without an id by its first words', async () => {
    const id = '0123456789abcdef';
    const check = await checkTaskSet(buildTaskSet([buildExample(id, { grader: undefined })]));
    expect(check.untried[0]?.place).toBe('line 1, "What is 0123456789abcdef + 1?"');
  });

  it('asks a judge nothing after the signal, and says what was not tried', async () => {
    const stop = new AbortController();
    const server = await startScriptedServer((response, request) => {
      if (request.index === 1) stop.abort();
      return say('VERDICT: yes')(response, request);
    });
    const grader = { name: 'judge', options: { rubric: 'Is polite.', choices: { yes: 1, no: 0 } } };
    const examples = ['a', 'b', 'c', 'd'].map((id) =>
      buildExample(id, { grader, metadata: { answer: ['Please.', 'Thanks.'] } }),
    );
    const judge = openJudge(server, {}, { signal: stop.signal });
    const check = await checkTaskSet(buildTaskSet(examples), { judge }, undefined, stop.signal);
    await server.close();
    expect(server.requests).toHaveLength(2);
    expect(check).toMatchObject({ rightAnswers: 2, interrupted: true, failing: [] });
    expect(check.untried.map(({ task }) => task)).toEqual(['b', 'c', 'd']);
    expect(check.untried[0]?.problem).toContain('interrupted');
  });
});
