import { computePromptHash } from '../tasks/compute-prompt-hash.js';
import type { Example } from '../tasks/example.js';
import { promptText, type ChatRequest } from '../../llm/chat.js';
import { buildPracticeAnswers, type PracticeAnswers } from './practice-answers.js';
import type { PracticeModel } from './practice-models.js';
import { computePracticeSkill, computeUnitHash, isPracticeAnswerRight } from './practice-skill.js';

/** What the simulated models know. */
export interface PracticeBrain {
  /** A model's answer to a request: the same one every time. */
  answer(model: PracticeModel, request: ChatRequest): Promise<string>;
}

/** Creates the knowledge of a practice pool from the tasks it is to be asked. */
export function createPracticeBrain(examples: readonly Example[], seed: number): PracticeBrain {
  const taskOf = new Map<string, Example>();
  const tasksOfLabel = new Map<string, Example[]>();
  for (const example of examples) {
    taskOf.set(computePromptHash(example.prompt), example);
    const label = example.task ?? '';
    const siblings = tasksOfLabel.get(label);
    if (siblings === undefined) tasksOfLabel.set(label, [example]);
    else siblings.push(example);
  }
  // Made when first asked for: graders take their time, and a pool may be started to be looked at.
  const answersOf = new Map<string, Promise<PracticeAnswers>>();

  return {
    async answer(model, request) {
      const hash = computePromptHash(request);
      const example = taskOf.get(hash);
      if (example === undefined) {
        return `I am ${model.id}, a simulated model: I only know the tasks I was started with.`;
      }
      let building = answersOf.get(hash);
      if (building === undefined) {
        const siblings = tasksOfLabel.get(example.task ?? '') ?? [];
        const others = siblings.filter((other) => other !== example);
        building = buildPracticeAnswers(example, others, seed);
        answersOf.set(hash, building);
      }
      const answers = await building;
      const length = promptText(example.prompt).length;
      const skill = computePracticeSkill(model, example.task, length, seed);
      if (isPracticeAnswerRight(model, skill, hash, seed)) return answers.right;
      const pick = computeUnitHash(seed, 'mistake', model.id, hash) * answers.wrong.length;
      return answers.wrong[Math.floor(pick)] as string;
    },
  };
}
