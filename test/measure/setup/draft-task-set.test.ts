import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTaskSet } from '../../../src/measure/setup/build-task-set.js';
import { draftTaskSet } from '../../../src/measure/setup/draft-task-set.js';
import { proposeGraders } from '../../../src/measure/setup/propose-grader.js';
import type { Source } from '../../../src/measure/setup/read-source.js';
import type { JsonObject, JsonValue } from '../../../src/util/json.js';

type Row = readonly [prompt: string, reference?: JsonValue, task?: string];

function buildSource(rows: readonly Row[]): Source {
  return {
    kind: 'table',
    mapping: { prompt: 'p', reference: 'r', task: 't' },
    table: {
      file: 'x.csv',
      kind: 'csv',
      columns: ['p', 'r', 't'],
      emptyRows: 0,
      notes: [],
      rows: rows.map(([p, r = '', t = ''], index) => ({
        line: index + 2,
        members: { ok: true, value: { p, r, t } },
      })),
    },
  };
}

function draft(...rows: readonly Row[]) {
  const source = buildSource(rows);
  return draftTaskSet(source, source.mapping);
}

describe('draftTaskSet', () => {
  it('reads a label on one line, without marks of direction', () => {
    const { examples } = draft(['a', '1', 'Billing\nReturns\u200f'], ['b', '1', 'عربي\u200f']);
    expect(examples.map(({ task }) => task)).toEqual(['Billing Returns', 'عربي']);
  });

  it('merges spellings of a label into the most frequent one', () => {
    const { labels, examples } = draft(
      ['a', '1', 'Ticket triage'],
      ['b', '1', 'ticket-triage '],
      ['c', '1', 'Ticket triage'],
      ['d', '1', 'N/A'],
    );
    expect(labels).toEqual([{ label: 'Ticket triage', mergedSpellings: ['ticket-triage'] }]);
    expect(examples.map(({ task }) => task)).toEqual([
      'Ticket triage',
      'Ticket triage',
      'Ticket triage',
      undefined,
    ]);
  });

  it('drops empty and repeated rows, and prompts with two different answers', () => {
    const { examples, dropped } = draft(
      ['a', 'Yes'],
      [' a ', 'yes '],
      ['  ', 'x'],
      ['b', '1'],
      ['b', '2'],
      ['c'],
      ['c', '3'],
    );
    expect(examples.map(({ line }) => line)).toEqual([2, 8]);
    expect(dropped).toMatchObject({ empty: 1, duplicates: [3, 7], contradictions: [5, 6] });
  });

  it('leaves out rows with an error of a spreadsheet', () => {
    const { examples, dropped } = draft(
      ['#NAME?', 'x'],
      ['a', '#REF!'],
      ['b', 'x', '#WERT!'],
      ['c', '#NV'],
    );
    expect(examples).toMatchObject([{ request: { prompt: 'c' }, reference: undefined }]);
    expect(dropped.unreadable).toMatchObject([
      { line: 2, problem: '"p" holds an error of the spreadsheet, #NAME?' },
      { line: 3, problem: '"r" holds an error of the spreadsheet, #REF!' },
      { line: 4, problem: '"t" holds an error of the spreadsheet, #WERT!' },
    ]);
  });

  it('takes what stands for nothing in pandas and spreadsheets for no prompt and no answer', () => {
    const { examples, dropped } = draft(
      ['nan', 'x'],
      ['#N/A', 'x'],
      ['a', 'nan'],
      ['b', '#N/A'],
      ['c', 'None'],
      ['d', 'N/A'],
    );
    expect(examples.map(({ reference }) => reference)).toEqual([
      undefined,
      undefined,
      'None',
      'N/A',
    ]);
    expect(dropped.empty).toBe(2);
  });

  it('reads several answers, and messages, as pandas writes them', () => {
    const messages = `[{'role': 'user', 'content': 'Hi'}, {'role': 'assistant', 'content': 'Hello'}]`;
    const { examples } = draft(
      ['Capital?', '[\'Paris\', "City of Paris"]'],
      ['Another?', "['Bonn']"],
      [messages],
    );
    expect(examples).toMatchObject([
      { reference: ['Paris', 'City of Paris'] },
      { reference: 'Bonn' },
      { request: { messages: [{ role: 'user', content: 'Hi' }] }, reference: 'Hello' },
    ]);
  });

  it('leaves out messages that it cannot read, and counts members that are not asked', () => {
    const whole = { messages: [{ role: 'user', content: 'Hi' }], context: 'A page.' };
    const { examples, dropped, unusedMembers } = draft(
      [JSON.stringify(whole), 'x'],
      ['[{"role": "bot", "content": "Hi"}]', 'x'],
      ["[{'role': 'user', 'content': 'Hi", 'x'],
    );
    expect(examples).toMatchObject([{ request: { messages: whole.messages } }]);
    expect(dropped.unreadable.map(({ line }) => line)).toEqual([3, 4]);
    expect([...unusedMembers]).toEqual([['context', 1]]);
  });

  describe('of rows for fine-tuning', () => {
    const question = { role: 'user', content: 'Two plus two?' };

    function draftAnswer(answer: JsonObject, reference?: string) {
      const source = buildSource([]);
      const value = { p: [question, answer], ...(reference !== undefined && { r: reference }) };
      const rows = [{ line: 1, members: { ok: true as const, value } }];
      const mapping = { prompt: 'p', ...(reference !== undefined && { reference: 'r' }) };
      return draftTaskSet({ ...source, table: { ...source.table, rows } }, mapping);
    }

    it.each([
      ['4', '4'],
      [[{ type: 'text', text: '4' }], '4'],
      [
        [
          { type: 'thinking', thinking: '2 + 2', signature: 's' },
          { type: 'text', text: '4' },
        ],
        '4',
      ],
      ['<think>2 + 2 is 4.</think>\n\n4', '4'],
      [[{ type: 'text', text: 'It is 4.</think>4' }], '4'],
      ['<think>2 + 2', undefined],
      ['`<think>` begins it', '`<think>` begins it'],
      [' ', undefined],
    ])('takes the answer %j out of the messages', (content, reference) => {
      const { examples } = draftAnswer({ role: 'assistant', content });
      expect(examples).toMatchObject([{ request: { messages: [question] } }]);
      expect(examples[0]?.reference).toBe(reference);
    });

    it.each([
      { content: '', tool_calls: [{ function: { name: 'add', arguments: '{}' } }] },
      { content: null, tool_calls: [{ function: { name: 'add', arguments: '{}' } }] },
      { content: null, function_call: { name: 'add', arguments: '{}' } },
      { content: [{ type: 'tool_use', name: 'add', input: {} }] },
    ])('counts the answer %j as a tool call, and never as an empty text', (message) => {
      const answer = { role: 'assistant', ...message };
      expect(draftAnswer(answer)).toMatchObject({ examples: [], dropped: { toolCalls: [1] } });
      expect(draftAnswer(answer, '4').examples).toMatchObject([
        { request: { messages: [question] }, reference: '4' },
      ]);
    });
  });

  it('takes the thoughts out of all turns of an assistant, which providers refuse', () => {
    const thought = { type: 'thinking', thinking: 'Hm', signature: 's' };
    const asked = { role: 'user', content: 'And?' };
    const turn = (text: string): JsonObject => ({
      role: 'assistant',
      reasoning_content: 'Hm',
      content: [thought, { type: 'text', text }],
    });
    const row = (last: readonly JsonObject[]): Row => [
      [asked, turn('Four.'), { role: 'assistant', content: [thought] }, asked, ...last] as never,
    ];
    const messages = [
      asked,
      { role: 'assistant', content: [{ type: 'text', text: 'Four.' }] },
      asked,
    ];
    for (const last of [[], [turn('Five.')], [{ role: 'assistant', content: [thought] }]]) {
      expect(draft(row(last)).examples[0]?.request).toEqual({ messages });
    }
    expect(draft(row([turn('Five.')])).examples[0]?.reference).toBe('Five.');
  });

  it('reads the answers in a column behind the reasoning before them', () => {
    const { examples } = draft(
      ['a', '<think>A long thought.</think>\n\nPositive'],
      ['b', '<think>Two of them.</think>["x", "y"]'],
      ['c', '<think>Never an end'],
    );
    expect(examples).toMatchObject([
      { reference: 'Positive' },
      { reference: ['x', 'y'], listText: '["x", "y"]' },
      { reference: undefined },
    ]);
  });

  describe('of a column of ids', () => {
    function draftIds(...ids: readonly string[]) {
      const source = buildSource(ids.map((id, index): Row => [`Prompt ${index}`, '1', id]));
      return draftTaskSet(source, { prompt: 'p', reference: 'r', id: 't' });
    }

    it('keeps the ids where some rows have none', () => {
      const { examples, idProblem } = draftIds('T-1', '', 'n/a', 'T-2');
      expect(examples.map(({ id }) => id)).toEqual(['T-1', undefined, undefined, 'T-2']);
      expect(idProblem).toBeUndefined();
    });

    it.each([
      [['x', 'y', 'x'], 'lines 2 and 4 have the same, "x"'],
      [['x', 'y'.repeat(201)], 'line 3 has more than 200 characters'],
      [['', ''], 'no prompt has any'],
    ])('does not use %j, and says why', (ids, problem) => {
      const { examples, idProblem } = draftIds(...ids);
      expect(examples.every(({ id }) => id === undefined)).toBe(true);
      expect(idProblem).toBe(problem);
    });
  });

  it('accounts for every row', () => {
    const cell = fc.constantFrom('', ' ', 'a', 'A', 'b', 'c\n', '1');
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell)), (rows) => {
        const { examples, dropped } = draft(...rows);
        const { empty, ...lines } = dropped;
        const gone = Object.values(lines).reduce((sum, { length }) => sum + length, empty);
        expect(examples.length + gone).toBe(rows.length);
      }),
    );
  });
});

