import type { Run } from '../../measure/outcomes/run.js';
import { version } from '../../version.js';
import { RoutesmithError } from '../../util/errors.js';
import { describeLeftOut } from '../train/comparable-models.js';
import { describeDesign } from '../train/find-warnings.js';
import { evaluateUnseenTasks, type UnseenTasksEvaluation } from '../train/evaluate-unseen-tasks.js';
import { fitFileAndFolds } from '../train/fit-file-and-folds.js';
import { defaultFoldCount, type HoldOutOptions } from '../train/hold-out.js';
import { prepareTraining } from '../train/prepare-training.js';
import { computeOutcomesDigest } from '../train/outcomes-digest.js';
import type { TrainingData } from '../train/training-data.js';
import { sharedTensorFlowEngine } from '../train/solver/tensorflow-backend.js';
import type { ObjectiveRequest } from './plan/objective-request.js';
import { computeEvaluation, type Evaluation } from './compute-evaluation.js';
import { computeLearningCurve, type LearningCurve } from './learning-curve.js';

/** The cross-validation of a run, with its source. */
export interface CrossValidation extends Evaluation {
  /** Null where it was not requested, or tasks could not be held out; see `evaluateUnseenTasks`. */
  readonly unseenTasks: UnseenTasksEvaluation | null;
  /** Null where it was not requested. */
  readonly curve: LearningCurve | null;
  readonly source: EvaluationSource;
  /** Models and prompts of the run that were not evaluated, and objectives that could not be. */
  readonly leftOut: readonly string[];
}

/** What an evaluation was computed from, so that it is not mistaken for that of another run. */
export interface EvaluationSource {
  readonly outcomesDigest: string;
  readonly seed: number;
  /** The model to use without routing; null for the best single model. */
  readonly baseline: string | null;
  /** Version of the program. */
  readonly version: string;
}

export interface CrossValidationOptions {
  readonly seed: number;
  /** @default 5, of which as many are held out as in training */
  readonly folds?: number | undefined;
  readonly baseline?: string | undefined;
  /** @default 'auto' */
  readonly family?: HoldOutOptions['family'] | undefined;
  readonly threads?: number | undefined;
  /** Also hold out whole tasks, which doubles the time. */
  readonly unseenTasks: boolean;
  /** Also train on growing parts of the prompts, which doubles the time. @default false */
  readonly curve?: boolean;
  /** Objectives besides the standard ones. @default none */
  readonly objectives?: readonly ObjectiveRequest[];
  /** A sentence about the work, such as the backend in use. */
  readonly onNotice?: (notice: string) => void;
  /** Fits done, and fits in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

const noUnseenTasks =
  'No results on unseen tasks: with whole tasks held out, too few different prompts are left to train on.';

/**
 * Cross-validates the policy that would be trained on a run: each fold is held out once, and the
 * other folds train the scorer that predicts it. Optionally does the same with whole tasks held out.
 *
 * @throws RoutesmithError where the run cannot be split, or an objective cannot be measured on it
 */
export async function crossValidate(
  run: Run,
  options: CrossValidationOptions,
): Promise<CrossValidation> {
  const { seed, folds, baseline, family, threads, objectives, onProgress } = options;
  const prepared = prepareTraining(run, { seed, folds, baseline, objectives });
  const { data, limits, prices, requests, leftOut } = prepared;
  checkDesign(data, options);
  const engine = await sharedTensorFlowEngine();
  options.onNotice?.(engine.description);
  const fitOptions = { seed, prices, limits, baseline, family, threads };
  // Whole tasks cannot be held out where only some prompts have comparable outcomes.
  const withUnseenTasks = options.unseenTasks && data.table.design !== 'adaptive';
  let fits = 0;
  const { heldOut } = await fitFileAndFolds(engine, data, {
    ...fitOptions,
    requests,
    folds,
    onProgress: (done, total) => {
      fits = total;
      onProgress?.(done, withUnseenTasks ? 2 * total : total);
    },
  });
  const unseenTasks = withUnseenTasks
    ? await evaluateUnseenTasks(engine, data, {
        ...fitOptions,
        requests,
        onProgress: (done, total) => onProgress?.(fits + done, fits + total),
      })
    : undefined;
  const curve = options.curve
    ? await computeLearningCurve(engine, data, { ...fitOptions, folds, onProgress })
    : null;
  const evaluation = computeEvaluation(heldOut, seed);
  const isAsTrained = folds === undefined || folds === defaultFoldCount;
  const lacksUnseenTasks = withUnseenTasks && data.tasks.length >= 3 && unseenTasks === undefined;
  return {
    ...evaluation,
    // With other folds than training has, the plan is not that of a file.
    delivery: isAsTrained ? evaluation.delivery : null,
    unseenTasks: unseenTasks ?? null,
    curve,
    leftOut: [
      ...describeLeftOut(data),
      ...leftOut,
      ...(lacksUnseenTasks ? [noUnseenTasks] : []),
      ...describeDesign(data),
    ],
    source: {
      outcomesDigest: computeOutcomesDigest(run.table),
      seed,
      baseline: baseline ?? null,
      version,
    },
  };
}

/** An adaptive sweep has one fold, the prompts that it held out: others were bought by what they showed. */
function checkDesign({ table }: TrainingData, { folds, curve }: CrossValidationOptions): void {
  if (table.design !== 'adaptive') return;
  const option =
    folds !== undefined ? 'other folds' : curve === true ? 'a learning curve' : undefined;
  if (option === undefined) return;
  throw new RoutesmithError('usage', `the outcomes of an adaptive sweep cannot have ${option}`, {
    fix: 'Leave --folds and --curve out, or sweep all prompts without --adaptive.',
  });
}
