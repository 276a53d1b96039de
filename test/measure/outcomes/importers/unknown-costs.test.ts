import { describe, expect, it } from 'vitest';
import { importFiles, listCells } from './import-files.js';

async function importRows(rows: readonly string[], prices?: unknown) {
  const text = ['prompt,model,quality,cost_usd,latency_ms,output_tokens,input_tokens', ...rows];
  const files = { 'x.csv': text.join('\n') };
  const imported = await importFiles(files);
  const priced =
    prices === undefined ? imported : await importPriced(imported.sources[0]?.file ?? '', prices);
  const costs = listCells(priced).map(({ costUsd }) => costUsd && Number(costUsd.toPrecision(3)));
  return { costs, cells: listCells(priced), notes: priced.report.notes.join('\n') };
}

async function importPriced(file: string, prices: unknown) {
  const { importOutcomes } =
    await import('../../../../src/measure/outcomes/importers/import-outcomes.js');
  const { writeTestFiles } = await import('../write-test-files.js');
  const folder = await writeTestFiles({ 'prices.json': JSON.stringify(prices) });
  return importOutcomes({
    files: [file],
    prices: `${folder}/prices.json`,
    priceDate: '2026-11-01',
  });
}

describe('a recorded cost of 0', () => {
  it.each([
    ['latency', '0,', 50, undefined],
    ['output', '900,0', 50, 900],
  ])('is unknown beside other costs where the %s is 0', async (_, cached, output, latencyMs) => {
    const { costs, cells, notes } = await importRows([
      `p,a,1,0,${cached},`,
      `q,a,1,0.01,900,${output},`,
    ]);
    expect(costs).toEqual([undefined, 0.01]);
    expect(cells.map((cell) => cell.latencyMs)).toEqual([latencyMs, 900]);
    expect(notes).toContain('unknown: 1 cost of 0 of "a", which costs something elsewhere');
  });

  it('is computed from tokens where the model has a price', async () => {
    const rows = ['p,a,1,0,,50,100', 'p,b,1,0,,50,100'];
    const prices = { a: { input: 3, output: 10 }, b: { input: 0, output: 0 } };
    const { costs, notes } = await importRows(rows, prices);
    expect(costs).toEqual([0.0008, 0]);
    expect(notes).toContain('unknown: 1 cost of 0 of "a", which has a price');
    expect(notes).not.toContain('free in all rows');
  });

  it.each([
    ['rounded', ['0.01', '0.03']],
    ['multiples of another unit', ['0.0002', '0.0003']],
    ['of one call only', ['0.0123']],
  ])('is kept where the other costs are %s, and a note says so', async (_, others) => {
    const { costs, notes } = await importRows([
      'p,a,1,0,5,50,100',
      ...others.map((cost, row) => `q${row},a,1,${cost},,,`),
    ]);
    expect(costs).toEqual([0, ...others.map(Number)]);
    expect(notes).toContain('kept 1 cost of 0 of "a", which costs something elsewhere');
  });

  it('is kept where repeats are averaged', async () => {
    const { costs } = await importRows(['p,a,1,0,,,', 'q,a,1,0,,,', 'q,a,1,0.0001,,,']);
    expect(costs).toEqual([0, 0.00005]);
  });

  it('is that of a free model where there is no other, and a note says so', async () => {
    const { costs, notes } = await importRows(['p,a,1,0,5,50,100', 'p,b,1,0.0123,5,50,100']);
    expect(costs).toEqual([0, 0.0123]);
    expect(notes).toContain('free in all rows with a cost: "a"');
  });
});