describe('proposeGraders', () => {
  it('writes numbers with one reading where another one shows that commas are decimal', () => {
    const rows = ['1.050,50 €', '1.250 €', '12.500 €', '7'].map((one, index): Row => [
      `Frage ${index}`,
      one,
      'x',
    ]);
    const proposals = proposeGraders(draft(...rows).examples, false);
    expect(proposals[0]?.grader).toEqual({ name: 'numeric' });
    expect(proposals[0]?.reason).toContain('1.250 is 1250');
    expect(proposals[0]?.examples.map(({ reference }) => reference)).toEqual([
      '1.050,50 €',
      '1250 €',
      '12500 €',
      '7',
    ]);
    const mixed = ['1.609', '2.205', '12,7', '2.54'].map((one, index): Row => [
      `Task ${index}`,
      one,
      'x',
    ]);
    const [unsure] = proposeGraders(draft(...mixed).examples, false);
    expect(unsure?.examples.map(({ reference }) => reference)).toEqual([
      '1.609',
      '2.205',
      '12,7',
      '2.54',
    ]);
    const commaOfSentence = ['Total, 12 USD', '1.250 USD', '3 USD'].map((one, index): Row => [
      `Task ${index}`,
      one,
      'x',
    ]);
    const [english] = proposeGraders(draft(...commaOfSentence).examples, false);
    expect(english?.examples.map(({ reference }) => reference)).toEqual([
      'Total, 12 USD',
      '1.250 USD',
      '3 USD',
    ]);
    const points = ['1.250', '2.5', '0.125'].map((one, index): Row => [`Task ${index}`, one, 'x']);
    const [proposal] = proposeGraders(draft(...points).examples, false);
    expect(proposal?.examples.map(({ reference }) => reference)).toEqual(['1.250', '2.5', '0.125']);
  });

  const propose = (references: readonly JsonValue[], prompt = 'Prompt', hasJudge = false) => {
    const rows = references.map((reference, index): Row => [`${prompt} ${index}`, reference, 'x']);
    return proposeGraders(draft(...rows).examples, hasJudge)[0];
  };

  it.each([
    ['numeric', ['4', '$1,200.50', '7 %']],
    ['json_fields', ['{"a": 1}', '{"a": 2}']],
    ['choice', ['A', 'C', 'B']],
    ['choice', ['Billing', 'BILLING', 'billing', 'Sales', 'Sales', 'sales']],
    ['numeric', ['12 km', '80 km/h', '$3 million', '20 square meters', '60 miles per hour']],
    ['numeric', ['12 Stunden', '5 Stunden']],
    ['numeric', ['20 years old', '12 apples left', '7', '1,200']],
    ['numeric', ['20 years old', '3 Years Old', '5 YEARS OLD', '8 years']],
    ['numeric', ['12 stunden', '5 Stunden', '7']],
    ['contains', ['12 Main Street', '15 Main Street', '7 Main Street']],
    ['contains', ['12 Park Lane', '15 miles', '7 Main Street', '9 lane']],
    ['numeric', ['5 Million USD', '12 USD']],
    ['contains', ['12', '7 Park Lane', 'Room 9', '8']],
    ['contains', ['02139', '10115', '94103', '60601', '73301']],
    ['contains', ['02139', '10115', '94103']],
    ['contains', ['12 Main Street', '7 Park Lane']],
    ['contains', ['iPhone 12', 'Galaxy 9']],
    ['choice', ['refund', 'delivery', 'refund', 'delivery']],
    ['contains', ['Paris', 'Rome', 'Berlin']],
    ['similarity', ['Good morning, how can I help you today?', 'Your order has been shipped.']],
  ])('proposes %s for %j, with a reason', (name, references) => {
    expect(propose(references)).toMatchObject({ grader: { name }, reason: expect.any(String) });
  });

  it.each([
    [
      ['Yes', 'No'],
      ['No', 'Yes'],
    ],
    [
      ['yes', 'yes', 'yes'],
      ['no', 'yes'],
    ],
    [['FALSE'], ['FALSE', 'TRUE']],
    [
      ['yes', 'no', 'unknown'],
      ['no', 'unknown', 'yes'],
    ],
    [['nein'], ['ja', 'nein']],
  ])('proposes a choice for the verdicts %j, however few', (references, choices) => {
    for (const prompt of ['Is it so', 'Answer only with the verdict']) {
      expect(propose(references, prompt)?.grader).toEqual({ name: 'choice', choices });
    }
  });

  it.each(['unknown', '12 Main Street', 'iPhone 12', '3 or 4'])(
    'leaves the one answer %j out where all others are numbers, and names it',
    (odd) => {
      const proposal = propose(['4', '12 apples', odd, '7 %']);
      expect(proposal).toMatchObject({ grader: { name: 'numeric' } });
      expect(proposal?.examples.map(({ reference }) => reference)).toEqual([
        '4',
        '12 apples',
        '7 %',
      ]);
      expect(proposal?.ungradable.map(({ reference }) => reference)).toEqual([odd]);
      expect(proposal?.reason).toContain(`left out because they are not numbers: "${odd}"`);
    },
  );

  it.each([
    ['texts', String],
    ['JSON numbers', Number],
  ])(
    'takes a word that comes back among %s for a label, and leaves none of its prompts out',
    (_, write) => {
      const references = Array.from({ length: 60 }, (_, index) =>
        index % 10 === 0 ? 'escalate' : write(1 + (index % 3)),
      );
      const rows = references.map((reference, index): Row => [`Prompt ${index}`, reference, 'x']);
      const proposals = proposeGraders(draft(...rows).examples, false);
      const choices = ['1', '2', '3', 'escalate'];
      expect(proposals[0]?.grader).toEqual({ name: 'choice', choices });
      expect(proposals[0]?.examples).toHaveLength(60);
      expect(proposals[0]?.ungradable).toEqual([]);
      const written = buildTaskSet(proposals)
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as JsonObject)['reference']);
      expect(written).toEqual(references.map(String));
    },
  );

  it('proposes for short texts and JSON numbers what it proposes for texts alone', () => {
    expect(propose(['Paris', 'Rome', 7])?.grader).toEqual(propose(['Paris', 'Rome', '7'])?.grader);
  });

  describe('of options with their letters', () => {
    const listed = 'Which one?\nA. Paris\nB. London\nC. Rome';
    const numbers = 'How many? (A) 12 (B) 15 (C) 3';
    const proposeOptions = (references: readonly string[], prompt = listed) => {
      const rows = references.map((one, index): Row => [`${index} ${prompt}`, one, 'x']);
      return proposeGraders(draft(...rows).examples, false)[0];
    };

    it.each([
      [['A. Paris', 'B. London', 'A. Paris', 'C. Rome'], listed],
      [['(A) Paris', '(B)', '(A)', '(C) Rome'], listed],
      [['A: 12', 'B', 'A', 'C: 3'], numbers],
    ])('compares the letters of %j where the prompts list the options', (references, prompt) => {
      const proposal = proposeOptions(references, prompt);
      expect(proposal?.grader).toEqual({ name: 'choice' });
      expect(proposal?.reason).toContain('letter of an option');
      expect(proposal?.examples.map(({ reference }) => reference)).toEqual(['A', 'B', 'A', 'C']);
      expect(proposal?.ungradable).toEqual([]);
    });

    it('compares the letter of an option that names others, where a prompt has it in a line', () => {
      const references = ['C. Both A and B', 'A. Paris', 'B. London', 'C. Both A and B'];
      const prompt = 'Which?\nA. Paris\nB. London\nC. Both A and B\nD. None';
      const examples = proposeOptions(references, prompt)?.examples ?? [];
      expect(examples.map(({ reference }) => reference)).toEqual(['C', 'A', 'B', 'C']);
    });

    it('keeps the texts where the prompts list no options, or one names several', () => {
      const names = ['A. Smith', 'B. Jones', 'A. Smith', 'C. Brown'];
      const kept = proposeOptions(names, 'Who wrote it?');
      expect(kept?.examples.map(({ reference }) => reference)).toEqual(names);
      const species = ['E. coli', 'C. elegans', 'E. coli', 'C. elegans'];
      for (const prompt of [
        'Is it E. coli?\nA) E. coli\nB) C. elegans',
        '(A) E. coli (B) C. elegans',
      ]) {
        const abbreviated = proposeOptions(species, prompt);
        expect(abbreviated?.examples.map(({ reference }) => reference)).toEqual(species);
      }
      const several = ['A. Paris, C. Rome', 'B. London', 'A. Paris', 'C. Rome'];
      const all = proposeOptions(several)?.examples.map(({ reference }) => reference);
      expect(all).toEqual(several);
    });
  });

  describe('of letters, of which several may be right', () => {
    const listReferences = (references: readonly JsonValue[]) =>
      propose(references)?.examples.map(({ reference }) => reference);

    it('compares all as lists of letters', () => {
      const proposal = propose(['A, C', 'B', 'A', 'B, D', 'A and B', '["C", "D"]']);
      expect(proposal?.grader).toEqual({ name: 'choice' });
      expect(proposal?.reason).toContain('lists of letters');
      expect(proposal?.examples.map(({ reference }) => reference)).toEqual([
        ['A', 'C'],
        ['B'],
        ['A'],
        ['B', 'D'],
        ['A', 'B'],
        ['C', 'D'],
      ]);
      expect(listReferences(['AC', 'B', 'BD'])).toEqual([['A', 'C'], ['B'], ['B', 'D']]);
    });

    it('writes them as lists into the task set', () => {
      const source = draft(['Which? 1', 'A, C', 'x'], ['Which? 2', 'B', 'x']);
      const lines = buildTaskSet(proposeGraders(source.examples, false)).trim().split('\n');
      expect(lines.map((line) => JSON.parse(line) as JsonObject)).toMatchObject([
        { reference: ['A', 'C'], grader: 'choice' },
        { reference: ['B'], grader: 'choice' },
      ]);
    });

    it('leaves out and names what is none', () => {
      const proposal = propose(['A, C', 'B', 'all of the above']);
      expect(proposal).toMatchObject({ grader: { name: 'choice' }, ungradable: [{ line: 4 }] });
      expect(proposal?.reason).toContain('"all of the above"');
    });

    it('takes no order of letters for a set of them', () => {
      expect(propose(['C, A, B', 'A, B, C'])?.grader?.name).toBe('contains');
      expect(propose(['A, B', 'B, C'], 'Rank them.')?.grader?.name).toBe('contains');
      expect(propose(['C, A, B', 'A, B, C'], 'x', true)?.grader?.name).toBe('judge');
    });

    it('takes "AB" for a label where others are beside it, and prompts list no options', () => {
      const types = ['A', 'B', 'AB', 'O', 'A', 'B', 'AB', 'O'];
      const proposal = propose(types, 'Which blood type?');
      expect(proposal?.grader).toEqual({ name: 'choice', choices: ['A', 'AB', 'B', 'O'] });
      expect(proposal).toMatchObject({ ungradable: [] });
      expect(proposal?.examples.map(({ reference }) => reference)).toEqual(types);
      const none = ['A', 'B', 'AB', 'none', 'A', 'B', 'AB', 'none'];
      const listed = propose(none, 'Which?\nA) Rome\nB) Paris');
      expect(listed?.grader).toEqual({ name: 'choice' });
      expect(listed?.examples[2]).toMatchObject({ reference: ['A', 'B'] });
      expect(listed?.reason).toContain('"none"');
      expect(propose(['A', 'BC', 'AB', 'D', 'all'])?.examples[1]?.reference).toEqual(['B', 'C']);
    });

    it('takes labels of two capitals for labels', () => {
      expect(propose(['AI', 'Cloud', 'AI', 'Cloud'])?.grader).toMatchObject({
        choices: ['AI', 'Cloud'],
      });
    });
  });

  it('compares formulas by their value, and names what it leaves out', () => {
    const references = ['$x^2+1$', '\\left( 3, \\frac{\\pi}{2} \\right)', '42', '2\\sqrt{3}'];
    for (const hasJudge of [false, true]) {
      const proposal = propose(references, 'Solve it.', hasJudge);
      expect(proposal).toMatchObject({ grader: { name: 'math' }, ungradable: [] });
    }
    const some = propose([...references, '\\text{Evelyn}'], 'Solve it.');
    expect(some).toMatchObject({ grader: { name: 'math' }, ungradable: [{ line: 6 }] });
    expect(some?.reason).toContain('Evelyn');
    expect(propose(['C:\\Users\\x', 'D:\\Data'])?.grader?.name).toBe('contains');
    expect(propose(['$5 or $6', 'a lot of $'])?.grader?.name).toBe('contains');
  });

  it.each([
    ['8:30', '9:15', '17:00'],
    ['2024-01-10', '2023-12-31', '2020-02-29'],
    ['January 10, 2024', '3rd of May', '12 June 1999'],
  ])('leaves dates and times to a judge, or says that their spelling counts: %s', (...dates) => {
    expect(propose(dates, 'When?', true)?.grader?.name).toBe('judge');
    const proposal = propose(dates, 'When?');
    expect(proposal?.grader?.name).toBe('contains');
    expect(proposal?.reason).toContain('a judge would be better');
    const exact = propose(dates, 'Answer with only the date in the form YYYY-MM-DD.', true);
    expect(exact?.grader?.name).toBe('exact');
    expect(exact?.reason).not.toContain('judge');
  });

  it('says that contains also passes denials', () => {
    expect(propose(['Paris', 'Rome', 'Berlin'])?.reason).toContain('denies');
    expect(propose(['["Paris", "Rome"]', 'Berlin'])?.reason).toContain('denies');
  });

  it('proposes exact answers where the prompts ask for nothing else', () => {
    expect(propose(['Paris', 'Rome', 'Berlin'], 'Reply with the city only.')?.grader?.name).toBe(
      'exact',
    );
  });

  it('takes one of a list of expected answers, or all of them where the prompts ask for all', () => {
    const lists = ['["Paris", "City of Paris"]', 'Rome', '["Berlin"]'];
    expect(propose(lists, 'What is the capital?')?.grader).toEqual({
      name: 'contains',
      wholeWords: true,
      all: false,
    });
    expect(propose(lists, 'List every city.')?.grader).toEqual({
      name: 'contains',
      wholeWords: true,
    });
    const rows = lists.map((list, index): Row => [`Capital ${index}`, list, 'x']);
    const references = draft(...rows).examples.map(({ reference }) => reference);
    expect(references).toEqual([['Paris', 'City of Paris'], 'Rome', 'Berlin']);
  });

  it('gives a list whose members are all wanted to no grader that reads one of them', () => {
    const reasons = [
      '["a long first reason that says why", "a long second reason that says why"]',
      '["another long reason that says why", "and one more reason that says why"]',
    ];
    const mixed = ['[3, "five"]', '[2, "nine"]'];
    const sorted = ['[3, 5]', '[2, 9]'];
    for (const hasJudge of [true, false]) {
      for (const [lists, prompt] of [
        [reasons, 'List every reason'],
        [mixed, 'What is it'],
        [sorted, 'Sort the numbers'],
      ] as const) {
        const rows = lists.map((list, index): Row => [`${prompt} ${index}`, list, 'x']);
        const proposals = proposeGraders(draft(...rows).examples, hasJudge);
        expect(proposals[0]).toMatchObject({
          grader: { name: hasJudge ? 'judge' : 'similarity' },
          ungradable: [],
        });
        const references = buildTaskSet(proposals)
          .trim()
          .split('\n')
          .map((line) => (JSON.parse(line) as JsonObject)['reference']);
        expect(references).toEqual(lists);
      }
    }
  });

  it('compares lists of numbers as sets, where nothing but a list is asked for', () => {
    const buildRows = (lists: readonly string[], form = ' Give only the list.'): Row[] =>
      lists.map((list, index) => [`What solves equation ${index}?${form}`, list, 'x']);
    const rows = buildRows(['[3, 5]', '[4, 1]', '[7, 2]']);
    const proposals = proposeGraders(draft(...rows).examples, false);
    expect(proposals[0]?.grader).toEqual({ name: 'set_f1' });
    const references = buildTaskSet(proposals)
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as JsonObject)['reference']);
    expect(references).toEqual([
      [3, 5],
      [4, 1],
      [7, 2],
    ]);
    const propose = (given: readonly Row[], hasJudge = false) =>
      proposeGraders(draft(...given).examples, hasJudge)[0]?.grader?.name;
    expect(propose(rows, true)).toBe('judge');
    // A right answer in prose would have quality 0.
    expect(propose(buildRows(['[3, 5]', '[4, 1]', '[7, 2]'], ''))).toBe('similarity');
    expect(propose(buildRows(['[3, 5]', '4', '7']))).not.toBe('set_f1');
  });

  it('shows a judge the list of a JSON file as a whole, too', () => {
    const source = buildSource([]);
    const rows = [1, 2].map((line) => ({
      line,
      members: {
        ok: true as const,
        value: { p: `Why ${line}?`, r: ['It rained for days on end.', 'The dam broke under it.'] },
      },
    }));
    const { examples } = draftTaskSet(
      { ...source, table: { ...source.table, rows } },
      source.mapping,
    );
    const [line = ''] = buildTaskSet(proposeGraders(examples, true)).split('\n');
    expect(JSON.parse(line)).toMatchObject({
      reference: '["It rained for days on end.","The dam broke under it."]',
      grader: { name: 'judge' },
    });
  });

  it('takes lists that are no answers as they are', () => {
    const [example] = draft(['What does it print?', '[[1, 2], []]', 'x']).examples;
    expect(example?.reference).toBe('[[1, 2], []]');
  });

  it('leaves free text to a judge, where one is named', () => {
    const texts = ['Good morning, how can I help you today?', 'Your order has been shipped.'];
    expect(propose(texts, 'Translate', true)?.grader?.name).toBe('judge');
  });

  it('grades nothing without an expected answer, unless a judge is named', () => {
    const rows: readonly Row[] = [
      ['a', '', 'x'],
      ['b', '', 'x'],
    ];
    const without = proposeGraders(draft(...rows).examples, false);
    expect(without[0]).toMatchObject({ grader: undefined, examples: [], ungradable: [{}, {}] });
    expect(buildTaskSet(without)).toBe('');
    expect(proposeGraders(draft(...rows).examples, true)[0]?.grader?.name).toBe('judge');
  });

  it('writes each reference in the spelling of its choice', () => {
    const rows = ['Billing', 'BILLING', 'Billing', 'Sales', 'sales', 'Sales'].map(
      (reference, index): Row => [`Prompt ${index}`, reference, 'x'],
    );
    const text = buildTaskSet(proposeGraders(draft(...rows).examples, false));
    const references = text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as JsonObject)['reference']);
    expect(new Set(references)).toEqual(new Set(['Billing', 'Sales']));
  });
});

