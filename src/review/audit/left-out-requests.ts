import type { DecisionRecord } from '../../serve/log/record.js';

/** Why a request is left out that neither a grader nor a judge grades. */
export const noGrader = 'without a grader';

/** Why a request is left out whose prompt is neither in the log nor given. */
export const promptNotKnown = 'prompt not known';

/** Why a request is left out whose id `--prompts` gives to another text: answers to it would say nothing. */
export const otherPrompt = 'with another prompt in --prompts than the logged one, by its length';

/** Requests that are not audited, by reason. */
export type LeftOutRequests = ReadonlyMap<
  string,
  {
    readonly count: number;
    /** The requests that these stand for, with those that sampling left out. */
    readonly represented: number;
    /** Of the first of them. */
    readonly ids: readonly string[];
  }
>;

/** What is kept of a request that is left out. */
export type LeftOutRequest = Pick<DecisionRecord, 'id' | 'keep'>;

const maxNamed = 3;

/** Counts the requests that are left out. */
export function createLeftOutRequests(): {
  add(reason: string, request: LeftOutRequest): void;
  readonly byReason: LeftOutRequests;
} {
  const byReason = new Map<string, { count: number; represented: number; ids: string[] }>();
  return {
    byReason,
    add(reason, { id, keep }) {
      const known = byReason.get(reason) ?? { count: 0, represented: 0, ids: [] };
      known.count += 1;
      known.represented += 1 / keep;
      if (known.ids.length < maxNamed) known.ids.push(id);
      byReason.set(reason, known);
    },
  };
}
