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
  grader: z.looseObject({ name: z.string() }),
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
export type SourceTask = Omit<z.infer<typeof sourceTask>, 'wrong'> & {
  readonly wrong: string;
};

/** Reads one file of hand-written tasks; throws where a task is not as it should be. */
export function readSourceTasks(text: string, file: string): readonly SourceTask[] {
  const { tasks, grader } = sourceFile.parse(parse(text, { maxAliasCount: 1000 }));
  return tasks.map((task, index) => {
    const parsed = sourceTask.safeParse({ grader, ...task });
    if (!parsed.success) {
      throw new Error(`${file}, task ${index + 1}: ${z.prettifyError(parsed.error)}`);
    }
    const { prompt, messages, wrong } = parsed.data;
    if ((prompt === undefined) === (messages === undefined)) {
      throw new Error(`${file}, task ${index + 1}: give either a prompt or messages`);
    }
    return {
      ...parsed.data,
      wrong: typeof wrong === 'object' ? JSON.stringify(wrong) : String(wrong),
    };
  });
}
