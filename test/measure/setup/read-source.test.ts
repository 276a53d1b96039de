import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { draftTaskSet } from '../../../src/measure/setup/draft-task-set.js';
import { readSource } from '../../../src/measure/setup/read-source.js';
import { writeTestFiles } from '../outcomes/write-test-files.js';

async function draft(name: string, text: string, map: Readonly<Record<string, string>> = {}) {
  const folder = await writeTestFiles({ [name]: text });
  const columns = Object.entries(map).map(([field, column]) => [field, [column]] as const);
  const source = await readSource(join(folder, name), new Map(columns));
  return { ...source, draft: draftTaskSet(source, source.mapping) };
}

const jsonl = (...rows: readonly unknown[]): string =>
  rows.map((row) => JSON.stringify(row)).join('\n');

describe('readSource', () => {
  it.each([
    ['prompt,expected,category', { prompt: 'prompt', reference: 'expected', task: 'category' }],
    [
      'Question;Ground Truth;Topic',
      { prompt: 'Question', reference: 'Ground Truth', task: 'Topic' },
    ],
    ['inputs.question,outputs.answer', { prompt: 'inputs.question', reference: 'outputs.answer' }],
    ['id,question_stem,fact1', { id: 'id', prompt: 'question_stem' }],
    ['stem,passage', { prompt: 'stem' }],
    ['sentence,source', { prompt: 'sentence' }],
    ['ctx,activity', { prompt: 'ctx' }],
    ['input\toutput\tlabel', { prompt: 'input', reference: 'output', task: 'label' }],
    [
      '"Prompt\n(user input)","Réponse",Thème',
      { prompt: 'Prompt\n(user input)', reference: 'Réponse', task: 'Thème' },
    ],
    [
      'prompt_id,instruction,answer',
      { id: 'prompt_id', prompt: 'instruction', reference: 'answer' },
    ],
  ])('guesses the columns of %s', async (header, mapping) => {
    const { mapping: guessed } = await draft('x.csv', `${header}\n`);
    expect(guessed).toEqual(mapping);
  });

  it.each([
    ['prompt,completion,model', 'completion', 'model'],
    ['input,output,prompt_tokens,completion_tokens', 'output', 'prompt_tokens'],
    ['question,answer,total_cost', 'answer', 'total_cost'],
    ['Question,Answer (text),LLM', 'Answer (text)', 'LLM'],
    ['prompt,outputs,latency_ms', 'outputs', 'latency_ms'],
    ['instruction,output,generator', 'output', 'generator'],
    ['question,answer,model_a', 'answer', 'model_a'],
    ['question,answer,winner', 'answer', 'winner'],
  ])('takes no answer of a model for the expected one: %s', async (header, answer, shownBy) => {
    const cells = header.split(',').map(() => 'x');
    const { mapping, table } = await draft('x.csv', `${header}\n${cells.join(',')}\n`);
    expect(mapping.reference).toBe(undefined);
    expect(table.notes.join()).toContain(
      `"${answer}" is not taken for the expected answer: as there is a column "${shownBy}"`,
    );
    const word = answer.includes(' ') ? `'reference=${answer}'` : `reference=${answer}`;
    expect(table.notes.join()).toContain(`add --map ${word}`);
  });

  it.each([
    ['question,answer,is_correct', 'false', 'is_correct'],
    ['input,output,score,passed', '0,false', 'score'],
    ['question,answer,grade', '0.5', 'grade'],
    ['question,answer,correct', 'no', 'correct'],
    ['question,answer,score', '4/5', 'score'],
    ['prompt,output,is_correct', 'FALSCH', 'is_correct'],
    ['question,answer,korrekt', 'Nein', 'korrekt'],
    ['question,answer,correct', 'N', 'correct'],
    ['question,answer,correct', '✗', 'correct'],
    ['input,output,feedback', '👎', 'feedback'],
    ['prompt,output,rating', '3', 'rating'],
    ['question,answer,verdict', 'bad', 'verdict'],
    ['question,answer,correctness', '0', 'correctness'],
    ['question,answer,human_score', '0.2', 'human_score'],
    ['question,answer,faithfulness,answer_relevancy', '0.5,0.9', 'faithfulness'],
    ['id,timestamp,name,input,output,userId,scores', "1,2026,chat,x,y,u,{'c': 0}", 'scores'],
    ['inputs,outputs,correctness', '0', 'correctness'],
  ])('takes no graded answer for the expected one: %s', async (header, grades, shownBy) => {
    const isWhole = grades.split(',').length === header.split(',').length;
    const text = `${header}\n${isWhole ? '' : 'Capital of Australia?,Sydney,'}${grades}\n`;
    const { mapping, table, draft: made } = await draft('x.csv', text);
    expect(mapping.reference).toBe(undefined);
    expect(made.examples[0]?.reference).toBe(undefined);
    expect(table.notes.join()).toContain(`as there is a column "${shownBy}"`);
    expect(table.notes.join()).toContain('--map reference=');
  });

  it.each([
    ['question,answer,grade', '7'],
    ['question,answer,grade', 'grade2'],
    ['question,answer,correct', 'Sydney'],
    ['question,answer,score', 'high'],
    ['question,answer,score', ''],
    ['question,expected,score', '1'],
  ])('expects answers beside other columns: %s (%s)', async (header, cell) => {
    const { draft: made } = await draft('x.csv', `${header}\nCapital?,Canberra,${cell}\n`);
    expect(made.examples[0]?.reference).toBe('Canberra');
  });

  it.each([
    ['difficulty_score', '0.7'],
    ['feedback', 'Canberra was chosen in 1908 as a compromise.'],
    ['verdict', 'supported by the source'],
    ['contexts', "['a text']"],
    ['user_id', 'u1'],
    ['quality', 'high'],
    ['Punkte', '3'],
    ['Bewertung', '4'],
    ['score_max', '5'],
  ])('says that answers are taken for the expected ones beside "%s" (%s)', async (column, cell) => {
    const text = `question,answer,${column}\nCapital?,Canberra,"${cell}"\n`;
    const { draft: made, table } = await draft('x.csv', text);
    expect(made.examples[0]?.reference).toBe('Canberra');
    expect(table.notes.join()).toContain(
      `"answer" is taken for the expected answers. If a model wrote them, as the column "${column}" may show`,
    );
    const named = await draft('x.csv', text, { reference: 'answer' });
    expect(named.table.notes.join()).not.toContain('If a model wrote them');
  });

  it.each([
    ['gold_answer', true],
    ['reference_outputs.answer', true],
    ['expected', false],
  ])('says that "%s" comes before an answer where it is no common name', async (name, isSaid) => {
    const { mapping, table } = await draft('x.csv', `question,answer,${name}\nWhy?,No.,So.\n`);
    expect(mapping.reference).toBe(name);
    const note =
      `"${name}" is taken for the expected answers, and "answer" for those of a model; ` +
      'if it holds the expected ones, add --map reference=answer';
    expect(table.notes).toEqual(isSaid ? [note] : []);
  });

  it('asks which of several columns holds the expected answers', async () => {
    const { mapping, table } = await draft(
      'x.csv',
      'question,answer,ideal_answer,gold_answer\nWhy?,a,b,c\n',
    );
    expect(mapping).toEqual({ prompt: 'question' });
    expect(table.notes.join()).toContain(
      'which of "ideal_answer", "gold_answer" holds the expected',
    );
    const text = 'question,answer,target\nWhy?,So.,x\n';
    expect((await draft('x.csv', text, { task: 'target' })).mapping.reference).toBe('answer');
  });

  it.each([
    [{ response: 'Lyon' }, { expected_response: 'Paris' }, 'expectations'],
    [{ response: 'Lyon' }, 'Paris', 'targets'],
    ['Lyon', { expected_response: 'Paris', guidelines: ['Be brief.'] }, 'expectations'],
  ])('reads what is expected beside outputs, as in MLflow: %j', async (outputs, expected, name) => {
    const row = { inputs: { question: 'Capital of France?' }, outputs, [name]: expected };
    const { kind, draft: made } = await draft('x.jsonl', jsonl(row));
    expect(kind).toBe('mlflow');
    expect(made.examples).toMatchObject([
      { request: { prompt: 'Capital of France?' }, reference: 'Paris' },
    ]);
  });

  it('takes no facts and guidelines for the answer', async () => {
    const expectations = { expected_facts: ['In France', 'On the Seine'], guidelines: ['Short'] };
    const row = { inputs: { question: 'Where is Paris?' }, expectations };
    const { draft: made, table } = await draft('x.jsonl', jsonl(row));
    expect(made.examples).toMatchObject([{ reference: undefined }]);
    expect(table.notes.join()).toContain('the members expected_facts (1), guidelines (1)');
  });

  it.each([
    ['is_correct', 'no'],
    ['faithfulness', '0.5'],
  ])('takes no answers that are graded alike: %s (%s)', async (column, grade) => {
    const text = `question,answer,${column}\nCapital?,Sydney,${grade}\nCurrency?,Pound,${grade}\n`;
    expect((await draft('x.csv', text)).mapping.reference).toBe(undefined);
  });

  it.each([
    ['score', '5'],
    ['quality', 'ok'],
    ['quality', 'good'],
    ['Feedback', 'ok'],
  ])('expects answers beside what each row has alike: %s (%s)', async (column, cell) => {
    const text = `question,answer,${column}\nCapital?,Canberra,${cell}\nCurrency?,Dollar,${cell}\n`;
    const { draft: made } = await draft('x.csv', text);
    expect(made.examples.map(({ reference }) => reference)).toEqual(['Canberra', 'Dollar']);
  });

  it('takes an answer of a model for the expected one where that is asked for, or a column says so', async () => {
    const folder = await writeTestFiles({ 'x.csv': 'prompt,output,model\nWhy?,So.,m\n' });
    const asked = await readSource(join(folder, 'x.csv'), new Map([['reference', ['output']]]));
    expect(asked.mapping.reference).toBe('output');
    expect(asked.table.notes).toEqual([]);
    const { mapping, table } = await draft('x.csv', 'prompt,output,model,expected\n');
    expect(mapping.reference).toBe('expected');
    expect(table.notes).toEqual([]);
  });

  it.each([
    ['inputs,outputs,reference_outputs', 'reference_outputs'],
    ['inputs,reference_outputs', 'reference_outputs'],
    ['inputs,outputs,reference_outputs,latency', 'reference_outputs'],
    ['inputs,outputs,reference_outputs,run_type', 'reference_outputs'],
    ['inputs,outputs,expected', 'expected'],
    ['question,expected,expected_output', 'expected'],
    ['question,answer,expected_output_format', 'answer'],
    ['question,answer,reference_url', 'answer'],
  ])(
    'takes outputs that are named as expected before all others: %s',
    async (header, reference) => {
      const cells = header.split(',').map((name) => `${name}?`);
      const { mapping, table } = await draft('x.csv', `${header}\n${cells.join(',')}\n`);
      expect(mapping.reference).toBe(reference);
      expect(table.notes).toEqual([]);
    },
  );

  it.each([
    [
      'inputs.question,outputs.answer,reference_outputs.answer,reference_outputs.id',
      'reference_outputs.answer',
    ],
    ['inputs.question,outputs.answer,reference_outputs.sql', 'reference_outputs.sql'],
    ['question,output,reference_outputs.answer', 'reference_outputs.answer'],
    ['inputs_question,output_answer,reference_outputs_answer', 'reference_outputs_answer'],
  ])('takes expected outputs of flattened objects before others: %s', async (header, reference) => {
    const cells = header.split(',').map((name) => `${name}?`);
    const { mapping } = await draft('x.csv', `${header}\n${cells.join(',')}\n`);
    expect(mapping.reference).toBe(reference);
  });

  it('reads the expected outputs of an experiment, and not what the model answered', async () => {
    const row = {
      inputs: { question: 'Who wrote Emma?' },
      outputs: { answer: 'Dickens' },
      reference_outputs: { answer: 'Austen' },
    };
    const { draft: made } = await draft('x.jsonl', jsonl(row, { ...row, run_type: 'chain' }));
    expect(made.examples).toMatchObject([
      { request: { prompt: 'Who wrote Emma?' }, reference: 'Austen' },
    ]);
  });

  it('takes none of several columns of expected outputs where no name says which, and says so', async () => {
    const header = 'inputs.question,outputs.answer,reference_outputs.sql,reference_outputs.dialect';
    const { mapping, table } = await draft('x.csv', `${header}\nWho?,a,b,c\n`);
    expect(mapping).toEqual({ prompt: 'inputs.question' });
    expect(table.notes).toEqual([
      'which of "reference_outputs.sql", "reference_outputs.dialect" holds the expected answers ' +
        'is not clear: name it, such as --map reference=reference_outputs.sql',
    ]);
  });

  it('takes no turn that a model said in a record of calls for a right answer', async () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello' },
    ];
    const record = await draft('x.jsonl', jsonl({ messages, model: 'm' }));
    expect(record.draft.examples).toMatchObject([{ reference: undefined }]);
    const tuning = await draft('x.jsonl', jsonl({ messages }));
    expect(tuning.draft.examples).toMatchObject([{ reference: 'Hello' }]);
  });

  it.each([{ model: 'm' }, { model_a: 'm', model_b: 'n' }, { winner: 'tie' }, {}])(
    'expects the last answer of a conversation only where no model is named, and says so: %j',
    async (others) => {
      const conversation = [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello' },
      ];
      const { draft: made, table } = await draft('x.jsonl', jsonl({ conversation, ...others }));
      const isExpected = Object.keys(others).length === 0;
      expect(made.examples[0]?.reference).toBe(isExpected ? 'Hello' : undefined);
      const note =
        'the last answers in "conversation" are taken for the expected ones. If a model wrote them, name the ' +
        'expected ones with --map reference=COLUMN, or remove these answers from the file';
      expect(table.notes).toEqual(isExpected ? [note] : []);
    },
  );

  it('takes the only column of texts for the prompts, if no name says it, and says so', async () => {
    const { mapping, table } = await draft('x.csv', 'a,b\nx,How many legs does a spider have?\n');
    expect(mapping).toEqual({ prompt: 'b' });
    expect(table.notes).toEqual([
      '"b" is taken for the prompts, as no other column holds such texts; if another one does, ' +
        'add --map prompt=COLUMN',
    ]);
  });

  it('takes none of several columns of texts for the prompts, and proposes the longest', async () => {
    const rows = 'a,b,label\nWhere is the spider now?,How many legs does a spider have?,x\n';
    const { mapping, likelyPrompt } = await draft('x.csv', rows);
    expect(mapping).toEqual({ reference: 'label' });
    expect(likelyPrompt).toBe('b');
    const named = await draft('x.csv', rows, { prompt: 'a' });
    expect(named.mapping).toEqual({ prompt: 'a', reference: 'label' });
    expect(named.likelyPrompt).toBeUndefined();
  });

  it('joins the options to a question that is not clear until it is named', async () => {
    const row = {
      wording: 'Which is the capital of Italy?',
      source: 'From the yearbook of 2026, page 5',
      choices: ['Rome', 'Paris'],
      answer: 0,
    };
    expect((await draft('x.jsonl', jsonl(row))).likelyPrompt).toBe('source');
    const { draft: made } = await draft('x.jsonl', jsonl(row), { prompt: 'wording' });
    expect(made.examples).toMatchObject([
      { request: { prompt: expect.stringContaining('A) Rome\nB) Paris') }, reference: 'A' },
    ]);
    const same = await draft('x.jsonl', jsonl(row), { prompt: 'source' });
    expect(same.draft.examples).toMatchObject([
      { request: { prompt: expect.stringContaining('A) Rome') } },
    ]);
  });

  const asked = { model: 'm', messages: [{ role: 'user', content: 'Where is it?' }] };

  it.each([['{}'], ['[]'], [' { } '], [{}], [[]]])(
    'takes no column of prompts that asks nothing: %j',
    async (cell) => {
      const rows = jsonl({ messages: cell, proxy_server_request: JSON.stringify(asked) });
      const { mapping, draft: made } = await draft('x.jsonl', rows);
      expect(mapping.prompt).toBe('proxy_server_request');
      expect(made.examples).toMatchObject([{ request: { messages: asked.messages } }]);
      const alone = await draft('x.jsonl', jsonl({ messages: cell, text_length: 3 }));
      expect(alone.mapping.prompt).toBe('messages');
      expect(alone.draft).toMatchObject({ examples: [], dropped: { empty: 1 } });
    },
  );

  it('leaves out rows that ask nothing beside others that do', async () => {
    const rows = jsonl({ messages: '{}' }, { messages: asked.messages }, { messages: '[]' });
    const { draft: made } = await draft('x.jsonl', rows);
    expect(made).toMatchObject({ examples: [{ line: 2 }], dropped: { empty: 2 } });
    const named = await draft('x.jsonl', rows, { prompt: 'messages' });
    expect(named.draft.dropped.empty).toBe(2);
  });

  it('takes no archived items of a dataset of Langfuse', async () => {
    const item = { datasetId: 'd', input: 'Two plus two?', expectedOutput: '4' };
    const active = { ...item, status: 'ACTIVE' };
    const rows = [active, { ...item, input: 'Old?', status: '"ARCHIVED"' }];
    const { draft: made, table } = await draft('x.jsonl', jsonl(...rows));
    expect(made.examples).toMatchObject([{ request: { prompt: 'Two plus two?' } }]);
    expect(table.notes).toEqual(['1 of 2 items are left out, as they are archived']);
    expect(table.columns).not.toContain('status');
    expect((await draft('x.jsonl', jsonl(active))).table.notes).toEqual([]);
    const other = await draft('x.jsonl', jsonl(...rows, { ...item, input: 'New?', status: 'new' }));
    expect(other.draft.examples).toHaveLength(3);
    expect(other.table.columns).toContain('status');
  });

  it("reads dataset items of Langfuse: the input's text, and the expected output", async () => {
    const item = { id: 'i1', datasetId: 'd', status: 'ACTIVE' };
    const { kind, draft: made } = await draft(
      'items.jsonl',
      jsonl(
        { ...item, input: { question: 'Two plus two?' }, expectedOutput: { answer: '4' } },
        { ...item, input: [{ role: 'user', content: 'Hi' }], expectedOutput: 'Hello' },
      ),
    );
    expect(kind).toBe('langfuse');
    expect(made.examples).toMatchObject([
      { request: { prompt: 'Two plus two?' }, reference: '4' },
      { request: { messages: [{ role: 'user', content: 'Hi' }] }, reference: 'Hello' },
    ]);
  });

  it("does not take a trace's output, which a model wrote, for a right answer", async () => {
    const csv =
      'id,traceId,name,input,output\nt,1,triage,"{""messages"":[{""role"":""user"",""content"":""Hi""}]}",Hello\n';
    const { kind, draft: made } = await draft('traces.csv', csv);
    expect(kind).toBe('langfuse');
    expect(made.examples).toMatchObject([
      { task: 'triage', reference: undefined, request: { messages: [{ content: 'Hi' }] } },
    ]);
  });

  it("reads LangSmith's examples, and no outputs of its runs", async () => {
    const examples = jsonl({ id: 'e', inputs: { question: 'Why?' }, outputs: { answer: 'So.' } });
    expect((await draft('x.jsonl', examples)).draft.examples).toMatchObject([
      { request: { prompt: 'Why?' }, reference: 'So.' },
    ]);
    const runs = jsonl({
      run_type: 'llm',
      inputs: { question: 'Why?' },
      outputs: { answer: 'So.' },
    });
    expect((await draft('x.jsonl', runs)).draft.examples).toMatchObject([{ reference: undefined }]);
  });

  it("takes the calls of models out of Langfuse's observations, and the start of other traces", async () => {
    const row = { traceId: 't1', startTime: '2026-01-01', level: 'DEFAULT' };
    const { table, draft: made } = await draft(
      'observations.jsonl',
      jsonl(
        { ...row, type: 'AGENT', name: 'agent', input: { input: 'Refund it' } },
        {
          ...row,
          type: 'GENERATION',
          name: 'chat',
          parentObservationId: 'a',
          input: [{ role: 'user', content: 'Refund it' }],
          output: { role: 'assistant', content: null, tool_calls: [] },
        },
        { ...row, type: 'TOOL', name: 'find', parentObservationId: 'a', input: { id: 7 } },
        { ...row, traceId: 't2', type: 'SPAN', name: 'faq', input: 'Do you ship?' },
      ),
    );
    expect(made.examples.map(({ request, reference }) => ({ request, reference }))).toEqual([
      { request: { messages: [{ role: 'user', content: 'Refund it' }] }, reference: undefined },
      { request: { prompt: 'Do you ship?' }, reference: undefined },
    ]);
    expect(table.notes).toEqual([
      '2 of 4 records are prompts: the calls of models, and the start of each trace without any',
    ]);
  });

  it('does not take names of traces that repeat their prompts for labels', async () => {
    const header = 'id,traceId,traceName,promptName,input\n';
    const rows = (label: (index: number) => string): string =>
      Array.from({ length: 12 }, (_, index) => {
        const prompt = `Prompt number ${index}, please`;
        return `${index},${index},${label(index)},,"${prompt}"`;
      }).join('\n');
    const unique = await draft('x.csv', header + rows((index) => `Prompt number ${index}`));
    expect(unique.mapping).toEqual({ prompt: 'input' });
    const shared = await draft('x.csv', header + rows((index) => `app${index % 2}`));
    expect(shared.mapping).toEqual({ prompt: 'input', task: 'traceName' });
  });

  it('names the members of inputs that are not part of the prompts', async () => {
    const { table } = await draft(
      'x.jsonl',
      jsonl(
        {
          inputs: { question: 'Why?', context: 'A page.', model: 'm' },
          outputs: { answer: 'So.' },
        },
        { inputs: { question: 'How?', context: null }, outputs: { answer: 'So.' } },
      ),
    );
    expect(table.notes).toEqual(['not part of the prompts: the members context (1) of "inputs"']);
  });

  it.each([
    [
      { input: 'Why?' },
      { input: 'Why?', context: 'A page.', answer: 'So.' },
      'So.',
      'input (1), context (1)',
    ],
    [{ question: 'Why?' }, { query: 'Why?', result: 'So.' }, 'So.', 'query (1)'],
    [{ text: 'Why?' }, { text: 'Why?', answer: 'So.' }, 'So.', 'text (1)'],
    [{ text: 'Why?' }, { text: 'Why?', sentiment: 'none' }, 'none', 'text (1)'],
    [{ question: 'Why?' }, { question: 'Why, please?', answer: 'ok' }, 'ok', 'question (1)'],
    [{ question: 'Why?' }, { query: ' Why?', verdict: 'ok' }, 'ok', 'query (1)'],
    [
      { messages: [{ role: 'user', content: 'Why?' }] },
      { input: 'Why?', verdict: 'ok' },
      'ok',
      'input (1)',
    ],
  ])(
    'takes no input that outputs repeat for the expected answer: %j',
    async (inputs, outputs, reference, unused) => {
      const { table, draft: made } = await draft('x.jsonl', jsonl({ inputs, outputs }));
      expect(JSON.stringify(made.examples[0]?.request)).toContain('Why?');
      expect(made.examples).toMatchObject([{ reference }]);
      expect(table.notes).toEqual([
        `not part of the expected answers: the members ${unused} of "outputs"`,
      ]);
    },
  );

  it.each([
    [{ query: 'SELECT 1' }, 'SELECT 1', []],
    [{ question: 'Which users are there?' }, 'Which users are there?', []],
    [{ query: 'SELECT 1', explanation: 'counts users 0' }, 'SELECT 1', ['explanation']],
    [{ sql: 'SELECT 1', explanation: 'counts users 0' }, 'SELECT 1', ['explanation']],
    [{ question: 'Users?', query: 'SELECT 1' }, 'SELECT 1', ['question']],
    [{ query: 'SELECT 1', result: 5 }, 5, ['query']],
    [{ question: 'Who?', tone: 'curt' }, { question: 'Who?', tone: 'curt' }, []],
    [{ query: 'user count', generation: '42' }, '42', ['query']],
    [{ query: 'SELECT 1', dialect: 'sqlite' }, 'SELECT 1', ['dialect']],
    [{ query: 'user count', dialect: 'lucene' }, 'user count', ['dialect']],
    [{ query: 'SELECT 1', difficulty: 'easy' }, 'SELECT 1', ['difficulty']],
    [
      { query: 'select a, b from t where c = 1', row_count: 3 },
      'select a, b from t where c = 1',
      ['row_count'],
    ],
    [{ query: 'MATCH (n) RETURN n', hops: 1 }, 'MATCH (n) RETURN n', ['hops']],
    [{ query: '{ users { id } }', depth: 2 }, '{ users { id } }', ['depth']],
    [{ question: 'Which users?', final_answer: '42' }, '42', ['question']],
  ])(
    'takes a query or question that was asked for as the expected answer: %j',
    async (outputs, reference, unused) => {
      const inputs = { question: 'Users?' };
      const { table, draft: made } = await draft('x.jsonl', jsonl({ inputs, outputs }));
      expect(made.examples).toMatchObject([{ request: { prompt: 'Users?' }, reference }]);
      expect(table.notes).toEqual(
        unused.map(
          (name) => `not part of the expected answers: the members ${name} (1) of "outputs"`,
        ),
      );
    },
  );

  it.each([
    ['Users?', { query: 'Which users are there?', verdict: 'ok' }],
    ['Users?', { query: 'select the users from below', verdict: 'ok' }],
    ['Is SELECT 1 right?', { query: 'SELECT 1', verdict: 'ok' }],
  ])(
    'expects no answer where a query may be it or not, and says so: %s %j',
    async (question, outputs) => {
      const { table, draft: made } = await draft(
        'x.jsonl',
        jsonl({ inputs: { question }, outputs }),
      );
      expect(made.examples).toMatchObject([
        { request: { prompt: question }, reference: undefined },
      ]);
      expect(table.notes).toEqual([
        'no expected answer is taken from 1 cell of "outputs": which of "query", "verdict" is the ' +
          'answer is not clear. Keep only the answer there',
      ]);
    },
  );

  it('finds a question of outputs within a longer prompt', async () => {
    const ask = (end: string) => ({
      messages: [{ role: 'user', content: `You are a helper. What is 6*7? ${end}` }],
    });
    const { draft: made } = await draft(
      'x.jsonl',
      jsonl(
        { inputs: ask('Hurry'), outputs: { question: 'What is 6*7?' } },
        { inputs: ask('Now'), outputs: { query: 'What is 6*7?', final_answer: '42' } },
      ),
    );
    expect(made.examples.map(({ reference }) => reference)).toEqual([undefined, '42']);
  });

  it('expects no answer where outputs hold the question alone, and an answer that is the text itself', async () => {
    const { table, draft: made } = await draft(
      'x.jsonl',
      jsonl(
        { inputs: { question: 'Why?' }, outputs: { question: 'Why?' } },
        { inputs: { text: 'Say this.' }, outputs: { text: 'Say this.' } },
      ),
    );
    expect(made.examples.map(({ reference }) => reference)).toEqual([undefined, 'Say this.']);
    expect(table.notes).toEqual([
      'not part of the expected answers: the members question (1) of "outputs"',
    ]);
  });

  it('reads outputs of runs as answers too: somebody may choose them', async () => {
    const run = { run_type: 'llm', inputs: { input: 'Why?' } };
    const { table, mapping } = await draft(
      'x.jsonl',
      jsonl({ ...run, outputs: { input: 'Why?', output: 'So.' } }),
    );
    expect(mapping.reference).toBe(undefined);
    expect(table.rows[0]?.members).toMatchObject({ value: { inputs: 'Why?', outputs: 'So.' } });
  });

  it('reads the expected output of a dataset item that repeats its input', async () => {
    const item = { id: 'i1', datasetId: 'd', input: { query: 'Why?' } };
    const expectedOutput = { query: 'Why?', expected: 'So.' };
    const { draft: made } = await draft('items.jsonl', jsonl({ ...item, expectedOutput }));
    expect(made.examples).toMatchObject([{ request: { prompt: 'Why?' }, reference: 'So.' }]);
  });

  it('keeps the instructions of a recorded request, also in the form of Gemini', async () => {
    const messages = [{ role: 'user', content: 'Hi' }];
    const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }];
    for (const input of [
      { model: 'm', system: 'In French.', messages },
      { contents, systemInstruction: { parts: [{ text: 'In French.' }] } },
    ]) {
      const { draft: made } = await draft('x.jsonl', jsonl({ traceId: 't', input, output: 'x' }));
      expect(made.examples[0]?.request).toEqual({
        messages: [{ role: 'system', content: 'In French.' }, ...messages],
      });
    }
  });

  it('keeps the instructions and tools of a row that is a request, and says so', async () => {
    const messages = [{ role: 'user', content: 'Hi' }];
    const tools = [{ type: 'function', function: { name: 'find' } }];
    const row = { model: 'm', system: 'In French.', messages, tools };
    const instructed = [{ role: 'system', content: 'In French.' }, ...messages];
    const { draft: made, table } = await draft('x.jsonl', jsonl(row, { messages: instructed }));
    expect(made.examples[0]?.request).toEqual({ messages: instructed, tools });
    expect(made.examples[1]?.request).toEqual({ messages: instructed });
    expect(table.columns).toEqual(['model', 'messages']);
    expect(table.notes).toContain('"system", "tools" are sent with "messages"');
    const cells = `messages,system\n"${JSON.stringify(messages).replaceAll('"', '""')}",In French.\n`;
    const csv = await draft('x.csv', cells);
    expect(csv.draft.examples[0]?.request).toEqual({ messages: instructed });
    const labeled = await draft('x.csv', cells, { task: 'system' });
    expect(labeled.draft.examples[0]?.request).toEqual({ messages });
  });

  it('sends no second system text beside the one that messages start with', async () => {
    const turns = [
      { role: 'system', content: 'In French.' },
      { role: 'user', content: 'Hi' },
    ];
    const from = [
      { from: 'system', value: 'In French.' },
      { from: 'human', value: 'Hi' },
    ];
    for (const row of [{ messages: turns }, { conversations: from }]) {
      const same = await draft('x.jsonl', jsonl({ system: 'In French.', ...row }));
      expect(same.draft.examples[0]?.request).toEqual({ messages: turns });
      expect(same.table.columns).not.toContain('system');
      const other = await draft('x.jsonl', jsonl({ system: 'In Dutch.', ...row }));
      expect(other.draft.examples[0]?.request).toEqual({ messages: turns });
      expect(other.table.columns).toContain('system');
    }
    const rows = jsonl(
      { system: 'In Dutch.', messages: turns },
      { system: 'In Dutch.', messages: turns.slice(1) },
    );
    const mixed = await draft('x.jsonl', rows);
    expect(mixed.draft.examples.map(({ request }) => request)).toEqual([
      { messages: turns },
      { messages: [{ role: 'system', content: 'In Dutch.' }, ...turns.slice(1)] },
    ]);
    expect([...mixed.draft.unusedMembers]).toEqual([['system', 1]]);
  });

  it('sends no column and no member of tools that chats do not know, and names it', async () => {
    const messages = [{ role: 'user', content: 'Hi' }];
    const tools = [{ name: 'Zendesk' }];
    const row = await draft('x.jsonl', jsonl({ messages, tools }));
    expect(row.draft.examples[0]?.request).toEqual({ messages });
    expect(row.table.columns).toContain('tools');
    for (const inputs of [
      { messages, tools },
      { question: messages, tools },
    ]) {
      const run = await draft('x.jsonl', jsonl({ run_type: 'llm', inputs, outputs: {} }));
      expect(run.draft.examples[0]?.request).toEqual({ messages });
      expect(run.table.notes).toContain(
        'not part of the prompts: the members tools (1) of "inputs"',
      );
    }
  });

  it('asks the question beside a history or context, and names what it leaves out', async () => {
    const conversations = [
      { from: 'human', value: 'a' },
      { from: 'gpt', value: 'b' },
    ];
    const contents = [{ role: 'user', content: 'A chunk.' }];
    for (const [inputs, left] of [
      [{ input: 'Now what?', conversations }, 'conversations'],
      [{ message: 'Now what?', conversations }, 'conversations'],
      [{ question: 'Now what?', contents }, 'contents'],
      [{ contents, query: 'Now what?' }, 'contents'],
    ] as const) {
      const { draft: made, table } = await draft(
        'x.jsonl',
        jsonl({ inputs, outputs: { answer: 'y' } }),
      );
      expect(made.examples[0]?.request).toEqual({ prompt: 'Now what?' });
      expect(table.notes).toContain(`not part of the prompts: the members ${left} (1) of "inputs"`);
    }
    const turns = [{ role: 'user', content: 'Now what?' }];
    for (const inputs of [
      { input: turns, contents },
      { question: turns, contents },
      { question: ' ', contents: turns },
    ]) {
      const { draft: made } = await draft('x.jsonl', jsonl({ inputs, outputs: { answer: 'y' } }));
      expect(made.examples[0]?.request).toEqual({ messages: turns });
    }
  });

  it('takes what spreadsheets write for nothing for no input, label and option', async () => {
    const alpaca = await draft('x.csv', 'instruction,input,output\nWrite.,#N/A,x\nSing.,<NA>,y\n');
    expect(alpaca.draft.examples.map(({ request }) => request)).toEqual([
      { prompt: 'Write.' },
      { prompt: 'Sing.' },
    ]);
    const labeled = await draft('x.csv', 'prompt,category\na,#N/A\nb,<NA>\n');
    expect(labeled.draft.labels).toEqual([]);
    const header = 'question,A,B,C,D,answer\n';
    const { draft: asked } = await draft(
      'x.csv',
      `${header}One?,Rome,Bonn,#N/A,<NA>,A\nTwo?,Rome,Bonn,nan,nan,A\n0/0?,0,1,Infinity,NaN,D\n` +
        `Three?,Rome,#N/A,Bonn,Oslo,A\nFree?,nan,nan,nan,nan,x\n`,
    );
    const ask = '\n\nAnswer with the letter of the right option.';
    expect(asked.examples.map(({ request }) => request['prompt'])).toEqual([
      `One?\n\nA) Rome\nB) Bonn${ask}`,
      `Two?\n\nA) Rome\nB) Bonn${ask}`,
      `0/0?\n\nA) 0\nB) 1\nC) Infinity\nD) NaN${ask}`,
      'Free?',
    ]);
    expect(asked.dropped.unreadable).toMatchObject([{ line: 5 }]);
  });

  it('keeps the tools of a recorded request', async () => {
    const tool = { type: 'function', function: { name: 'find', parameters: {} } };
    const messages = [{ role: 'user', content: 'Find it' }];
    const { draft: made } = await draft(
      'x.jsonl',
      jsonl({ run_type: 'llm', inputs: { messages, tools: [tool] }, outputs: {} }),
    );
    expect(made.examples[0]?.request).toEqual({ messages, tools: [tool] });
  });

  it('takes no turn that a model said in a trace for a right answer', async () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello' },
    ];
    const { draft: made } = await draft(
      'x.jsonl',
      jsonl({ run_type: 'llm', inputs: { messages } }),
    );
    expect(made.examples).toMatchObject([{ reference: undefined }]);
  });

  it("reads the generations of LangChain as LangSmith's expected answers", async () => {
    const outputs = { generations: [[{ text: '4', message: {} }]] };
    const inputs = { messages: [[{ type: 'human', content: '2+2?' }]] };
    const { draft: made } = await draft('x.jsonl', jsonl({ inputs, outputs, metadata: {} }));
    expect(made.examples).toMatchObject([
      { request: { messages: [{ role: 'user', content: '2+2?' }] }, reference: '4' },
    ]);
  });

  it('sends messages that a cell holds as JSON as messages', async () => {
    const csv = [
      'messages,ideal',
      '"[{""role"": ""user"", ""content"": ""2+2?""}]",4',
      '"[{""from"": ""human"", ""value"": ""3+3?""}]",6',
      '[3] + [4]?,7',
    ].join('\n');
    const { draft: made } = await draft('x.csv', csv);
    expect(made.examples.map(({ request }) => request)).toEqual([
      { messages: [{ role: 'user', content: '2+2?' }] },
      { messages: [{ role: 'user', content: '3+3?' }] },
      { prompt: '[3] + [4]?' },
    ]);
  });

  describe('of multiple-choice questions', () => {
    const asked =
      'Capital of Italy?\n\nA) Rome\nB) Paris\nC) Bonn\n\nAnswer with the letter of the right option.';
    const first = { question: 'Capital of Italy?' };
    const second = { question: 'Capital of France?' };
    const texts = ['Rome', 'Paris', 'Bonn'];
    const letters = { A: 'Rome', B: 'Paris', C: 'Bonn' };
    const twice = (options: object) => [
      { ...first, ...options },
      { ...second, ...options },
    ];
    const answered = (options: object, key: string, ...answers: readonly unknown[]) =>
      twice(options).map((row, index) => ({ ...row, [key]: answers[index] }));

    it.each([
      ['letters', answered(letters, 'answer', 'A', 'B')],
      [
        'names with letters',
        answered({ option_a: 'Rome', option_b: 'Paris', option_c: 'Bonn' }, 'answer', 'a', 'b'),
      ],
      [
        'numbered names',
        answered({ choice1: 'Rome', choice2: 'Paris', choice3: 'Bonn' }, 'answer', 0, 1),
      ],
      ['a list, and places', answered({ subject: 'x', choices: texts }, 'answer', 0, 1)],
      ['a list, and texts', answered({ options: texts }, 'answer', 'rome', 'Paris')],
      [
        'texts with labels',
        answered({ choices: { text: texts, label: ['A', 'B', 'C'] } }, 'answerKey', 'A', 'B'),
      ],
      [
        'texts with numbers',
        answered({ choices: { text: texts, label: ['1', '2', '3'] } }, 'answerKey', '1', '2'),
      ],
      [
        'members with labels',
        answered(
          { choices: texts.map((text, index) => ({ label: 'ABC'[index], text })) },
          'answerKey',
          'A',
          'B',
        ),
      ],
      ['an object by letters', answered({ options: letters }, 'answer_idx', 'A', 'B')],
      ['a list of Python', answered({ choices: "['Rome', \"Paris\", 'Bonn']" }, 'label', 0, 1)],
      ['a list of NumPy', answered({ choices: "['Rome' \"Paris\"\n 'Bonn']" }, 'answer', 0, 1)],
      ['endings', answered({ endings: texts }, 'label', 0, 1)],
      [
        'arrays of pandas',
        answered(
          {
            choices:
              "{'text': array(['Rome', 'Paris', 'Bonn'], dtype=object), 'label': array(['A', 'B', 'C'], dtype=object)}",
          },
          'answerKey',
          'A',
          'B',
        ),
      ],
    ])('asks with the options, for a letter: %s', async (_, rows) => {
      const { draft: made, table } = await draft('mc.jsonl', jsonl(...rows));
      expect(made.examples).toMatchObject([
        { request: { prompt: asked }, reference: 'A' },
        { request: { prompt: asked.replace('Italy', 'France') }, reference: 'B' },
      ]);
      expect(table.notes[0]).toMatch(
        /^the options in ".+" follow "question" in 2 of 2 prompts, with a letter each/,
      );
      expect(table.notes[1]).toMatch(/^"\w+" names the right option by its /);
    });

    it('expects no answer where it is not clear which option one names', async () => {
      const rows = answered({ choices: texts }, 'answer', 1, 2);
      const { draft: made, table } = await draft('mc.jsonl', jsonl(...rows));
      expect(made.examples).toMatchObject([{ reference: undefined }, { reference: undefined }]);
      expect(table.notes[1]).toContain('which option "answer" names is not clear');
    });

    it('leaves out rows whose answer names none of the options', async () => {
      const rows = Array.from({ length: 11 }, (_, index) => ({
        question: `Question ${index}?`,
        ...letters,
        answer: index === 10 ? 'E' : 'B',
      }));
      const { draft: made } = await draft('mc.jsonl', jsonl(...rows));
      expect(made.examples).toHaveLength(10);
      expect(made.dropped.unreadable).toMatchObject([
        { line: 11, problem: '"answer" names none of the options' },
      ]);
    });

    it('keeps several right letters, and prompts that hold the options', async () => {
      const question = 'Which are in Italy?\nA) Rome\nB) Paris\nC) Bonn';
      const { draft: made } = await draft(
        'mc.csv',
        `question,A,B,C,answer\n"${question}",Rome,Paris,Bonn,"A, C"\nWhich else?,Rome,Paris,Bonn,B\n`,
      );
      expect(made.examples).toMatchObject([
        { request: { prompt: question }, reference: ['A', 'C'] },
        { reference: 'B' },
      ]);
    });

    it('says that prompts lack options that are not understood, and keeps answers that are texts', async () => {
      const settings = answered({ options: 'fast' }, 'answer', 'Rome', 'Paris');
      const { draft: made, table } = await draft('mc.jsonl', jsonl(...settings));
      expect(made.examples).toMatchObject([
        { request: { prompt: first.question }, reference: 'Rome' },
        { reference: 'Paris' },
      ]);
      expect(table.notes).toEqual([
        '"options" may hold the options of "question", which its prompts lack: they are not understood',
      ]);
    });

    it.each([
      ['places', 'answer', 0, 1],
      ['letters', 'answer', 'A', 'B'],
      ['letters in parentheses', 'answer', '(a)', '(b)'],
      ['letters of a column of labels', 'label', 'A', 'B'],
    ])(
      'expects no %s of options that are not understood, unless --map names them',
      async (_, key, ...answers) => {
        const text = jsonl(...answered({ choices: '[Rome Paris Bonn]' }, key, ...answers));
        const { draft: made, table } = await draft('mc.jsonl', text);
        expect(made.examples.map(({ reference }) => reference)).toEqual([undefined, undefined]);
        expect(made.examples[0]).toMatchObject({ request: { prompt: first.question } });
        expect(table.notes).toEqual([
          '"choices" may hold the options of "question", which its prompts lack: they are not understood. ' +
            `As "${key}" says which of them is right, no answer is expected there: write them as a ` +
            'JSON list, or into the prompts',
        ]);
        const { draft: named } = await draft('mc.jsonl', text, { reference: key });
        expect(named.examples.map(({ reference }) => reference)).toEqual(answers);
      },
    );

    it('keeps letters where the prompts hold options that are not understood', async () => {
      const rows = answered({ choices: 'see above' }, 'answer', 'A', 'B').map((row) => ({
        ...row,
        question: `${row.question}\nA) Rome\nB) Paris`,
      }));
      const { draft: made, table } = await draft('mc.jsonl', jsonl(...rows));
      expect(made.examples.map(({ reference }) => reference)).toEqual(['A', 'B']);
      expect(table.notes).toEqual([]);
      const messages = rows.map(({ question, ...others }) => ({
        ...others,
        messages: [{ role: 'user', content: question }],
        choices: ['Rome', 'Paris'],
      }));
      const { draft: sent } = await draft('mc.jsonl', jsonl(...messages));
      expect(sent.examples.map(({ reference }) => reference)).toEqual(['A', 'B']);
    });

    it.each([
      ['letters', letters, 'A', 'B'],
      ['places', { choices: texts }, 0, 1],
      ['places that are not clear', { choices: texts }, 1, 2],
      ['labels', { choices: { text: texts, label: ['x1', 'x2', 'x3'] } }, 'x1', 'x2'],
    ])('expects no %s where --map leaves the options out', async (_, options, ...answers) => {
      const text = jsonl(...answered(options, 'answer', ...answers));
      for (const map of [{ prompt: 'question' }, { prompt: 'question', reference: 'answer' }]) {
        const { draft: made, table } = await draft('mc.jsonl', text, map);
        expect(made.examples).toMatchObject([
          { request: { prompt: first.question }, reference: undefined },
          { request: { prompt: second.question }, reference: undefined },
        ]);
        expect(table.notes.join()).toContain('which its prompts lack');
        expect(table.notes.join()).toContain('without --map prompt=question, they are asked for');
      }
    });

    it('keeps answers that are texts of options which --map leaves out', async () => {
      const text = jsonl(...answered(letters, 'answer', 'Rome', 'Paris'));
      const { draft: made } = await draft('mc.jsonl', text, { prompt: 'question' });
      expect(made.examples).toMatchObject([
        { request: { prompt: first.question }, reference: 'Rome' },
        { reference: 'Paris' },
      ]);
    });

    it('asks with the options where --map names prompts that are not guessed', async () => {
      const rows = answered(letters, 'answer', 'A', 'B').map(({ question, ...others }) => ({
        text: 'About Europe',
        wording: question,
        ...others,
      }));
      const { draft: made, table } = await draft('mc.jsonl', jsonl(...rows), { prompt: 'wording' });
      expect(made.examples).toMatchObject([
        { request: { prompt: asked }, reference: 'A' },
        { reference: 'B' },
      ]);
      expect(table.notes[0]).toContain('remove these columns to leave them out');
    });

    it('takes no column of options for the prompts, however long they are', async () => {
      const choices = "['Rome, Italy', 'Paris, France']";
      const rows = answered({ choices }, 'answer', 0, 1);
      const unnamed = rows.map(({ question, ...others }) => ({ q: question, ...others }));
      const { mapping, draft: made } = await draft('mc.jsonl', jsonl(...unnamed));
      expect(mapping.prompt).toBe(undefined);
      expect(made.examples).toEqual([]);
    });

    it('expects what --map names, whole if it names no option, and asks for no letter then', async () => {
      const rows = answered(letters, 'answer_idx', 'A', 'B').map((row, index) => ({
        ...row,
        explanation: `${texts[index]} is where the government sits.`,
      }));
      const map = { reference: 'explanation' };
      const { mapping, table, draft: made } = await draft('mc.jsonl', jsonl(...rows), map);
      expect(mapping.reference).toBe('explanation');
      expect(made.examples).toMatchObject([
        {
          request: { prompt: 'Capital of Italy?\n\nA) Rome\nB) Paris\nC) Bonn' },
          reference: 'Rome is where the government sits.',
        },
        { reference: 'Paris is where the government sits.' },
      ]);
      expect(table.notes.join()).toContain('"explanation" names none of the options: it is kept');
      expect(table.notes.join()).not.toContain('a letter is asked for');
      const unclear = jsonl(...answered({ choices: texts }, 'place', 1, 2));
      const { draft: places } = await draft('mc.jsonl', unclear, { reference: 'place' });
      expect(places.examples.map(({ reference }) => reference)).toEqual([undefined, undefined]);
    });

    it("reads the file's own labels before letters", async () => {
      const choices = { text: ['one', 'two', 'three', 'four'], label: ['A', 'B', 'AB', 'O'] };
      const { draft: made } = await draft(
        'mc.jsonl',
        jsonl(...answered({ choices }, 'answer', 'AB', 'O')),
      );
      expect(made.examples.map(({ reference }) => reference)).toEqual(['C', 'D']);
    });

    it('asks the questions of Winogrande and OpenBookQA with their options', async () => {
      const wino = answered({ option1: 'cup', option2: 'bag' }, 'answer', '1', '2').map(
        ({ question, ...others }) => ({ sentence: `The _ is full. ${question}`, ...others }),
      );
      const { draft: made } = await draft('w.jsonl', jsonl(...wino));
      expect(made.examples).toMatchObject([{ reference: 'A' }, { reference: 'B' }]);
      expect(made.examples[0]?.request['prompt']).toContain('A) cup\nB) bag');
    });

    it('takes no two answers A and B for options', async () => {
      const { table } = await draft('x.csv', 'question,A,B,answer\nWhy?,x,y,z\n');
      expect(table.notes).toEqual([]);
      const { table: compared } = await draft('x.csv', 'question,answer_a,answer_b\nWhy?,x,y\n');
      expect(compared.notes.join()).not.toContain('options');
    });
  });

  describe('of questions with a context', () => {
    it.each(['context', 'Passage', 'document', 'contexts'])('sends both: %s', async (name) => {
      const cell = name === 'contexts' ? "\"['Total: 10 EUR', 'Paid in May.']\"" : 'Total: 10 EUR.';
      const text = `${name},question,answer\n${cell},What is the total?,10 EUR\n`;
      const { draft: made, table } = await draft('x.csv', text);
      const about = name === 'contexts' ? 'Total: 10 EUR\n\nPaid in May.' : 'Total: 10 EUR.';
      expect(made.examples[0]?.request).toEqual({ prompt: `What is the total?\n\n${about}` });
      expect(table.notes.join()).toContain(
        `"${name}" follows "question" in 1 of 1 prompts; --map prompt=question leaves it out`,
      );
    });

    it.each([
      'geography',
      'Sales and returns',
      'Annual Report 2024.pdf',
      '/files/HR Policy 2024/handbook 0.pdf',
      'https://example.com/a b',
      '',
    ])('sends no label, file or address: %s', async (cell) => {
      const text = `question,context,answer\nCapital?,${cell},Paris\n`;
      const { draft: made } = await draft('x.csv', text);
      expect(made.examples[0]?.request).toEqual({ prompt: 'Capital?' });
    });

    it('sends messages without it', async () => {
      const query = [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Why?' },
      ];
      const context = 'The user is on the free plan.';
      const row = { query: JSON.stringify(query), context, answer: 'So.' };
      const { draft: made } = await draft('x.jsonl', jsonl(row));
      expect(made.examples[0]?.request).toEqual({ messages: query });
    });

    it('sends no history of messages', async () => {
      const context = [
        { role: 'user', content: 'I am on the free plan. What can I do with it now?' },
      ];
      for (const cell of [context, JSON.stringify(context)]) {
        const row = { question: 'Why?', context: cell, answer: 'So.' };
        const { draft: made } = await draft('x.jsonl', jsonl(row));
        expect(made.examples[0]?.request).toEqual({ prompt: 'Why?' });
      }
    });

    it('sends nothing twice', async () => {
      const text = 'question,context\nIt is a red car. Which color?,It is a red car.\n';
      const { draft: made } = await draft('x.csv', text);
      expect(made.examples[0]?.request).toEqual({ prompt: 'It is a red car. Which color?' });
    });
  });

  it('tells rows that differ in other columns from exact duplicates', async () => {
    const rows = ['p,4,math,1', 'p,4,math,2', 'p,4,sums,3', 'p,4,,4'];
    const { draft: made } = await draft('x.csv', `prompt,expected,task,row\n${rows.join('\n')}\n`);
    expect(made.dropped.duplicates).toEqual([3, 4, 5]);
    expect(made.differing).toEqual({ lines: [4], columns: ['task'] });
  });

  describe('of instructions with inputs', () => {
    const instruction = 'Translate to French.';

    it.each(['["b0", "a0"]', "['a', 'b', 'c']"])(
      'sends a list as it is written: %s',
      async (input) => {
        const row = { instruction: 'Sort this list.', input, output: 'x' };
        const { draft: made } = await draft('alpaca.jsonl', jsonl(row));
        expect(made.examples[0]?.request).toEqual({ prompt: `Sort this list.\n\n${input}` });
      },
    );

    it.each(['input', 'context'])('asks with both: %s', async (name) => {
      const {
        mapping,
        table,
        draft: made,
      } = await draft(
        'alpaca.jsonl',
        jsonl(
          { instruction, [name]: 'Good morning', output: 'Bonjour' },
          { instruction, [name]: 'Good night', output: 'Bonne nuit' },
          { instruction: 'Name a color.', [name]: '', output: 'Red' },
          { instruction: 'Name a fruit.', [name]: '<noinput>', output: 'Fig' },
          { instruction: 'Add them.', [name]: [1, 2], output: '3' },
        ),
      );
      expect(mapping).toEqual({ prompt: 'instruction', reference: 'output' });
      expect(made.examples.map(({ request, reference }) => [request['prompt'], reference])).toEqual(
        [
          ['Translate to French.\n\nGood morning', 'Bonjour'],
          ['Translate to French.\n\nGood night', 'Bonne nuit'],
          ['Name a color.', 'Red'],
          ['Name a fruit.', 'Fig'],
          ['Add them.\n\n[1,2]', '3'],
        ],
      );
      expect(table.notes).toEqual([
        `"${name}" follows "instruction" in 3 of 5 prompts; --map prompt=instruction leaves it out`,
      ]);
    });

    it('takes the column that is named, or the prompts where there are any', async () => {
      const header = 'instruction,input,output';
      const folder = await writeTestFiles({ 'x.csv': `${header}\n${instruction},Hi,Salut\n` });
      const named = await readSource(join(folder, 'x.csv'), new Map([['prompt', ['input']]]));
      expect(named.table.rows[0]?.members).toMatchObject({ value: { input: 'Hi', instruction } });
      const { mapping, table } = await draft('x.csv', `prompt,${header}\nAll of it?,a,b,c\n`);
      expect(mapping.prompt).toBe('prompt');
      expect(table.columns).toContain('input');
    });
  });

  it.each([
    ['text,label', { prompt: 'text', reference: 'label' }],
    ['text,label,category', { prompt: 'text', reference: 'label', task: 'category' }],
  ])('expects labels where nothing else is: %s', async (header, expected) => {
    const { mapping, table } = await draft('x.csv', `${header}\nNice!,positive,film\n`);
    expect(mapping).toEqual(expected);
    expect(table.notes.join()).toContain(
      '"label" is taken for the expected answers, as no other column is one; if it says what a prompt ' +
        'is about, add --map task=label',
    );
  });

  it('expects no labels that are numbers, follow a conversation, or are named as tasks', async () => {
    const numbers = await draft('x.csv', 'text,label\nNice!,1\nBad!,0\n');
    expect(numbers.mapping).toEqual({ prompt: 'text', task: 'label' });
    expect(numbers.table.notes.join()).toContain('add --map reference=label');
    const turns = await draft('x.jsonl', jsonl({ messages: [], label: 'billing' }));
    expect(turns.mapping).toEqual({ prompt: 'messages', task: 'label' });
    const folder = await writeTestFiles({ 'x.csv': 'text,label\nNice!,film\n' });
    const named = await readSource(join(folder, 'x.csv'), new Map([['task', ['label']]]));
    expect(named.mapping).toEqual({ prompt: 'text', task: 'label' });
  });

  it("takes no assertions of promptfoo's tests for expected answers, and says what to do", async () => {
    const text =
      'question,__expected,__description\nCapital?,contains: Paris,A longer description\n';
    const { mapping, table } = await draft('tests.csv', text);
    expect(mapping).toEqual({ prompt: 'question' });
    expect(table.notes.join()).toContain(
      '"__expected" holds assertions of promptfoo, which are not expected answers: run them there, ' +
        'and import the results with "routesmith import results.json"',
    );
    const beside = await draft(
      'tests.csv',
      'question,__expected,expected\nCapital?,icontains: p,Paris\n',
    );
    expect(beside.mapping.reference).toBe('expected');
  });

  it('expects numbers of JSON as they are written', async () => {
    const text = '{"prompt": "a", "expected": 9007199254740993}\n{"prompt": "b", "expected": 1.10}';
    for (const [name, json] of [
      ['x.jsonl', text],
      ['x.json', `[${text.replace('\n', ',')}]`],
    ] as const) {
      const { draft: made } = await draft(name, json);
      expect(made.examples.map(({ reference }) => reference)).toEqual(['9007199254740993', '1.10']);
    }
  });

  it('says that a file without a header needs one', async () => {
    const question = '"How many legs does a spider have, and how many has an ant in all?"';
    const text = `${question},8\n${question},6\n`;
    await expect(draft('x.csv', text)).rejects.toThrow(/the first row is not a header/);
  });

  it('says how to bring a workbook', async () => {
    await expect(draft('x.xlsx', 'PK')).rejects.toThrow(/Export the sheet as CSV/);
  });
});
