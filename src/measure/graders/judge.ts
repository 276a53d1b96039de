import { z } from 'zod';
import { promptText, type ChatMessage } from '../../llm/chat.js';
import { createAsyncGrader, lacking, problem, ready } from './create-grader.js';
import type { Grade, GradeInput } from './grade.js';
import type { Judge, JudgeRecord } from './judge/judge-model.js';
import {
  buildPairMessages,
  buildRubricMessages,
  judgePromptVersion,
  pairVerdicts,
} from './judge/judge-prompt.js';
import { findVerdict } from './judge/find-verdict.js';
import { readAnswer } from './texts/read-answer.js';
import { referenceTexts } from './texts/reference-texts.js';

const defaultChoices = { correct: 1, 'partly correct': 0.5, incorrect: 0 };

/**
 * A model grades the answer by a rubric. It stays ungraded where no judge is given, where its call
 * fails, and where its last verdict is none of the choices: a default would be a made-up label.
 * Judge, prompt version and cost are kept with the grade, and the cost is never the candidate's.
 *
 * Reference: a right answer for the judge to compare with, as one text; may be absent with `mode` "rubric".
 * Options: `rubric` (what makes a good answer; required with "rubric"), `choices` (the verdicts, each
 * with its quality; default {"correct": 1, "partly correct": 0.5, "incorrect": 0}), `mode`
 * ("rubric"; or "pairwise": which is better, the answer or the reference, asked in both orders: 1
 * where the answer wins both times, 0 where the reference does, else 0.5).
 */
export const judgeGrader = createAsyncGrader({
  name: 'judge',
  version: 3,
  needs: 'judge',
  options: z.strictObject({
    rubric: z.string().trim().min(1, 'must not be blank').optional(),
    choices: z
      .record(z.string().trim().min(1), z.number().min(0).max(1))
      .refine((choices) => Object.keys(choices).length >= 2, 'needs at least two verdicts')
      .default(defaultChoices),
    mode: z.enum(['rubric', 'pairwise']).default('rubric'),
  }),
  example: (reference) => referenceTexts(reference)?.[0],
  prepare(reference, { rubric, choices, mode }) {
    const texts = referenceTexts(reference);
    const right = texts?.[0];
    if (reference !== undefined && right === undefined) {
      return problem('reference: give a text that is not blank, or leave it out');
    }
    if (texts !== undefined && texts.length > 1) {
      return problem(
        'reference: give one text, not a list; say in "rubric" whether all of it is needed',
      );
    }
    if (mode === 'rubric' && rubric === undefined) {
      return problem('options: give "rubric", what makes a good answer');
    }
    if (mode === 'pairwise' && right === undefined) {
      return problem('reference: give the answer to compare with');
    }
    return ready(async ({ answer, prompt }, { judge }): Promise<Grade> => {
      if (judge === undefined) return lacking('judge');
      const asked = { task: prompt === undefined ? '' : promptText(prompt), rubric };
      if (mode === 'pairwise') return judgePair(judge, asked, answer, right as string);
      const offered = Object.keys(choices);
      const messages = buildRubricMessages({
        ...asked,
        reference: right,
        answer,
        choices: offered,
      });
      const reply = await askJudge(judge, [messages], offered);
      if (reply.kind === 'ungraded') return reply;
      const [verdict = ''] = reply.verdicts;
      const quality = choices[verdict] as number;
      return { kind: 'graded', quality, detail: `verdict: ${verdict}`, judge: reply.record };
    });
  },
});

const finalAnswerRubric =
  'Only the final answer counts: correct where the answer comes to the right answer and to no other one, whatever it considers on the way.';

