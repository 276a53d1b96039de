import type { ChatMessage, Prompt } from '../../llm/chat.js';
import { gradeAnswer } from '../graders/grade-answer.js';
import type { Judge } from '../graders/judge/judge-model.js';
import { findGrader } from '../graders/registry.js';
import type { PoolModel } from '../models/model.js';
import type { Example } from '../tasks/example.js';
import { describeJudge } from './create-judge.js';
import { expectCell, priceCell } from './expect-cell.js';
import { bytesPerToken } from './prompt-bytes.js';
import { boundCostUsd } from '../../llm/worst-case-cost.js';
import { computeTokenBounds } from './worst-case-cost.js';

/** What a judge's calls are going to cost, before the first one. */
export interface JudgeEstimate {
  /** The judge's id in its pool file. */
  readonly model: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly expectedUsd: number;
  /** Null if nothing limits the length of a verdict or of an answer. */
  readonly worstCaseUsd: number | null;
}

/** The tokens of an answer that is still to come, in a judge's request. */
export interface AnswerTokens {
  readonly expected: number;
  /** Infinite if nothing limits the answer. */
  readonly worstCase: number;
}

/** A call that a stand-in was asked for. */
export interface JudgeProbe {
  /** Has the identity of the judge. Its replies are no verdicts: grades that it shaped are void. */
  readonly judge: Judge;
  /** The requests so far. */
  readonly requests: readonly Prompt[];
}

/**
 * Creates what stands in for a judge whose calls are only to be counted: it records the requests, and
 * calls nothing.
 */
export function createJudgeProbe(model: PoolModel): JudgeProbe {
  const requests: Prompt[] = [];
  const judge: Judge = {
    model: describeJudge(model),
    ask(messages: readonly ChatMessage[]) {
      requests.push({ messages });
      // A verdict of the pairwise mode, so that the second order is asked for as well.
      return Promise.resolve({ kind: 'reply', text: 'VERDICT: 1', costUsd: 0 });
    },
  };
  return { judge, requests };
}

/** Adds up what a judge's calls are going to cost. */
export class JudgeEstimator {
  readonly #model: PoolModel;
  #calls = 0;
  #inputTokens = 0;
  #outputTokens = 0;
  #expectedUsd = 0;
  #worstCaseUsd = 0;

  constructor(model: PoolModel) {
    this.#model = model;
  }

  /** Counts a call. @param answer tokens of the answer to judge that the request lacks. @default none */
  add(request: Prompt, answer: AnswerTokens = { expected: 0, worstCase: 0 }): void {
    const { contextWindow = Infinity, price } = this.#model;
    const bounds = computeTokenBounds(this.#model, request);
    const own = expectCell(undefined, request, bounds);
    const inputTokens = Math.min(contextWindow, own.inputTokens + answer.expected);
    const { outputTokens } = own;
    // Another tokenizer may count more tokens, but seldom more than one per byte.
    const mostInput = bounds.inputTokens + answer.worstCase * bytesPerToken;
    this.#calls += 1;
    this.#inputTokens += inputTokens;
    this.#outputTokens += outputTokens;
    this.#expectedUsd += priceCell({ inputTokens, outputTokens }, this.#model);
    this.#worstCaseUsd += boundCostUsd(
      { ...bounds, inputTokens: Math.min(contextWindow, mostInput) },
      price,
    );
  }

  estimate(): JudgeEstimate {
    return {
      model: this.#model.id,
      calls: this.#calls,
      inputTokens: this.#inputTokens,
      outputTokens: this.#outputTokens,
      expectedUsd: this.#expectedUsd,
      worstCaseUsd: Number.isFinite(this.#worstCaseUsd) ? this.#worstCaseUsd : null,
    };
  }
}

/**
 * What a judge will be asked about each example whose grader is a judge, without the answers.
 *
 * @returns requests by example; examples with other graders are missing
 */
export async function listJudgeRequests(
  examples: readonly Example[],
  model: PoolModel,
): Promise<ReadonlyMap<Example, readonly Prompt[]>> {
  const requestsOf = new Map<Example, readonly Prompt[]>();
  for (const example of examples) {
    if (findGrader(example.grader?.name ?? '')?.needs !== 'judge') continue;
    const { judge, requests } = createJudgeProbe(model);
    await gradeAnswer(example, placeholder, { judge });
    requestsOf.set(example, requests);
  }
  return requestsOf;
}

/** Any answer that is not empty: its tokens are counted apart. */
const placeholder = '-';