describe('lists that are the answer', () => {
  function build(...rows: readonly Row[]) {
    const proposals = proposeGraders(draft(...rows).examples, false);
    const lines = buildTaskSet(proposals).trimEnd().split('\n');
    return {
      proposals,
      references: lines.map((line) => (JSON.parse(line) as JsonObject)['reference']),
    };
  }

  it('keeps what code prints as it is written, also a list of one', () => {
    const question = 'What does this Python program print?\nwords';
    const { proposals, references } = build(
      [`${question}[0]`, "['a', 'b', '1']"],
      [`${question}[1]`, "['w1']"],
    );
    expect(references).toEqual(["['a', 'b', '1']", "['w1']"]);
    expect(proposals[0]?.reason).toContain('2 lists kept as written');
  });

  it('keeps it where a single prompt holds code', () => {
    const { references } = build(
      ['Capital?', "['Paris', 'City of Paris']"],
      ['Who made "Monty Python and the Holy Grail"?', "['Monty Python', 'Pythons']"],
      ['What is f()?\ndef f():\n  return ["x"]', "['x']"],
    );
    expect(references).toEqual([['Paris', 'City of Paris'], ['Monty Python', 'Pythons'], "['x']"]);
  });

  it.each([
    'Which language is the reference implementation of Python written in?',
    'Who printed the first program of the Apollo program?',
  ])('takes lists for spellings where prompts are about programs: %s', (question) => {
    expect(build([question, "['C', 'the C language']"]).references).toEqual([
      ['C', 'the C language'],
    ]);
  });

  it.each([
    ['Classify the review.\n```It is good```', "['positive']", 'positive'],
    [
      'Answer from the text in triple backticks.\n```Bonn was the capital.```\nWhich city?',
      "['Bonn']",
      'Bonn',
    ],
    [
      'How many days do I have to return an item?',
      "['30 days', 'thirty days']",
      ['30 days', 'thirty days'],
    ],
    ['Where do I print the label?', "['at home', 'home']", ['at home', 'home']],
    ['What does this expression mean: break a leg?', "['good luck']", 'good luck'],
    ['Which language is this? console.log("x")', "['JavaScript', 'JS']", ['JavaScript', 'JS']],
  ])('takes lists for spellings where no output is asked for: %s', (question, cell, expected) => {
    expect(build([question, cell]).references).toEqual([expected]);
  });

  it('keeps letters of options where the prompt holds code', () => {
    const prompt = 'Which are printed by print("x", "y")?\nA) x\nB) y\nC) z';
    expect(build([prompt, "['A', 'B']"]).references).toEqual([['A', 'B']]);
  });

  it('takes lists for spellings where prompts only say how to answer', () => {
    const { proposals, references } = build([
      'Output only the answer, and return nothing else. Capital?',
      "['Paris', 'City of Paris']",
    ]);
    expect(references).toEqual([['Paris', 'City of Paris']]);
    expect(proposals[0]?.reason).not.toContain('kept as written');
  });
});
