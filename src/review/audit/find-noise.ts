import { computeGradeVariance } from '../../measure/outcomes/grade-noise.js';

/** How much grades vary where nothing but chance differs. */
export interface GradeNoise {
  /** Answers per prompt and model, on average. */
  readonly repeats: number;
  /** Standard deviation of one grade around the mean of its cell. */
  readonly deviation: number;
  /** Requests on which a model has a single answer: they do not count where models are compared. */
  readonly unrepeated: number;
}

/** With a single answer of a model on a greater share of the requests, answers count as not repeated. */
const maxUnrepeated = 0.2;

/**
 * Measures the noise of repeated answers: the variance within cells, over all cells with repeats.
 *
 * @param cells grades of requests x models
 * @returns undefined without repeats: then nobody knows which differences are chance
 */
export function findNoise(
  cells: readonly (readonly number[])[] | undefined,
  models: number,
): GradeNoise | undefined {
  if (cells === undefined) return undefined;
  const singles = cells.flatMap((grades, cell) =>
    grades.length < 2 ? [Math.floor(cell / models)] : [],
  );
  const unrepeated = new Set(singles).size;
  if (!(unrepeated * models <= maxUnrepeated * cells.length)) return undefined;
  const repeated = cells.filter((grades) => grades.length > 1);
  if (repeated.length === 0) return undefined;
  const answers = repeated.reduce((sum, grades) => sum + grades.length, 0);
  return {
    repeats: answers / repeated.length,
    deviation: Math.sqrt(computeGradeVariance(repeated)),
    unrepeated,
  };
}
