import type { PoolModel } from '../models/model.js';
import { joinNames } from '../../util/join-names.js';
import type { ModelProgress } from './sweep-progress.js';

/** How the open cells are called. */
const callsAll = {
  again: 'Run the same command again. Only these cells are called.',
  onceCorrected: 'The same command then calls only these cells.',
  others: 'The other cells are called by the same command.',
  later: 'Run the same command again later: it collects the batches before it calls the rest.',
};
const withoutRetry =
  'the same command without --retry-failed: with it, only cells that have failed are called.';
/** How they are called where the same command would leave some of them out. */
const callsFailed: typeof callsAll = {
  again: `Run ${withoutRetry}`,
  onceCorrected: `Then run ${withoutRetry}`,
  others: `For the other cells, run ${withoutRetry}`,
  later: `Run the same command again later: it collects the batches. Then run ${withoutRetry}`,
};

/** What a sweep was asked to call. */
export interface SweptModels {
  /** The models of its pool, which say where a key or a name is to be corrected. @default none */
  readonly models?: readonly Pick<PoolModel, 'id' | 'apiKeyEnv' | 'effort'>[];
  /** Whether only cells were called whose last call had failed. @default false */
  readonly retryFailed?: boolean;
  /** Cells in batches that have not been collected. @default 0 */
  readonly cellsInBatches?: number;
}

/**
 * Says what to do about cells that a sweep left open: the same command helps only where what stopped
 * their models can pass by itself.
 */
export function describeRemedy(
  progress: readonly ModelProgress[],
  { models = [], retryFailed = false, cellsInBatches = 0 }: SweptModels = {},
): string {
  const open = progress.filter(({ total, settledBefore, done }) => settledBefore + done < total);
  if (retryFailed && cellsInBatches === 0 && open.every(({ failed }) => failed === 0)) {
    return 'None of them has failed: leave --retry-failed out to call them.';
  }
  const notCalled = open.reduce(
    (sum, { total, settledBefore, done, failed }) => sum + total - settledBefore - done - failed,
    -cellsInBatches,
  );
  const texts = retryFailed && notCalled > 0 ? callsFailed : callsAll;
  const remedies = open.flatMap((left) => {
    const { model } = left;
    const reason = findReason(left);
    const { effort, apiKeyEnv } = models.find(({ id }) => id === model) ?? {};
    for (const { sign, remedy } of causes) {
      const match = sign.exec(reason);
      if (match === null) continue;
      return [remedy({ model, entry: effort?.of ?? model, variable: apiKeyEnv, match })];
    }
    return [];
  });
  if (remedies.length === 0) return cellsInBatches > 0 ? texts.later : texts.again;
  const text = joinNames([...new Set(remedies)]);
  const isAll = remedies.length === open.length;
  const first = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  if (isAll && cellsInBatches > 0) return `${first}. ${texts.later}`;
  return `${first}. ${isAll ? texts.onceCorrected : texts.others}`;
}

/** Why cells of a model are open; empty where that may pass by itself. */
function findReason({ done, stoppedBecause, lastError = '' }: ModelProgress): string {
  // Where other cells were answered, a failure may be about its own prompt.
  return stoppedBecause ?? (done === 0 ? lastError : '');
}

interface StoppedModel {
  readonly model: string;
  /** The id of its entry in the pool. */
  readonly entry: string;
  /** The environment variable of its key. */
  readonly variable: string | undefined;
  readonly match: RegExpExecArray;
}

/** Failures that the next call would meet again, by how a lane's reason to stop begins or goes on. */
const causes: readonly {
  readonly sign: RegExp;
  readonly remedy: (stopped: StoppedModel) => string;
}[] = [
  {
    sign: /^It has no batch API/,
    remedy: ({ model }) => `sweep ${model} without --batch`,
  },
  {
    sign: /(?:^|: )authentication: /,
    remedy: ({ model, variable }) =>
      variable === undefined ? `check the key of ${model}` : `check the key in ${variable}`,
  },
  {
    sign: /(?:^|: )model_not_found: /,
    remedy: ({ entry }) => `correct the name "model" of ${entry} in the pool file`,
  },
  {
    sign: /(?:^|: )quota_exhausted: /,
    remedy: ({ model }) => `add credit to the account of ${model}`,
  },
  // Rejected requests, which say what to write where it is known.
  {
    sign: /\(to avoid it: (request: [^()]+)\)$/,
    remedy: ({ entry, match }) => `write ${match[1]} at ${entry} in the pool file`,
  },
  {
    sign: /\(to avoid it: ([^()]+)\)$/,
    remedy: ({ entry, match }) => `${match[1]} at ${entry} in the pool file`,
  },
  {
    sign: /lower parameters\.maxTokens\)$/,
    remedy: ({ entry }) => `correct contextWindow or maxTokens of ${entry} in the pool file`,
  },
  {
    sign: /^(?:(?:HTTP 4\d\d|bad_request|unsupported) \d+ times in a row|bad_request|unsupported): /,
    remedy: ({ entry }) =>
      `correct what is rejected of the requests to ${entry}, in the pool file or the tasks`,
  },
];
