import { describe, expect, it } from 'vitest';
import {
  isUsDollars,
  namesOtherMoney,
} from '../../../../src/measure/outcomes/importers/us-dollars.js';
import { importFiles } from './import-files.js';

const convert = 'Convert the costs to US dollars, and name their column cost_usd.';

describe('a column of costs that are not US dollars by its name', () => {
  it.each(['cost_eur', 'costEUR', 'cost (€)', 'cost_jpy', 'total_cost_gbp'])(
    'is never suggested as cost_usd: %s',
    async (column) => {
      const { report } = await importFiles({
        'x.csv': `prompt,model,quality,${column}\nHi,a,1,2\n`,
      });
      expect(report.notes.join()).toContain(`ignored columns: "${column}"`);
      expect(report.notes.join()).not.toContain('--map');
    },
  );

  it('is to be converted', async () => {
    const { report } = await importFiles({ 'x.csv': 'prompt,model,quality,cost_eur\nHi,a,1,2\n' });
    expect(report.notes).toContain(
      'ignored columns: "cost_eur" (costs are US dollars: convert it, and name it cost_usd)',
    );
  });

  it.each(['cost_eur', 'cost_cents', 'cost_usd_cents', 'Cost [CHF]'])(
    'is refused where it is mapped: %s',
    async (column) => {
      const importing = importFiles(
        { 'x.csv': `prompt,model,quality,${column}\nHi,a,1,2\n` },
        { map: [`cost_usd=${column}`] },
      );
      await expect(importing).rejects.toThrow(`x.csv: "${column}" is not in US dollars`);
      await expect(importing).rejects.toThrow(convert);
    },
  );

  it('is told by whole words', () => {
    const names = ['cost', 'cost_usd', 'Cost ($)', 'center_cost', 'europe', 'direct_cost'];
    expect(names.filter(namesOtherMoney)).toEqual([]);
  });
});

describe('a column of costs in a wide table', () => {
  const wide = (model: string, cost = 'cost'): string =>
    `prompt,${model},large,${model}_${cost},large_cost\nHi,1,0,1,2\nHo,0.5,1,1,2\n`;

  it.each(['ct-llm', 'yen-7b', 'euro-llm'])(
    'is that of a model, however named: %s',
    async (model) => {
      const { table } = await importFiles({ 'x.csv': wide(model) }, { format: 'wide' });
      expect([...table.costUsd]).toEqual([1, 2, 1, 2]);
    },
  );
});

describe('a column of currencies beside costs', () => {
  const long = (cost: string, currency: string): string =>
    `prompt,model,quality,${cost},currency\nHi,a,1,2,USD\nHi,b,1,2,${currency}\n`;

  it('refuses what is not US dollars', async () => {
    const importing = importFiles({ 'x.csv': long('cost', 'JPY') }, { map: ['cost_usd=cost'] });
    await expect(importing).rejects.toThrow(
      'x.csv: "currency" holds "JPY", so "cost" is not in US dollars',
    );
    await expect(importing).rejects.toThrow(convert);
    const wide = 'prompt,a_score,a_cost,b_score,b_cost,Currency\nHi,1,2,1,2,EUR\n';
    await expect(importFiles({ 'x.csv': wide }, { format: 'wide' })).rejects.toThrow(
      '"Currency" holds "EUR", so "a_cost" is not in US dollars',
    );
  });

  it.each(['usd', 'US$', ''])('is no obstacle where it holds %j', async (currency) => {
    const { table } = await importFiles(
      { 'x.csv': long('cost', currency) },
      { map: ['cost_usd=cost'] },
    );
    expect([...table.costUsd]).toEqual([2, 2]);
  });

  it('is that of something else where the costs are named US dollars, or are not read', async () => {
    const named = await importFiles({ 'x.csv': long('cost_usd', 'EUR') });
    expect([...named.table.costUsd]).toEqual([2, 2]);
    const unread = await importFiles({ 'x.csv': long('cost', 'EUR') });
    expect(unread.report.notes.join()).toContain('"currency"');
  });
});

describe('isUsDollars', () => {
  it.each([
    ['USD', true],
    [' $ ', true],
    ['US dollars', true],
    ['EUR', false],
    ['CA$', false],
    ['', false],
  ])('takes %j as %s', (text, isDollars) => {
    expect(isUsDollars(text)).toBe(isDollars);
  });
});
