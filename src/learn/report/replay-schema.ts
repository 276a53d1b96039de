import { z } from 'zod';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const unknownShare = share.nullable();
const unknownNumber = z.number().nullable();
const interval = z.object({ mean: z.number(), low: z.number(), high: z.number() });
const unknownInterval = interval.nullable();

const measure = z.object({
  happened: z.object({ requests: count, mean: unknownNumber, estimate: unknownNumber }),
  estimated: z.object({
    requests: count,
    logged: unknownNumber,
    replayed: unknownNumber,
    difference: unknownInterval,
  }),
});

/** Why the log cannot say how good another policy is. */
export const undecidableReasons = [
  /** No request has an outcome. */
  'no_outcomes',
  /** Exploration never tries what the other policy would choose, or what the log's own usually does. */
  'no_support',
  /** Exploration tried it too rarely. */
  'few_hits',
  /** The chosen models mostly failed, or have fewer outcomes than their chances explain. */
  'few_answers',
  /** The outcomes of the chosen models are of too few conversations. */
  'few_outcomes',
] as const;

/** Of the requests with an outcome; left out by earlier versions. */
const overlap = z
  .object({
    unanswered: count.optional(),
    takeovers: count.optional(),
    disagreements: count.optional(),
    unsupported: count.optional(),
    unknownModels: count.optional(),
  })
  .optional();

const value = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('undecidable'), reason: z.enum(undecidableReasons), overlap }),
  z.object({
    kind: z.literal('estimated'),
    value: interval,
    /** Null where the log has too few outcomes of its own policy's choices, or those mostly failed. */
    difference: unknownInterval,
    drift: z.boolean(),
    overlap,
  }),
]);

/** USD per million tokens. */
const price = z.object({
  inputPerMillionUsd: z.number().nonnegative(),
  outputPerMillionUsd: z.number().nonnegative(),
  cachedInputPerMillionUsd: z.number().nonnegative().optional(),
  cacheWritePerMillionUsd: z.number().nonnegative().optional(),
});

/** The output of `replay --json`, as far as a report shows it. */
export const replaySchema = z.object({
  policyDigest: z.string(),
  objective: z.string().nullable(),
  simulated: z.boolean(),
  /** Prices in place of the policy file's, by model; left out by earlier versions, as the next. */
  prices: z.record(z.string(), price).optional(),
  /** Models that the policy could not choose. */
  unavailable: z.array(z.string()).optional(),
  requests: count,
  weightedRequests: z.number().nonnegative(),
  conversations: count,
  changedShare: unknownShare,
  changed: unknownInterval,
  costUsd: measure,
  /** Requests whose cost that happened is partly an estimate or unknown; left out by earlier versions. */
  guessedCosts: count.optional(),
  /** Those of them that are partly unknown; left out by earlier versions. */
  incompleteCosts: count.optional(),
  latencyMs: measure,
  /** Left out by earlier versions. */
  slowerThanEstimated: unknownShare.optional(),
  quality: measure,
  /** Left out by earlier versions, in which no model is said to have served what was not answered. */
  notAnswered: unknownShare.optional(),
  models: z.array(
    z.object({
      model: z.string().nullable(),
      logged: share,
      served: unknownShare,
      replayed: share,
    }),
  ),
  tasks: z.array(
    z.object({
      task: z.string(),
      requests: count,
      changedShare: unknownShare,
      costUsd: unknownInterval,
      quality: unknownInterval,
      latencyMs: unknownInterval,
      /** Also where there is no interval; left out by earlier versions. */
      meanChange: z.object({ costUsd: unknownNumber, quality: unknownNumber }).optional(),
    }),
  ),
  /** Requests by who said what task they are of; left out by earlier versions. */
  taskLabels: z.object({ policy: count.optional() }).optional(),
  unreplayable: z.record(z.string(), count),
  log: z.object({ overflow: count, lost: count, damagedLines: count }),
  outcomes: z
    .object({
      requests: count,
      /** Left out by earlier versions. */
      unanswered: count.optional(),
      /** By reason. */
      leftOut: z.record(z.string(), count).default({}),
      target: value,
      /** The log's own policy; left out by earlier versions. */
      production: z.object({ drift: z.boolean().optional(), overlap }).optional(),
    })
    .nullable(),
});

/** What a policy would have chosen for the requests of a decision log. */
export type FiledReplay = z.output<typeof replaySchema>;
