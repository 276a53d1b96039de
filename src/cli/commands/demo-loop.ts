import { join } from 'node:path';
import { trainRun } from '../../learn/train/train-run.js';
import { readPolicyFile } from '../../learn/read-policy-file.js';
import { checkGrader } from '../../measure/graders/check-grader.js';
import { mergeRuns } from '../../measure/outcomes/merge-runs.js';
import { readRun } from '../../measure/outcomes/run-folder.js';
import type { Run } from '../../measure/outcomes/run.js';
import { demoFiles, demoFolders } from '../../measure/practice/demo-folder.js';
import type { PracticeSlip } from '../../measure/practice/practice-brain.js';
import {
  startPracticeServer,
  type PracticeServer,
} from '../../measure/practice/practice-server.js';
import {
  buildPracticeTraffic,
  pickSlip,
  type PracticeWeek,
} from '../../measure/practice/practice-traffic.js';
import { checkComplete } from '../../measure/sweep/check-complete.js';
import type { Example } from '../../measure/tasks/example.js';
import { readTaskSet } from '../../measure/tasks/read-task-set.js';
import { auditFileName, readAuditFile } from '../../review/audit/audit-file.js';
import { compareProduction } from '../../review/audit/compare-production.js';
import type { AuditReport } from '../../review/audit/compute-audit-report.js';
import { finishAudit } from '../../review/audit/finish-audit.js';
import { openAudit } from '../../review/audit/open-audit.js';
import { RoutesmithError } from '../../util/errors.js';
import { writeOutputFile } from '../../util/write-output-file.js';
import {
  printDemoAudit,
  printDemoMended,
  printDemoTraffic,
  printDemoTraining,
} from '../print/print-demo-loop.js';
import { withProgress } from '../print/work-progress.js';
import { serveDemoTraffic, type DemoRequest } from './demo-traffic.js';
import type { DemoLoop, DemoWeek, DemoWeekFiles } from './demo-results.js';
import { sweep } from './show-sweep.js';

export interface DemoLoopSettings {
  /** The run that the policy was trained on. */
  readonly run: Run;
  readonly policyFile: string;
  readonly directory: string;
  readonly examples: readonly Example[];
  /** Number of prompts of the demo. @default all */
  readonly limit: number | undefined;
  readonly seed: number;
  readonly json: boolean;
}

/** Enough for intervals of each task, few enough for a demo. */
const maxSample = 400;
const auditedShare = 0.75;
/** Requests for each prompt of a demo with `limit`, so that each task has enough to audit. */
const requestsPerPrompt = 6;
const concurrency = 16;
/** A difference of more standard errors is clear. */
const clearErrors = 3;

/**
 * Plants a mistake in made-up traffic, finds it by an audit, trains the next policy with the audit,
 * and audits that one with new traffic.
 */
export async function runDemoLoop(settings: DemoLoopSettings): Promise<DemoLoop> {
  const { run, directory, examples, limit, seed, json, policyFile } = settings;
  const size = Math.min(examples.length, (limit ?? examples.length) * requestsPerPrompt);
  const [first, second] = ([0, 1] as const).map((week) =>
    buildPracticeTraffic(examples, week, { size, seed }),
  ) as [Example[], Example[]];
  const slip = await plantSlip(policyFile, first);
  // No simulated outages here: a retried request may be answered by another model, by chance.
  const server = await startPracticeServer({
    examples: [...first, ...second],
    seed,
    failures: 0,
    slip,
  });
  try {
    const firstFiles = listFiles(directory, policyFile, 0, size);
    const served = countPlanted(await serveDemoTraffic(first, server, firstFiles), slip);
    if (!json) printDemoTraffic(served, slip, firstFiles);
    const before = { ...served, report: await auditWeek(server, firstFiles, settings) };
    if (!json) printDemoAudit(before.report, slip, firstFiles);
    const nextPolicy = await trainNext(run, firstFiles, settings);
    const secondFiles = listFiles(directory, nextPolicy.file, 1, size);
    const after: DemoWeek = {
      ...countPlanted(await serveDemoTraffic(second, server, secondFiles), slip),
      report: await auditWeek(server, secondFiles, settings),
    };
    const found = before.report.worstTask === slip.task;
    const isMoved = 2 * after.plantedModel < before.plantedModel;
    const mended = isMoved && isClearlyBetter(before.report, after.report, slip.task);
    const loop = { planted: slip, found, mended, nextPolicy, weeks: [before, after] } as const;
    if (!json) printDemoMended(loop, secondFiles);
    return loop;
  } finally {
    await server.close();
  }
}

