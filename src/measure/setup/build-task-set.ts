import type { JsonObject } from '../../util/json.js';
import { decodeReference } from './decode-reference.js';
import type { GraderProposal } from './propose-grader.js';

/** The text of a task set in JSON Lines: the examples of all labels that have a grader. */
export function buildTaskSet(proposals: readonly GraderProposal[]): string {
  const rows = proposals.flatMap(({ grader, examples }) =>
    grader === undefined ? [] : examples.map((example) => ({ grader, example })),
  );
  return rows
    .sort((a, b) => a.example.line - b.example.line)
    .map(({ grader, example }) => {
      const { id, request, task, reference, listText } = example;
      const row: JsonObject = {
        ...(id !== undefined && { id }),
        ...request,
        ...(task !== undefined && { task }),
        ...(reference !== undefined && {
          reference: decodeReference(grader, reference, listText),
        }),
        grader: Object.keys(grader).length === 1 ? grader.name : grader,
      };
      return `${JSON.stringify(row)}\n`;
    })
    .join('');
}
