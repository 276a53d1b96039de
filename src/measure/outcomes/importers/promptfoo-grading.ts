import { getMember, isJsonObject, listObjects } from '../../../util/json.js';
import type { JsonObject, JsonValue } from '../../../util/json.js';

/** What promptfoo writes into `failureReason`: 0 for none, 1 for an assertion, 2 for an error. */
const errorReason = 2;

/** Why a result without a grade is no outcome. */
export const ungraded = 'no assertion graded the answer';

/** Why a result says nothing about the model; undefined if it does. */
export function findPromptfooFailure(result: JsonObject): string | undefined {
  const grading = result['gradingResult'];
  const { response } = result;
  const hasResponseError = Boolean(getMember(response, 'error')) || hasErrorStatus(response);
  // promptfoo also puts the reason of a failed assertion into "error".
  const hasError = Boolean(result['error']) && !isJsonObject(grading);
  if (result['failureReason'] === errorReason || hasResponseError || hasError) {
    return 'promptfoo recorded an error in place of an answer';
  }
  if (hasEmptyAnswer(result)) return 'the answer is empty';
  if (!isJsonObject(grading) || isUngraded(grading)) return ungraded;
  const graderFailed = [grading, ...listComponents(grading)].some(isGraderError);
  return graderFailed ? 'the model that grades failed' : undefined;
}

/** Providers of plain HTTP take the body of any response for an output. */
function hasErrorStatus(response: JsonValue | undefined): boolean {
  const status = getMember(getMember(getMember(response, 'metadata'), 'http'), 'status');
  return typeof status === 'number' && status >= 400;
}

/** Some providers give an empty output for a response that they cannot read. */
function hasEmptyAnswer({ response }: JsonObject): boolean {
  const output = getMember(response, 'output');
  return output === null || (typeof output === 'string' && output.trim() === '');
}

/** A test without assertions passes with a score of 1. */
function isUngraded(grading: JsonObject): boolean {
  return grading['reason'] === 'No assertions' && listComponents(grading).length === 0;
}

/** Assertions that ask a model or an embedding. */
const modelGraded =
  /^(?:not-)?(?:llm-rubric|model-graded-.+|factuality|g-eval|answer-relevance|context-.+|similar.*|classifier|moderation|select-best|pi)$/;

/** How versions that do not mark these errors begin the reason of an assertion that they fail. */
const graderErrorReason =
  /^(?:API (?:call |response )?error\b|Error: |No output$|Could not extract JSON from |llm-rubric produced malformed |Invalid select-best verdict\b|Request timed out)/i;

/** Whether an assertion failed because its grading model did, which says nothing about the answer. */
function isGraderError(component: JsonObject): boolean {
  if (getMember(component['metadata'], 'graderError') === true) return true;
  const type = getMember(component['assertion'], 'type');
  const { reason } = component;
  return (
    typeof type === 'string' &&
    modelGraded.test(type) &&
    typeof reason === 'string' &&
    graderErrorReason.test(reason)
  );
}

/**
 * Whether an assertion compares the outputs of several providers (`select-best`, `max-score`). promptfoo
 * grades it after all others, at the end of their list, and without a part in their mean.
 */
export function isComparison(assertion: JsonValue | undefined): boolean {
  const type = getMember(assertion, 'type');
  return typeof type === 'string' && /^(?:select-.+|max-score)$/.test(type);
}

/** How promptfoo begins the reason of an assertion whose own code threw. */
const codeErrorReason =
  /^(?:Custom function threw error|(?:Python|Ruby) code execution failed|Error running (?:Python|Ruby) script)\b/;

/** Whether the code of an assertion threw: for the answer, or for a fault of its own. */
export function hasThrownAssertion(result: JsonObject): boolean {
  return listComponents(result['gradingResult'] ?? null).some(
    ({ reason }) => typeof reason === 'string' && codeErrorReason.test(reason),
  );
}

/** The results of all assertions, those of sets of assertions included. */
function listComponents(grading: JsonValue): readonly JsonObject[] {
  return listObjects(getMember(grading, 'componentResults')).flatMap((component) => [
    component,
    ...listComponents(component),
  ]);
}
