import { describe, expect, it } from 'vitest';
import { importFiles, listCells } from './import-files.js';

async function importRows(text: string, name = 'x.csv') {
  const imported = await importFiles({ [name]: text });
  const grades = listCells(imported).map(({ prompt, model, quality }) => [prompt, model, quality]);
  return { grades, notes: imported.report.notes.join('\n'), imported };
}

const ok = 'p,a,1';

describe('a failed call in a long table', () => {
  it.each([
    ['error', 'RateLimitError: 429 Too Many Requests'],
    ['Error Message', 'Error code: 503'],
    ['exception', 'openai.APIConnectionError: Connection error.'],
    ['error', '429'],
    ['status', '500'],
    ['status_code', '429 Too Many Requests'],
  ])('is no outcome where "%s" holds "%s"', async (column, cell) => {
    const { grades, notes, imported } = await importRows(
      `prompt,model,quality,${column}\n${ok},\np,b,0,${cell}\nq,a,0,\n`,
    );
    expect(grades).toEqual([
      ['p', 'a', 1],
      ['q', 'a', 0],
    ]);
    expect(notes).toContain(
      '1 record is not an outcome and counts as missing: calls of "b" that failed, graded 0',
    );
    expect(notes).not.toContain('ignored columns');
    expect(imported.report.badRows).toBe(0);
  });

  it.each([
    'Request timed out.',
    'Connection error.',
    'An error occurred (ThrottlingException) when calling the InvokeModel operation',
    'An error occurred (ModelTimeoutException) when calling the Converse operation',
    "HTTPSConnectionPool(host='api.openai.com', port=443): Read timed out. (read timeout=60)",
    "HTTPSConnectionPool(host='my.openai.azure.com', port=443): Read timed out.",
  ])('is no outcome where its error is of a provider or its client: %s', async (error) => {
    const { grades } = await importRows(
      `prompt,model,quality,output,error\n${ok},x,\np,b,0,,"${error}"\n`,
    );
    expect(grades).toEqual([['p', 'a', 1]]);
  });

  it.each(['error', 'failed', 'FAILURE', 'timeout', 'timed_out'])(
    'is no outcome where "status" is "%s", and it took no time, as others that went well did',
    async (status) => {
      const { grades, notes } = await importRows(
        `prompt,model,quality,status,latency_ms\n${ok},success,900\np,b,0,success,800\nq,b,0,${status},\n`,
      );
      expect(grades).toEqual([
        ['p', 'a', 1],
        ['p', 'b', 0],
      ]);
      expect(notes).toContain('calls of "b" that failed, graded 0');
      expect(notes).not.toContain('ignored columns');
    },
  );

  it.each(['finish_reason', 'stop_reason'])(
    'is no outcome where "%s" says that it ended in an error, and there is no answer',
    async (column) => {
      const { grades, notes } = await importRows(
        `prompt,model,quality,prediction,${column}\n${ok},x,stop\np,b,0,,error\nq,b,0,y,stop\n`,
      );
      expect(grades).toEqual([
        ['p', 'a', 1],
        ['q', 'b', 0],
      ]);
      expect(notes).toContain('calls of "b" that failed, graded 0');
      expect(notes).not.toContain('ignored columns');
    },
  );

  it('keeps the prompt of its row for the others with the same id', async () => {
    const { grades } = await importRows(
      'prompt_id,prompt,model,quality,status\n1,p,a,0,503\n1,,b,1,200\n',
    );
    expect(grades).toEqual([['p', 'b', 1]]);
  });
});

