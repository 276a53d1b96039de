/** A grade that is there and cannot be read, such as a -1 or a word that is not known. */
export interface UnreadGrade {
  /** What is wrong, as a phrase that an error message can quote. */
  readonly problem: string;
  /** The grade as it is written. */
  readonly grade: string;
}

/** Why a row cannot be used. Rows that cannot be read for their grades are of one kind: often the bad ones. */
export type RowFault = string | UnreadGrade;

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
export function unreadGrade(problem: string, value: unknown): UnreadGrade {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return { problem, grade: text.trim().slice(0, 40) };
}
