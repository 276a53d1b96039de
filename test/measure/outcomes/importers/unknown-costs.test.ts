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
  it('is unknown where the model costs something elsewhere, and so is its latency of 0', async () => {
    const { costs, cells, notes } = await importRows(['p,a,1,0,0,0,', 'q,a,1,0.01,900,50,']);
    expect(costs).toEqual([undefined, 0.01]);
    expect(cells.map(({ latencyMs }) => latencyMs)).toEqual([undefined, 900]);
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

  it('is kept where the other costs are rounded', async () => {
    const { costs, notes } = await importRows(['p,a,1,0,,,', 'q,a,1,0.01,,,', 'r,a,1,0.03,,,']);
    expect(costs).toEqual([0, 0.01, 0.03]);
    expect(notes).toContain('kept 1 cost of 0 of "a", whose other costs look rounded');
  });

  it('is that of a free model where there is no other, and a note says so', async () => {
    const { costs, notes } = await importRows(['p,a,1,0,5,50,100', 'p,b,1,0.0123,5,50,100']);
    expect(costs).toEqual([0, 0.0123]);
    expect(notes).toContain('free in all rows with a cost: "a"');
  });
});
