/** A grade or a measure, such as a cost, that is there and cannot be read. */
export interface UnreadValue {
  readonly of: 'grade' | 'measure';
  /** What is wrong, as a phrase that an error message can quote. */
  readonly problem: string;
  /** The value as it is written. */
  readonly text: string;
}

/**
 * Why a row cannot be used. Rows with values that cannot be read are of one kind, and often the bad ones: a
 * grade of -1, or a latency "timeout" beside a grade of 0.
 */
export type RowFault = string | UnreadValue;

export function describeFault(fault: RowFault): string {
  return typeof fault === 'string' ? fault : fault.problem;
}

/** Puts where it is before what is wrong. */
export function prefixFault(prefix: string, fault: RowFault): RowFault {
  return typeof fault === 'string'
    ? `${prefix}: ${fault}`
    : { ...fault, problem: `${prefix}: ${fault.problem}` };
}

/** @param value the grade: a text, or a value of JSON */
export function unreadGrade(problem: string, value: unknown): UnreadValue {
  return { of: 'grade', problem, text: show(value) };
}

/** The same of a cost, a time or a count of tokens. */
export function unreadMeasure(problem: string, value: unknown): UnreadValue {
  return { of: 'measure', problem, text: show(value) };
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.trim().slice(0, 40);
}
