import { join } from 'node:path';
import type { AmbiguousRule, GradingTools } from '../graders/grade.js';
import { findModelFamily, haveSameVendor, namesVendor } from '../graders/judge/model-family.js';
import { readLedger } from '../ledger/ledger.js';
import type { PoolModel } from '../models/model.js';
import { readApiKey } from '../models/read-api-key.js';
import { readPool } from '../models/read-pool.js';
import { runFiles } from '../outcomes/run.js';
import { RoutesmithError } from '../../util/errors.js';
import { createRandom } from '../../util/random.js';
import { systemClock } from './calls/clock.js';
import { createProviderClient } from './calls/provider-client.js';
import { createJudge, type JudgeSpend } from './create-judge.js';

export interface GradingToolsSettings {
  /** Whether to run code from answers in a sandbox. */
  readonly allowCode: boolean;
  /** The judge: a pool file with one model, or the model. */
  readonly judge: string | PoolModel | undefined;
  /** What decides where a grader finds several answers; undefined leaves them ungraded. */
  readonly ambiguous: AmbiguousRule | undefined;
  /** Open no judge, as its calls are only going to be estimated. @default false */
  readonly estimatesJudge?: boolean;
}

/** Which judge is to grade, and whether it decides what graders cannot. */
export type JudgeChoice = Pick<GradingToolsSettings, 'judge' | 'ambiguous'>;

/** An open sandbox and judge. */
export interface OpenGradingTools {
  readonly tools: GradingTools;
  /** A warning if candidates are from the same vendor as the judge. */
  describeKinship(candidates: readonly string[]): string | undefined;
  /** The judge whose calls are only estimated; undefined otherwise. */
  readonly estimatedJudge: PoolModel | undefined;
  /** The costs of the judge; undefined without an open judge. */
  judgeSpend(): JudgeSpend | undefined;
  close(): Promise<void>;
}

/**
 * Opens the tools that graders need: a sandbox if code may be run, and a judge if a file names one. A
 * rule by which a judge decides does not need one: without it, such answers stay ungraded.
 *
 * @param signal stops further calls of the judge
 * @throws RoutesmithError `invalid_pool` or `missing_key` for a judge that cannot be called
 */
export async function openGradingTools(
  settings: GradingToolsSettings,
  signal: AbortSignal,
): Promise<OpenGradingTools> {
  const { allowCode, ambiguous, estimatesJudge = false } = settings;
  const [sandbox, judgeModel] = await Promise.all([
    allowCode ? openSandbox() : undefined,
    findJudge(settings.judge),
  ]);
  const judge = judgeModel && !estimatesJudge ? openJudge(judgeModel, signal) : undefined;
  return {
    tools: {
      ...(sandbox !== undefined && { sandbox }),
      ...(judge !== undefined && { judge: judge.judge }),
      ...(ambiguous !== undefined && { ambiguous }),
    },
    estimatedJudge: estimatesJudge ? judgeModel : undefined,
    describeKinship: (candidates) => judgeModel && describeKinship(judgeModel.model, candidates),
    judgeSpend: () => judge?.judge.spend(),
    close: async () => {
      await Promise.all([sandbox?.close(), judge?.close()]);
    },
  };
}

/**
 * The names that providers reported for a run's candidates; the id, which the user made up, only
 * where none was reported.
 */
export async function readCandidateNames(runDirectory: string): Promise<readonly string[]> {
  const entries = await readLedger(join(runDirectory, runFiles.ledger));
  const names = entries.map(({ model, servedModel }) =>
    servedModel !== null && namesVendor(servedModel) ? servedModel : model,
  );
  return [...new Set(names)];
}

async function openSandbox() {
  const { createSandbox } = await import('../graders/sandbox/create-sandbox.js');
  return createSandbox();
}

/**
 * Reads the judge that a command is given; undefined where none is named.
 *
 * @throws RoutesmithError `usage` where a judge shall decide and none is named; `invalid_pool`
 */
export async function readJudge(choice: JudgeChoice): Promise<PoolModel | undefined> {
  checkJudgeChoice(choice);
  return findJudge(choice.judge);
}

/**
 * Checks the options of a command; a rule that a run keeps from earlier needs no judge.
 *
 * @throws RoutesmithError `usage` where a judge shall decide and none is named
 */
export function checkJudgeChoice({ judge, ambiguous }: JudgeChoice): void {
  if (ambiguous !== 'judge' || judge !== undefined) return;
  throw new RoutesmithError('usage', '--ambiguous judge needs a judge', {
    fix: 'Name one with --judge FILE, or use --ambiguous wrong.',
  });
}

async function findJudge(judge: JudgeChoice['judge']): Promise<PoolModel | undefined> {
  return typeof judge === 'string' ? readJudgeModel(judge) : judge;
}

/**
 * Reads the judge of a pool file.
 *
 * @throws RoutesmithError `invalid_pool` unless it lists one model
 */
async function readJudgeModel(file: string): Promise<PoolModel> {
  const { models } = await readPool(file);
  const [model, second] = models;
  if (model === undefined || second !== undefined) {
    throw new RoutesmithError(
      'invalid_pool',
      `the file of a judge must list one model, but it lists ${models.length}`,
      { where: file, fix: 'Put the judge into a pool file of its own.' },
    );
  }
  return model;
}

function openJudge(model: PoolModel, signal: AbortSignal) {
  const client = createProviderClient({ clock: systemClock });
  const apiKey = readApiKey(model, process.env);
  const random = createRandom(1);
  const judge = createJudge({ model, apiKey, client, clock: systemClock, random, signal });
  return { judge, close: () => client.close() };
}

/**
 * Warns of a judge that grades its own answers, and of candidates from the same vendor as their judge.
 *
 * @param judge the provider's name of the judge's model
 */
export function describeKinship(judge: string, candidates: readonly string[]): string | undefined {
  const relatives = candidates.filter((candidate) => haveSameVendor(judge, candidate));
  if (relatives.length === 0) return undefined;
  if (relatives.includes(judge)) {
    return (
      `the judge ${judge} is one of the models that it grades. Judges tend to prefer their own answers. ` +
      'Use another judge, or validate this one with --human.'
    );
  }
  return (
    `the judge ${judge} is from the same vendor (${findModelFamily(judge)}) as ${relatives.join(', ')}. ` +
    'Judges tend to prefer answers of their own family. Use another judge, or validate this one with --human.'
  );
}
