import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readActivity } from '../../../../src/measure/models/listing/read-activity.js';
import { writeTestFiles } from '../../outcomes/write-test-files.js';

async function read(name: string, text: string) {
  const folder = await writeTestFiles({ [name]: text });
  return readActivity(join(folder, name));
}

describe("OpenRouter's activity export", () => {
  it('is summed by model, with what calls with own keys cost at their provider', async () => {
    const csv = [
      'generation_id,created_at,cost_total,cost_cache,byok_usage_inference,tokens_prompt,' +
        'tokens_completion,tokens_reasoning,model_permaslug,provider_name,cancelled',
      'g1,2026-09-01,0.25,-0.01,0,100,20,5,acme/tiny,Acme,false',
      'g2,2026-09-01,0.5,0,,200,30,0,acme/tiny,Acme,true',
      'g3,2026-09-02,0.25,0,4,1000,50,0,acme/big,Acme,false',
    ].join('\n');
    expect(await read('activity.csv', csv)).toEqual([
      { model: 'acme/big', requests: 1, inputTokens: 1000, outputTokens: 50, costUsd: 4.25 },
      { model: 'acme/tiny', requests: 2, inputTokens: 300, outputTokens: 50, costUsd: 0.75 },
    ]);
  });

  it('is read as the days that its API gives, too', async () => {
    const day = { date: '2026-09-01', model: 'acme/tiny', provider_name: 'Acme', usage: 0.5 };
    const data = [
      { ...day, byok_usage_inference: 0.25, requests: 3, prompt_tokens: 50, completion_tokens: 9 },
    ];
    expect(await read('activity.json', JSON.stringify({ data }))).toEqual([
      { model: 'acme/tiny', requests: 3, inputTokens: 50, outputTokens: 9, costUsd: 0.75 },
    ]);
  });

  it('is refused where a count of tokens may have a separator of thousands', async () => {
    const header = 'model_permaslug,cost_total,tokens_prompt,tokens_completion\n';
    expect(await read('x.csv', `${header}acme/tiny,1.234,99,9`)).toMatchObject([
      { costUsd: 1.234, inputTokens: 99 },
    ]);
    await expect(read('x.csv', `${header}acme/tiny,1.234,1.234,9`)).rejects.toThrow(
      /x\.csv:2: tokens_prompt: "1\.234" can be read in two ways/,
    );
  });

  it('is not any other table', async () => {
    await expect(read('x.csv', 'model,price\na,1\n')).rejects.toThrow(/not OpenRouter's activity/);
  });
});
