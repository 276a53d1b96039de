import { months } from '../everyday-tasks/vocabulary.js';
import type { JsonObject, JsonValue } from '../../../src/util/json.js';
import type { Picker } from '../everyday-tasks/draft.js';

/** A question on a document, before it has an id. */
export interface LongQuestion {
  /** What it takes: one passage, several, a passage that changes another, or seeing that there is none. */
  readonly kind: 'lookup' | 'sum' | 'override' | 'absent';
  readonly question: string;
  readonly reference: JsonValue;
  readonly grader: JsonObject & { readonly name: string };
  /** What somebody answers who stops reading at the first passage that fits. */
  readonly wrong: string;
  readonly level: 'easy' | 'medium' | 'hard';
}

export interface LongDocument {
  readonly text: string;
  readonly questions: readonly LongQuestion[];
}

/**
 * Writes a document from random facts, and questions whose answers follow from them.
 *
 * @param edition 0 or 1: which of two documents, whose names and traps differ
 */
export type DocumentTemplate = (picker: Picker, edition: 0 | 1) => LongDocument;

/** A section of a contract; its number is only known when the contract is put together. */
export interface Section {
  readonly key: string;
  readonly title: string;
  readonly clauses: (numberOf: (key: string) => number) => readonly string[];
}

/** The sections as Markdown, with numbered clauses. */
export function numberSections(sections: readonly Section[]): string {
  const numberOf = (key: string): number => {
    const index = sections.findIndex((section) => section.key === key);
    if (index < 0) throw new Error(`no section "${key}"`);
    return index + 1;
  };
  return sections
    .map(({ title, clauses }, index) => {
      const number = index + 1;
      const lines = clauses(numberOf).map((clause, at) => `${number}.${at + 1} ${clause}`);
      return `## ${number}. ${title}\n\n${lines.join('\n\n')}`;
    })
    .join('\n\n');
}

/** An answer for what the document does not say, against one that it might have said. */
export function askAbsent(question: string, wrong: string): LongQuestion {
  return {
    kind: 'absent',
    question: `${question} If the document does not say, answer "not stated".`,
    reference: ['not stated', 'not stated in the document'],
    grader: { name: 'exact' },
    wrong,
    level: 'medium',
  };
}

/** A day of the calendar without a time. */
export function day(year: number, month: number, date: number): Date {
  return new Date(Date.UTC(year, month - 1, date));
}

/** Such as 2025-03-07. */
export function formatIso(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** Such as March 7, 2025. */
export function formatDay(date: Date): string {
  return `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
}

export function addDays(date: Date, days: number): Date {
  return new Date(date.getTime() + days * 86_400_000);
}

/** Such as 12,500. */
export function formatNumber(value: number): string {
  return value.toLocaleString('en-US');
}
