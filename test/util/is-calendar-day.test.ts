import { expect, it } from 'vitest';
import { isCalendarDay } from '../../src/util/is-calendar-day.js';

it.each([
  ['2026-01-31', true],
  ['2024-02-29', true],
  ['2026-02-29', false],
  ['2026-11-31', false],
  ['2026-13-01', false],
  ['2026-1-31', false],
  ['2026-01-31T00:00:00Z', false],
])('%s is a day of the calendar: %s', (text, expected) => {
  expect(isCalendarDay(text)).toBe(expected);
});
