import { z } from 'zod';
import type { ReportedEvaluation } from './report.js';
import type { EvaluationSource } from '../evaluate/cross-validate.js';

/** JSON has no NaN: an unknown number is null in the file. */
const number = z.number();
const unknownNumber = z.number().nullable();
const orNaN = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const count = z.int().nonnegative();

const interval = z
  .object({ mean: unknownNumber, low: unknownNumber, high: unknownNumber })
  .transform(({ mean, low, high }) =>
    mean === null || low === null || high === null ? null : { mean, low, high },
  );
const unknownInterval = interval.nullable();
const knownInterval = z.object({ mean: orNaN, low: orNaN, high: orNaN });

const intervals = z.object({
  quality: unknownInterval,
  costUsd: unknownInterval,
  latencyMs: unknownInterval,
});

const strategy = z.object({
  name: z.string(),
  kind: z.enum(['routed', 'baseline', 'reference']),
  quality: orNaN,
  costUsd: unknownNumber,
  latencyMs: unknownNumber,
  intervals,
  qualityDifference: knownInterval,
  costSaved: unknownInterval,
  latencySaved: unknownInterval,
  unknownOutcomes: count,
  shares: z.array(z.object({ model: z.string(), share: number })),
});

const sliceStrategy = z.object({
  name: z.string(),
  quality: unknownNumber,
  costUsd: unknownNumber,
  latencyMs: unknownNumber,
  qualityDifference: unknownInterval,
  costSavedUsd: unknownInterval,
});

const slices = z.array(
  z.object({
    name: z.string().nullable(),
    prompts: count,
    groups: count,
    strategies: z.array(sliceStrategy),
    models: z.array(sliceStrategy),
  }),
);

const evidence = z.object({
  objective: z.string(),
  routes: z.boolean(),
  bestConstant: z.string(),
  quality: orNaN,
  constantQuality: orNaN,
  qualityDifference: knownInterval,
  costUsd: unknownNumber,
  constantCostUsd: unknownNumber,
  latencyMs: number.exactOptional(),
  constantLatencyMs: number.exactOptional(),
  utilityDifference: knownInterval,
  promptsNeeded: number.exactOptional(),
});

const objective = z
  .object({
    name: z.string(),
    description: z.string(),
    costWeightPerUsd: number,
    latencyWeightPerSecond: number,
    margin: number,
    confidenceLimit: number.exactOptional(),
    constantModel: z.string().exactOptional(),
    promise: z.enum(['shown', 'not_shown']).exactOptional(),
  })
  .transform(({ constantModel, ...rest }) => ({ ...rest, constantModel }));

const advice = z.object({
  kind: z.enum(['route', 'single_model', 'not_enough_evidence']),
  objective: z.string(),
  model: z.string().nullable(),
  promptsBeyondModel: count.exactOptional(),
  routed: z.array(z.string()),
  others: z.array(z.object({ model: z.string(), objectives: z.array(z.string()) })).exactOptional(),
  unkept: z.array(z.string()),
  heldOutPrompts: count,
  enough: z
    .object({
      promptsNeeded: number,
      objective: z.string().exactOptional(),
      observed: z
        .object({ objective: z.string(), gain: number, promptsNeeded: number })
        .exactOptional(),
    })
    .exactOptional(),
  isUnpaired: z.literal(true).exactOptional(),
  effectivePrompts: count.exactOptional(),
});

const detection = z.object({
  gains: z.array(
    z.object({
      objective: z.string(),
      mean: orNaN,
      high: unknownNumber.transform((value) => value ?? Infinity),
      promptsNeeded: number.exactOptional(),
      promptsForMean: number.exactOptional(),
    }),
  ),
  promptsForSwitching: unknownNumber,
  isUnpaired: z.literal(true).exactOptional(),
});

const delivery = z.object({
  baseline: z.string(),
  objectives: z.array(
    z.object({
      objective: z.string(),
      model: z.string().nullable(),
      promptsBeyondModel: count.default(0),
      weighsLatency: z.boolean().default(false),
      unknownOutcomes: count.default(0),
      quality: orNaN,
      costUsd: unknownNumber,
      latencyMs: unknownNumber,
      intervals,
      qualityDifference: knownInterval,
      costSaved: unknownInterval,
      latencySaved: unknownInterval,
    }),
  ),
});

const frontierPoints = z.array(z.object({ costUsd: number, quality: number }));

const reliability = {
  cells: count,
  meanEstimate: unknownNumber,
  meanObserved: unknownNumber,
  brierScore: unknownNumber,
  expectedCalibrationError: unknownNumber,
  errorByChance: unknownNumber,
  bins: z.array(z.object({ cells: count, meanEstimate: number, meanObserved: number })),
};

const evaluation = {
  prompts: count,
  effectivePrompts: count.exactOptional(),
  // Files of earlier versions counted none.
  promptsWithoutModel: count.default(0),
  groups: count,
  folds: count,
  foldCount: count.exactOptional(),
  families: z.array(z.object({ name: z.string(), folds: count })),
  leakedGroups: count,
  simulated: z.boolean(),
  models: z
    .array(
      z.object({
        model: z.string(),
        quality: orNaN,
        costUsd: unknownNumber,
        latencyMs: unknownNumber,
        intervals,
        qualityDifference: unknownInterval,
        costSaved: unknownInterval,
        // Earlier versions did not write it.
        latencySaved: unknownInterval.default(null),
      }),
    )
    .min(2),
  strategies: z.array(strategy),
  verdict: z.object({
    decision: z.enum(['ROUTE', "DON'T ROUTE"]),
    reason: z.string(),
    heldOutPrompts: count,
    bestConstant: z.string().exactOptional(),
    promptsNeeded: number.exactOptional(),
    evidence: z.array(evidence),
  }),
  // Earlier versions did not write these five.
  advice: advice.exactOptional(),
  detection: detection.exactOptional(),
  objectives: z.array(objective).exactOptional(),
  baseline: z.string().exactOptional(),
  delivery: delivery.nullable().default(null),
  frontier: z
    .object({ points: frontierPoints, hull: frontierPoints, aiq: orNaN, zeroRouterAiq: orNaN })
    .nullable(),
  pair: z.object({ apgr: orNaN, cpt50: orNaN, cpt80: orNaN }).nullable(),
  calibration: z.object({
    overall: z.object(reliability),
    models: z.array(z.object({ model: z.string(), ...reliability })),
  }),
  slices: z.object({ tasks: slices, languages: slices }),
  novelty: z.object({
    lowestLimit: number,
    highestLimit: number,
    beyondLimit: count,
    strategy: z.string().nullable(),
    bins: z.array(
      z.object({ prompts: count, meanNovelty: number, qualityDifference: unknownInterval }),
    ),
  }),
};

/** The output of `evaluate --json`. Unknown members are dropped. */
export const evaluationSchema = z.object({
  ...evaluation,
  unseenTasks: z
    .object({
      groups: z.array(z.array(z.string())),
      prompts: count,
      sharedGroups: count.exactOptional(),
      strategies: z.array(strategy),
    })
    .nullable(),
  leftOut: z.array(z.string()).exactOptional(),
  source: z.object({
    outcomesDigest: z.string(),
    seed: count,
    baseline: z.string().nullable(),
    version: z.string(),
  }),
}) satisfies z.ZodType<
  Omit<ReportedEvaluation, 'advice' | 'objectives' | 'baseline'> &
    Partial<Pick<ReportedEvaluation, 'advice' | 'objectives' | 'baseline'>> & {
      readonly source: EvaluationSource;
    }
>;
