import { afterEach, describe, expect, it } from 'vitest';
import type { CallerSettings } from '../../../src/serve/gateway/access.js';
import { createSpending, type SpendingEntry } from '../../../src/serve/gateway/spending.js';
import {
  answerAs,
  ask,
  errorIn,
  pathOf,
  sha256Of,
  startGateway,
  type TestGateway,
} from '../../support/gateway.js';
import { createManualClock } from '../../support/router.js';

const caller = { name: 'web', keySha256: sha256Of('key') };
const date = () => new Date('2026-12-31T23:30:00Z');

describe('the limit of a budget', () => {
  const entries = [{ caller: 'web', day: '2026-12-31', hold: 'a', usd: 8, isSettled: true }];
  const find = (limits: Partial<CallerSettings>, maxUsd: number) =>
    createSpending(date, () => 'run', { entries, record: () => {} }).findLimit(
      { ...caller, ...limits },
      maxUsd,
    );
  const nextDay = new Date('2027-01-01T00:00:00Z');

  it('is none for what still fits', () => {
    expect(find({ usdPerDay: 10 }, 2)).toBeUndefined();
    expect(find({}, Infinity)).toBeUndefined();
  });

  it('has a period, and says when that ends and whether a whole one would do', () => {
    expect(find({ usdPerDay: 10 }, 3)).toEqual({
      period: 'day',
      endsAt: nextDay,
      fitsWhole: true,
      mayFitSoon: false,
    });
    expect(find({ usdPerDay: 10, usdPerMonth: 9 }, 3)).toMatchObject({
      period: 'month',
      endsAt: nextDay,
    });
    expect(find({ usdPerDay: 10 }, 11)).toMatchObject({ fitsWhole: false });
    expect(find({ usdPerDay: 10 }, Infinity)).toMatchObject({ fitsWhole: false });
  });

  it('is the one that ends last of several, if a whole budget of each would do', () => {
    const midMonth = () => new Date('2026-12-30T12:00:00Z');
    const spent = { ...entries[0], day: '2026-12-30' } as SpendingEntry;
    const spending = createSpending(midMonth, () => 'run', { entries: [spent], record: () => {} });
    const limits = { ...caller, usdPerDay: 10, usdPerMonth: 9 };
    expect(spending.findLimit(limits, 3)).toMatchObject({ period: 'month', endsAt: nextDay });
    expect(spending.findLimit({ ...limits, usdPerMonth: 100 }, 3)).toMatchObject({
      period: 'day',
      endsAt: new Date('2026-12-31T00:00:00Z'),
    });
  });

  it('is the one whose whole budget is too small, because no end of a period helps then', () => {
    expect(find({ usdPerDay: 2, usdPerMonth: 10 }, 3)).toMatchObject({
      period: 'day',
      fitsWhole: false,
    });
    expect(find({ usdPerDay: 10, usdPerMonth: 2 }, 3)).toMatchObject({
      period: 'month',
      fitsWhole: false,
    });
  });

  it('does not pass soon where requests in progress explain only one of several', () => {
    const spending = createSpending(date, () => 'run', {
      entries: [{ ...entries[0], day: '2026-12-31', usd: 1 } as SpendingEntry],
      record: () => {},
    });
    const limits = { ...caller, usdPerDay: 3, usdPerMonth: 10 };
    spending.hold({ ...caller, usdPerDay: 100 }, 8);
    // Without what is held, 9 of the month's 10 are left, and 2 of the day's 3.
    expect(spending.findLimit(limits, 2)).toMatchObject({ period: 'month', mayFitSoon: true });
    expect(spending.findLimit(limits, 2.5)).toMatchObject({ period: 'month', mayFitSoon: false });
  });

  it('says whether the end of requests in progress may make room', () => {
    const spending = createSpending(date, () => 'run', undefined);
    const limits = { ...caller, usdPerDay: 10 };
    const hold = spending.hold(limits, 8);
    expect(spending.findLimit(limits, 3)).toMatchObject({ mayFitSoon: true });
    hold?.settle(7.5);
    expect(spending.findLimit(limits, 3)).toMatchObject({ mayFitSoon: false });
  });
});

describe('a key near the end of its budget', () => {
  let test: TestGateway;
  const dear = { inputPerMillionUsd: 1000, outputPerMillionUsd: 1000, date: '2026-01-01' };
  const body = ask('openai', { max_tokens: 50 });

  afterEach(() => test.close());

  async function start(limits: Partial<CallerSettings>): Promise<void> {
    const clock = createManualClock();
    const day = clock.date().toISOString().slice(0, 10);
    const spent = { caller: 'web', day, hold: 'a', usd: 0.99, isSettled: true };
    test = await startGateway(
      {
        large: { reply: answerAs('openai', 'large'), endpoint: { price: dear } },
        small: { reply: answerAs('openai', 'small') },
      },
      {
        access: { kind: 'keys', callers: [{ ...caller, ...limits }] },
        spending: { entries: [spent], record: () => {} },
        clock,
      },
    );
  }
  const send = (members: object = {}): Promise<Response> =>
    test.post(pathOf.openai, { ...body, ...members }, { 'x-api-key': 'key' });

  it('is told which models its budget held back, and is counted apart from failovers', async () => {
    await start({ usdPerDay: 1 });
    for (const isStream of [false, true]) {
      const response = await send({ stream: isStream });
      await response.text();
      expect(response.headers.get('x-routesmith-model')).toBe('small');
      expect(response.headers.get('x-routesmith-over-budget')).toBe('large');
    }
    const metrics = await (await test.get('/metrics', { 'x-api-key': 'key' })).text();
    expect(metrics).toContain('routesmith_budget_fallbacks_total 2');
    expect(metrics).toContain('routesmith_failovers_total 0');
  });

  it.each(['day', 'month'] as const)(
    'is not asked to try again before the %s ends, and told when that is',
    async (period) => {
      await start(period === 'day' ? { usdPerDay: 1 } : { usdPerMonth: 1 });
      const response = await send({ model: 'large' });
      expect([response.status, response.headers.get('x-should-retry')]).toEqual([429, 'false']);
      expect(response.headers.get('x-routesmith-over-budget')).toBe('large');
      const { code, message } = await errorIn(response);
      expect(code).toBe('budget_exhausted');
      expect(message).toMatch(
        new RegExp(`is left of this key's budget for the ${period}, which ends at .* 00:00 UTC\\.`),
      );
    },
  );

  it('has no such header where its budget holds nothing back', async () => {
    await start({ usdPerDay: 100 });
    const response = await send();
    expect(response.headers.get('x-routesmith-model')).toBe('large');
    expect(response.headers.has('x-routesmith-over-budget')).toBe(false);
  });
});
