import type { GradingTools } from '../measure/graders/grade.js';
import { findModelFamily } from '../measure/graders/model-family.js';
import type { PoolModel } from '../measure/models/model.js';
import type { JudgeSpend } from '../measure/sweep/create-judge.js';
import { RoutesmithError } from '../util/errors.js';
import type { OptionSpec } from './commands/define-command.js';
import { formatCount, formatUsd } from './print/format-number.js';
import { escapeControls, print, printNotice } from './print/print.js';

/** What commands that grade let their users allow. */
export const gradingOptions = {
  'allow-code': {
    type: 'boolean',
    default: false,
    describe: 'Run code that models wrote, in a sandbox, where a task asks for it',
  },
  judge: {
    type: 'string',
    describe: 'A pool file with one model: the judge of the tasks that ask for one',
  },
} as const satisfies Record<string, OptionSpec>;

/** The tools as they were asked for, until they are closed. */
export interface OpenTools {
  readonly tools: GradingTools;
  /** Warns where a candidate is of the judge's own maker. */
  warnOfKinship(candidates: readonly string[]): void;
  /** What the judge has spent; undefined without a judge. */
  judgeSpend(): JudgeSpend | undefined;
  close(): Promise<void>;
}

/**
 * Makes what graders may use: a sandbox where code may be run, and a judge where one is named.
 *
 * @throws RoutesmithError `invalid_pool` or `missing_key` for a judge that cannot be asked
 */
export async function openGradingTools(
  asked: { readonly allowCode: boolean; readonly judge: string | undefined },
  signal: AbortSignal,
): Promise<OpenTools> {
  const [sandbox, judge] = await Promise.all([
    asked.allowCode ? openSandbox() : undefined,
    asked.judge === undefined ? undefined : openJudge(asked.judge, signal),
  ]);
  return {
    tools: {
      ...(sandbox !== undefined && { sandbox }),
      ...(judge !== undefined && { judge: judge.judge }),
    },
    warnOfKinship: (candidates) => {
      if (judge !== undefined) warnOfKinship(judge.model, candidates);
    },
    judgeSpend: () => judge?.judge.spend(),
    close: async () => {
      await Promise.all([sandbox?.close(), judge?.close()]);
    },
  };
}

/** Says what judging has cost, apart from all else. */
export function printJudgeSpend(spend: JudgeSpend | undefined): void {
  if (spend === undefined) return;
  const unpriced = spend.unpriced === 0 ? '' : `, ${spend.unpriced} of them without a known cost`;
  print(
    `Judge: ${formatCount(spend.calls, 'call')}, ${formatUsd(spend.costUsd)}${unpriced}; no part of any model's costs.`,
  );
}

async function openSandbox() {
  const { createSandbox } = await import('../measure/graders/sandbox/create-sandbox.js');
  return createSandbox();
}

async function openJudge(file: string, signal: AbortSignal) {
  const [
    { readPool },
    { readApiKey },
    { createProviderClient },
    { systemClock },
    { createJudge },
    { createRandom },
  ] = await Promise.all([
    import('../measure/models/read-pool.js'),
    import('../measure/models/read-api-key.js'),
    import('../measure/sweep/calls/provider-client.js'),
    import('../measure/sweep/calls/clock.js'),
    import('../measure/sweep/create-judge.js'),
    import('../util/random.js'),
  ]);
  const { models } = await readPool(file);
  const [model, other] = models;
  if (model === undefined || other !== undefined) {
    throw new RoutesmithError(
      'invalid_pool',
      `a judge is one model, and there are ${models.length}`,
      {
        where: file,
        fix: 'Give the judge a file of its own.',
      },
    );
  }
  const client = createProviderClient({ clock: systemClock });
  const apiKey = readApiKey(model, process.env);
  const random = createRandom(1);
  const judge = createJudge({ model, apiKey, client, clock: systemClock, random, signal });
  return { judge, model, close: () => client.close() };
}

function warnOfKinship(judge: PoolModel, candidates: readonly string[]): void {
  const family = findModelFamily(judge.model);
  const kin = candidates.filter((candidate) => findModelFamily(candidate) === family);
  if (kin.length === 0) return;
  printNotice(
    escapeControls(
      `Warning: the judge ${judge.model} is of the same maker (${family}) as ${kin.join(', ')}. ` +
        'Judges prefer answers of their own kind: take another judge, or check it with --human.',
    ),
  );
}