async function plantSlip(policyFile: string, traffic: readonly Example[]): Promise<PracticeSlip> {
  const { decide, policy } = await readPolicyFile(policyFile);
  const choices = traffic.map(({ prompt, task }) => ({ task, model: decide(prompt).model ?? '' }));
  const slip = pickSlip(choices, policy.baseline);
  if (slip !== undefined) return slip;
  throw new RoutesmithError('internal', 'the examples of the demo have no tasks', {
    fix: 'Restore datasets/everyday.jsonl.',
  });
}

function listFiles(
  directory: string,
  policyFile: string,
  week: PracticeWeek,
  size: number,
): DemoWeekFiles {
  return {
    policyFile,
    log: join(directory, demoFolders.log[week]),
    store: join(directory, demoFiles.traffic[week]),
    audit: join(directory, demoFolders.audit[week]),
    sample: Math.min(maxSample, Math.round(size * auditedShare)),
  };
}

/** Audits the log of a week, as the command does. */
async function auditWeek(
  server: PracticeServer,
  files: DemoWeekFiles,
  { directory, seed }: DemoLoopSettings,
): Promise<AuditReport> {
  const { examples } = await readTaskSet(files.store, { checkGrader });
  const { taskSet } = await openAudit(files.audit, {
    log: files.log,
    models: server.pool.models.map(({ id }) => id),
    size: files.sample,
    seed,
    prompts: new Map(examples.map((example) => [example.id, example])),
    grader: undefined,
  });
  const { summary } = await sweep(
    {
      taskSet,
      pool: { ...server.pool, file: join(directory, demoFiles.pool) },
      runDirectory: files.audit,
      concurrency,
      environment: {},
    },
    { allowCode: false, judge: undefined, ambiguous: undefined },
    undefined,
  );
  checkNotInterrupted(summary);
  checkComplete(summary);
  return finishAudit(files.audit, { labels: [], seed });
}

/** @throws RoutesmithError `interrupted` after Ctrl-C: a demo does not continue */
export function checkNotInterrupted({ interrupted }: { readonly interrupted: boolean }): void {
  if (!interrupted) return;
  throw new RoutesmithError('interrupted', 'the demo was interrupted', {
    fix: 'Run it again. It starts from the beginning.',
  });
}

async function trainNext(
  run: Run,
  { audit }: DemoWeekFiles,
  { directory, seed, json }: DemoLoopSettings,
): Promise<DemoLoop['nextPolicy']> {
  const file = join(directory, demoFiles.nextPolicy);
  const added = await readRun(audit);
  if (!json) {
    const compared = compareProduction(await readAuditFile(join(audit, auditFileName)), run.table);
    printDemoTraining(added.table.prompts.length, compared, {
      run: directory,
      audit,
      file,
    });
  }
  const { text, digest } = await withProgress('fits', (onProgress) =>
    trainRun(mergeRuns(run, [added]), { seed, onProgress }),
  );
  await writeOutputFile(file, text);
  return { file, bytes: Buffer.byteLength(text), digest };
}

/**
 * Whether clearly fewer requests of a task would have been answered better by another model. The
 * audits share no requests, so that the standard error of the difference follows from theirs.
 */
function isClearlyBetter(before: AuditReport, after: AuditReport, task: string): boolean {
  const [first, second] = [before, after].map(({ tasks }) =>
    tasks.find((one) => one.task === task),
  );
  if (first === undefined || second === undefined) return false;
  const standardError = Math.hypot(first.better.standardError, second.better.standardError);
  return first.better.mean - second.better.mean > clearErrors * standardError;
}

function countPlanted(
  requests: readonly DemoRequest[],
  { model, task }: PracticeSlip,
): Omit<DemoWeek, 'report'> {
  const planted = requests.filter((request) => request.task === task);
  return {
    requests: requests.length,
    plantedTask: planted.length,
    plantedModel: planted.filter((request) => request.model === model).length,
  };
}