/** Asks the judge whether an answer comes to the reference, where a grader could not tell. */
export async function judgeFinalAnswer(
  { answer, reference, prompt }: Pick<GradeInput, 'answer' | 'reference' | 'prompt'>,
  judge: Judge | undefined,
): Promise<Grade> {
  if (judge === undefined) return lacking('judge');
  const reading = readAnswer(answer);
  const choices = ['correct', 'incorrect'];
  const messages = buildRubricMessages({
    task: prompt === undefined ? '' : promptText(prompt),
    rubric: finalAnswerRubric,
    reference: typeof reference === 'string' ? reference : JSON.stringify(reference),
    answer: reading.kind === 'answered' ? reading.text : answer,
    choices,
  });
  const reply = await askJudge(judge, [messages], choices);
  if (reply.kind === 'ungraded') return reply;
  const [verdict = ''] = reply.verdicts;
  const quality = verdict === 'correct' ? 1 : 0;
  return { kind: 'graded', quality, detail: `verdict: ${verdict}`, judge: reply.record };
}

async function judgePair(
  judge: Judge,
  asked: { readonly task: string; readonly rubric: string | undefined },
  answer: string,
  reference: string,
): Promise<Grade> {
  const orders = [
    buildPairMessages({ ...asked, first: answer, second: reference }),
    buildPairMessages({ ...asked, first: reference, second: answer }),
  ];
  const reply = await askJudge(judge, orders, pairVerdicts);
  if (reply.kind === 'ungraded') return reply;
  const [forward, backward] = reply.verdicts;
  const { record } = reply;
  if (forward === '1' && backward === '2') {
    return { kind: 'graded', quality: 1, detail: 'wins in both orders', judge: record };
  }
  if (forward === '2' && backward === '1') {
    return { kind: 'graded', quality: 0, detail: 'loses in both orders', judge: record };
  }
  const detail =
    forward === 'tie' && backward === 'tie' ? 'tie' : 'tie: the verdict depends on the order';
  return { kind: 'graded', quality: 0.5, detail, judge: record };
}

type Verdicts =
  | {
      readonly kind: 'verdicts';
      readonly verdicts: readonly string[];
      readonly record: JudgeRecord;
    }
  | Extract<Grade, { kind: 'ungraded' }>;

/** Asks once for every list of messages. What was spent is kept also where no verdict came of it. */
async function askJudge(
  judge: Judge,
  requests: readonly (readonly ChatMessage[])[],
  choices: readonly string[],
): Promise<Verdicts> {
  const verdicts: string[] = [];
  let costUsd: number | null = null;
  let calls = 0;
  let guessed = 0;
  let unpriced = 0;
  let possibleCostUsd = 0;
  let isBounded = true;
  const record = (): JudgeRecord => ({
    model: judge.model,
    promptVersion: judgePromptVersion,
    costUsd,
    calls,
    ...(guessed > 0 && { guessed }),
    ...(unpriced > 0 && { unpriced }),
    ...(unpriced > 0 && isBounded && { possibleCostUsd }),
  });
  for (const messages of requests) {
    const reply = await judge.ask(messages);
    unpriced += reply.unpriced ?? 0;
    possibleCostUsd += reply.possibleCostUsd ?? 0;
    if ((reply.unpriced ?? 0) > 0 && reply.possibleCostUsd === undefined) isBounded = false;
    if (reply.kind === 'failed') {
      const reason = `the judge could not be asked: ${reply.reason}`;
      const isSpent = calls > 0 || unpriced > 0;
      return { kind: 'ungraded', reason, retryable: true, ...(isSpent && { judge: record() }) };
    }
    calls++;
    if (reply.costIsGuess === true) guessed++;
    if (reply.costUsd !== null) costUsd = (costUsd ?? 0) + reply.costUsd;
    const verdict = findVerdict(reply.text, choices);
    judge.noteVerdict?.(verdict !== undefined);
    if (verdict === undefined) {
      const reason = 'the judge gave none of the verdicts that it was offered';
      return { kind: 'ungraded', reason, judge: record() };
    }
    verdicts.push(verdict);
  }
  return { kind: 'verdicts', verdicts, record: record() };
}