describe('a wrong answer in a long table', () => {
  it.each([
    ['whose test failed after tokens were spent', 'output_tokens,error', '9,', '9,TimeoutError'],
    ['beside the error of its test', 'response,error', 'x,', 'x,HTTP 500 expected'],
    ['with a measure named error', 'error', '0.5', '412'],
    ['with a word for no error', 'error', 'None', 'none'],
    ['without an answer, like right ones', 'output', '', ''],
    ['with a status that is none of HTTP', 'status', 'done', 'failed'],
    ['with a status that grades the answer', 'status,latency_ms', 'passed,900', 'failed,'],
    ['with an answer, beside a status', 'output,status', 'x,success', 'y,error'],
    ['without a text that cost something', 'output,cost', 'x,1', ',1'],
    ['with a cost, beside an error of a provider', 'response,cost,error', 'x,1,', ',1,HTTP 503'],
    ['that was cut off at its limit', 'response,output_tokens,finish_reason', 'x,9,', ',9,length'],
    ['that writes of errors', 'response', 'x', 'Error handling: retry at a rate limit'],
    ['that is a number', 'prediction', '404', '500'],
    ['that names the error asked for', 'generation', 'x', 'TypeError: x is not a function'],
    ['beside the right answer', 'answer', 'Paris', 'Paris'],
  ])('stays one: %s', async (_, columns, right, wrong) => {
    const header = `prompt,model,quality,${columns.replace('cost', 'cost_usd')}`;
    const { grades, notes } = await importRows(`${header}\n${ok},${right}\np,b,0,${wrong}\n`);
    expect(grades).toEqual([
      ['p', 'a', 1],
      ['p', 'b', 0],
    ]);
    expect(notes).not.toMatch(/not outcomes|not an outcome|graded 0/);
  });

  it.each([
    ['error', 'x', 'NameError: x'],
    ['error', '', 'AssertionError: expected 200 but got HTTP 500'],
    ['error', '', 'requests.exceptions.ConnectionError: Connection refused'],
    ['output', 'yes', ''],
    ['output,refusal', 'yes,', ',I cannot help with that'],
    ['output_tokens,error', '9,', ',Timed out'],
    ['error', '', 'worker: Request timed out. after 3 tries'],
    ['error', '', "HTTPSConnectionPool(host='shop.example'): Read timed out."],
    ['status', 'success', 'error'],
    ['status,latency_ms', 'success,900', 'failure,'],
    ['status,latency_ms', 'ok,900', 'error,850'],
    ['response', 'x', "Error code: 503 - {'error': {'message': 'Service unavailable'}}"],
    ['completion', 'x', 'Error: 429 Too Many Requests'],
    ['output', 'x', '[ERROR] Request timed out'],
    ['model_response', 'x', 'ERROR: RateLimitError'],
    ['prediction', 'x', 'openai.RateLimitError: Error code: 429'],
    ['generation', 'x', '503 Service Unavailable'],
    ['response', 'x', 'Connection error.'],
    [
      'response',
      'x',
      'An error occurred (ThrottlingException) when calling the Converse operation',
    ],
    ['answer,finish_reason,cost_usd', 'x,stop,0.01', ',error,0.001'],
    ['response,finish_reason', 'x,stop', 'y,error'],
    ['answer', 'x', 'Error: 429 Too Many Requests'],
    ['answer,finish_reason', 'x,stop', 'y,error'],
  ])(
    'stays one where its call may have failed, and a note counts these: %s (%s; %s)',
    async (...row) => {
      const [columns, right, wrong] = row;
      const { grades, notes } = await importRows(
        `prompt,model,quality,${columns}\n${ok},${right}\np,b,0,${wrong}\n`,
      );
      expect(grades).toHaveLength(2);
      expect(notes).toContain(
        'graded 0 without an answer, or with an error that may be of the answer or of its call: 1 row of "b"; they count as wrong',
      );
    },
  );

  it.each([
    ['took time', 'latency_ms', '900', '850'],
    ['printed nothing, which is no sign of its call', 'output', 'x', ''],
    ['took nothing, as another that went well', 'latency_s', '', ''],
  ])('stays one with the status "error" where it %s', async (_, column, right, wrong) => {
    const { grades, notes } = await importRows(
      `prompt,model,quality,status,${column}\n${ok},ok,${right}\nq,a,0,ok,${right}\np,b,0,error,${wrong}\n`,
    );
    expect(grades).toHaveLength(3);
    expect(notes).toContain('1 row of "b"; they count as wrong');
  });

  it('stays one of a free model beside one that costs something', async () => {
    const { grades, notes } = await importRows(
      `prompt,model,quality,cost_usd,error\n${ok},0.1,\np,b,0,0,IndexError: x\nq,b,1,0,\n`,
    );
    expect(grades).toHaveLength(3);
    expect(notes).toContain('1 row of "b"; they count as wrong');
  });
});

describe('a failed call beside those of other models', () => {
  it('is no outcome in a wide table', async () => {
    const { grades, notes } = await importRows(
      'prompt,a_score,a_cost,a_error,b_score,b_cost,b_error\n' +
        'p,1,0.1,,0,,429 Too Many Requests\nq,0,0.1,,1,0.1,\nr,0,,HTTP 503,0,,HTTP 503\n',
    );
    expect(grades).toEqual([
      ['p', 'a', 1],
      ['q', 'a', 0],
      ['q', 'b', 1],
    ]);
    expect(notes).toContain('the calls of all their models failed');
    expect(notes).not.toContain('ignored columns');
  });

  it('is no outcome in an object of models', async () => {
    const failed = { quality: 0, error: { code: 500, message: 'internal server error' } };
    const row = { prompt: 'p', models: { a: { quality: 0, cost_usd: 0.1 }, b: failed } };
    const { grades } = await importRows(JSON.stringify(row), 'x.jsonl');
    expect(grades).toEqual([['p', 'a', 0]]);
  });

  it.each([
    { error: { message: 'Request timed out.', type: 'timeout' } },
    { cost_usd: 0, status: 'error' },
  ])('is no outcome in an object of models, from %j', async (cell) => {
    const good = { quality: 0, cost_usd: 0.1, status: 'ok' };
    const row = { prompt: 'p', models: { a: good, b: { quality: 0, ...cell } } };
    const { grades } = await importRows(JSON.stringify(row), 'x.jsonl');
    expect(grades).toEqual([['p', 'a', 0]]);
  });

  it('is no outcome in a wide table, by its status', async () => {
    const { grades } = await importRows(
      'prompt,a_score,a_cost,a_status,b_score,b_cost,b_status\n' +
        'p,1,0.1,ok,0,,error\nq,0,0.1,ok,0,0.1,ok\n',
    );
    expect(grades).toEqual([
      ['p', 'a', 1],
      ['q', 'a', 0],
      ['q', 'b', 0],
    ]);
  });
});
