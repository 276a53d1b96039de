import { describe, expect, it } from 'vitest';
import type { Grader } from '../../../../src/measure/graders/grade.js';
import type { JsonObject, JsonValue } from '../../../../src/util/json.js';

/** What a grader has to make of an answer. */
export type Expected = 'right' | 'wrong' | 'unparseable' | number;

export interface Spelling {
  readonly answer: string;
  readonly reference?: JsonValue | undefined;
  readonly options?: JsonObject;
  readonly expected: Expected;
}

/** Puts every value in the place of `@` in every template. */
export function fillTemplates(
  templates: readonly string[],
  values: readonly string[],
): readonly string[] {
  return templates.flatMap((template) => values.map((value) => template.replaceAll('@', value)));
}

/** The same expectation of many answers. */
export function expectAll(
  answers: readonly string[],
  expected: Expected,
  task: Pick<Spelling, 'reference' | 'options'>,
): readonly Spelling[] {
  return answers.map((answer) => ({ answer, expected, ...task }));
}

const unparseable = /^(no |empty|holds more than JSON|the JSON is not)/;

/** Tests a family of graders on tables of, together, at least 200 spellings, all different. */
export function testSpellings(
  family: string,
  tables: readonly (readonly [grader: Grader, spellings: readonly Spelling[]])[],
): void {
  const rows = tables.flatMap(([grader, spellings]) =>
    spellings.map((spelling) => ({ grader, ...spelling })),
  );
  describe(`graders of ${family}`, () => {
    it('have at least 200 spellings to read', () => {
      const different = new Set(
        rows.map((row) => JSON.stringify({ ...row, grader: row.grader.name })),
      );
      expect(different.size).toBeGreaterThanOrEqual(200);
      for (const kind of ['right', 'wrong', 'unparseable']) {
        expect(rows.some(({ expected }) => expected === kind)).toBe(true);
      }
    });

    it.each(rows.map((row): [string, typeof row] => [describeSpelling(row), row]))(
      '%s',
      async (_, { grader, answer, reference, options = {}, expected }) => {
        const grade = await grader.grade({ answer, reference, options });
        if (expected === 'right') expect(grade).toMatchObject({ kind: 'graded', quality: 1 });
        else if (expected === 'wrong') expect(grade).toMatchObject({ kind: 'graded', quality: 0 });
        else if (expected === 'unparseable') {
          const detail = expect.stringMatching(unparseable);
          expect(grade).toMatchObject({ kind: 'graded', quality: 0, detail });
        } else {
          expect(grade).toMatchObject({ kind: 'graded', quality: expect.closeTo(expected, 6) });
        }
      },
    );
  });
}

function describeSpelling({
  grader,
  answer,
  reference,
  expected,
}: Spelling & { readonly grader: Grader }): string {
  const wanted = JSON.stringify(reference)?.slice(0, 60) ?? 'no reference';
  return `${grader.name} takes ${JSON.stringify(answer.slice(0, 90))} for ${expected}, given ${wanted}`.replaceAll(
    '%',
    '%%',
  );
}
