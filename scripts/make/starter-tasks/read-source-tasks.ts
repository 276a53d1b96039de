import { parse } from 'yaml';
import { z } from 'zod';

const sourceTask = z.strictObject({
  prompt: z.string().trim().min(1).optional(),
  messages: z.array(z.looseObject({ role: z.string() })).optional(),
  document: z
    .strictObject({
      from: z.string(),
      needs: z.array(z.string()).min(1),
      without: z.array(z.string()).default([]),
    })
    .optional(),
  tools: z.array(z.unknown()).optional(),
  reference: z.json().optional(),
  grader: z.looseObject({ name: z.string() }).optional(),
  /** What a judge goes through; stands for a grader. */
  rubric: z.array(z.string()).min(2).optional(),
  language: z.string().length(2).default('en'),
  level: z.enum(['easy', 'medium', 'hard']),
  /** A right answer, where the reference is none. */
  answer: z.string().optional(),
  /** An answer that a weak model could well give; an object stands for its JSON. */
  wrong: z.union([z.string(), z.number(), z.record(z.string(), z.json())]),
});

const sourceFile = z.strictObject({
  /** What tasks refer to by YAML anchors. */
  shared: z.unknown().optional(),
  /** The grader of the tasks that name none. */
  grader: z.looseObject({ name: z.string() }).optional(),
  tasks: z.array(z.record(z.string(), z.unknown())),
});

/** A task as it is written in `datasets/source/`; the README there says what the fields mean. */
export type SourceTask = Omit<z.infer<typeof sourceTask>, 'wrong' | 'grader' | 'rubric'> & {
  readonly grader: { readonly name: string; readonly [option: string]: unknown };
  readonly wrong: string;
};

/** The verdicts on a draft, with their qualities. */
const draftVerdicts = { 'ready to send': 1, 'needs edits': 0.5, 'not usable': 0 };

function buildJudgeGrader(rubric: readonly string[]): SourceTask['grader'] {
  const points = rubric.map((point, index) => `${index + 1}. ${point}.`);
  return {
    name: 'judge',
    rubric: [
      'Check the draft point by point:',
      ...points,
      '"ready to send": it meets all points, and says nothing false or made up that matters. Names and greetings that the task leaves open may be made up or left as placeholders.',
      '"needs edits": it misses one point, and a minute of editing would mend that.',
      '"not usable": it misses two points or more, or promises or states something that the task rules out.',
    ].join('\n'),
    choices: draftVerdicts,
  };
}

/** Reads one file of hand-written tasks; throws where a task is not as it should be. */
export function readSourceTasks(text: string, file: string): readonly SourceTask[] {
  const { tasks, grader } = sourceFile.parse(parse(text, { maxAliasCount: 1000 }));
  return tasks.map((task, index) => {
    const parsed = sourceTask.safeParse({ grader, ...task });
    if (!parsed.success) {
      throw new Error(`${file}, task ${index + 1}: ${z.prettifyError(parsed.error)}`);
    }
    const { prompt, messages, wrong, rubric, ...others } = parsed.data;
    const chosen = rubric === undefined ? others.grader : buildJudgeGrader(rubric);
    if ((prompt === undefined) === (messages === undefined)) {
      throw new Error(`${file}, task ${index + 1}: give either a prompt or messages`);
    }
    if (chosen === undefined || (rubric !== undefined && others.grader !== undefined)) {
      throw new Error(`${file}, task ${index + 1}: give either a grader or a rubric`);
    }
    return {
      ...others,
      ...(prompt !== undefined && { prompt }),
      ...(messages !== undefined && { messages }),
      grader: chosen,
      wrong: typeof wrong === 'object' ? JSON.stringify(wrong) : String(wrong),
    };
  });
}
