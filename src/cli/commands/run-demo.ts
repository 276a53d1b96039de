import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Evaluation } from '../../learn/evaluate/compute-evaluation.js';
import { readPolicyFile } from '../../learn/read-policy-file.js';
import { renderReport } from '../../learn/report/render-report.js';
import { reportRun } from '../../learn/report/report-run.js';
import { trainRun } from '../../learn/train/train-run.js';
import type { TrainedPolicy } from '../../learn/train/train-policy.js';
import { checkGrader } from '../../measure/graders/check-grader.js';
import { readRunResults } from '../../measure/outcomes/model-summaries.js';
import { readRun } from '../../measure/outcomes/run-folder.js';
import type { Run } from '../../measure/outcomes/run.js';
import { demoFiles, prepareDemoFolder } from '../../measure/practice/demo-folder.js';
import { practicePoolYaml } from '../../measure/practice/practice-models.js';
import { startPracticeServer } from '../../measure/practice/practice-server.js';
import { systemClock } from '../../measure/sweep/calls/clock.js';
import { checkComplete } from '../../measure/sweep/check-complete.js';
import { createProgressReporter } from '../../measure/sweep/progress-reporter.js';
import { runSweep } from '../../measure/sweep/run-sweep.js';
import type { SweepSummary } from '../../measure/sweep/sweep-summary.js';
import type { TaskSet } from '../../measure/tasks/example.js';
import { readTaskSet } from '../../measure/tasks/read-task-set.js';
import type { Decision } from '../../policy/decide/decision.js';
import { formatBytes, formatCount, formatWhole } from '../../util/format-number.js';
import { writeOutputFile } from '../../util/write-output-file.js';
import { version } from '../../version.js';
import { finishingCalls, listenForInterrupt } from '../print/interrupt.js';
import { askDemoGateway } from './demo-gateway.js';
import { checkNotInterrupted, runDemoLoop } from './demo-loop.js';
import { demoPrompts } from './demo-prompts.js';
import {
  printDemoEnd,
  printDemoExchange,
  printDemoStart,
  printDemoStep,
  printRoutes,
} from '../print/print-demo.js';
import { printEvidence, printVerdict } from '../print/print-evaluation.js';
import { printPolicyFile } from '../print/print-policy.js';
import { printSweep } from '../print/print-sweep.js';
import { describeCommandLine, print, printJson, printNotice } from '../print/print.js';
import { withProgress } from '../print/work-progress.js';
import { quoteWord } from '../../util/quote-word.js';

export interface DemoSettings {
  readonly directory: string;
  /** Number of prompts to use. @default all */
  readonly limit: number | undefined;
  /** Print one JSON value at the end instead of the steps. */
  readonly json: boolean;
}

interface DemoFiles {
  readonly policyFile: string;
  readonly reportFile: string;
}

const tasksFile = fileURLToPath(new URL('../../../datasets/everyday.jsonl', import.meta.url));
/** The path to type from the current folder. */
const shownTasksFile = relative(process.cwd(), tasksFile).startsWith('..')
  ? tasksFile
  : relative(process.cwd(), tasksFile);
const seed = 1;
/** Made-up traffic, for an example of monthly costs. */
const monthlyRequests = 200_000;

/** Runs every step from a task set to decisions, over real HTTP, with simulated models. */
export async function runDemo(settings: DemoSettings): Promise<void> {
  const { directory, json } = settings;
  const startedMs = systemClock.now();
  const files = {
    policyFile: join(directory, demoFiles.policy),
    reportFile: join(directory, demoFiles.report),
  };
  await prepareDemoFolder(directory, systemClock.date());
  if (!json) printDemoStart(directory);
  const summary = await sweepTasks(settings);
  const run = await readRun(directory);
  const trained = await train(run, files.policyFile, settings);
  const { evaluation, digest, text, warnings } = trained;
  const policy = { file: files.policyFile, bytes: Buffer.byteLength(text), digest };
  if (!json) printTraining(policy, evaluation, directory);
  const decisions = await decideExamples(files.policyFile);
  const { examples } = await readTaskSet(tasksFile, { checkGrader });
  const gateway = await askDemoGateway(files.policyFile, { examples, seed });
  const report = { file: files.reportFile, bytes: await writeReport(run, evaluation, files) };
  const { policyFile } = files;
  const loopSettings = { run, policyFile, directory, examples, limit: settings.limit, seed, json };
  if (json) {
    const loop = await runDemoLoop(loopSettings);
    const results = { policy, report, summary, warnings, evaluation, decisions, gateway, loop };
    printJson({ simulated: true, directory, ...results });
    return;
  }
  printRoutes(decisions, trained.policy.defaultObjective);
  printDemoStep(7, 'Serve: any OpenAI or Anthropic client uses the policy by its URL', [
    `routesmith serve --policy ${quoteWord(policyFile)} --pool models.yaml`,
  ]);
  printDemoExchange(gateway);
  printReportStep(directory, files, report.bytes);
  await runDemoLoop(loopSettings);
  printDemoEnd(evaluation, files, systemClock.now() - startedMs);
}

/** Steps 1 to 3: the task set, the pool and the sweep. */
async function sweepTasks(settings: DemoSettings): Promise<SweepSummary> {
  const { directory, json } = settings;
  const taskSet = await readTaskSet(tasksFile, { checkGrader });
  if (!json) {
    const tasks = new Set(taskSet.examples.map(({ task }) => task));
    printDemoStep(1, 'Task set: prompts with reference answers');
    print(
      `  ${formatCount(taskSet.examples.length, 'example')} of ${formatCount(tasks.size, 'task')}: ${shownTasksFile}`,
    );
  }
  const summary = await sweepPractice(taskSet, settings);
  if (!json) printSweep(summary, await readRunResults(directory));
  checkNotInterrupted(summary);
  checkComplete(summary);
  return summary;
}

async function sweepPractice(
  taskSet: TaskSet,
  { directory, limit, json }: DemoSettings,
): Promise<SweepSummary> {
  const poolFile = join(directory, demoFiles.pool);
  const server = await startPracticeServer({ examples: taskSet.examples, seed });
  const interrupt = listenForInterrupt(finishingCalls);
  const reporter = createProgressReporter(process.stderr, systemClock);
  try {
    await writeFile(poolFile, practicePoolYaml(server.url));
    if (!json) printPool(server.pool.models.length, server.url, poolFile);
    return await runSweep({
      taskSet,
      pool: { ...server.pool, file: poolFile },
      runDirectory: directory,
      environment: {},
      concurrency: 16,
      signal: interrupt.signal,
      onProgress: (progress, notice) => reporter.report(progress, notice),
      ...(limit !== undefined && { limit }),
    });
  } finally {
    reporter.close();
    interrupt.dispose();
    await server.close();
  }
}

function printPool(models: number, url: string, poolFile: string): void {
  printDemoStep(2, 'Pool: the models to compare, with their prices');
  print(`  ${formatCount(models, 'SIMULATED model')} at ${url}: ${poolFile}`);
  print('  List your own models in a file like this one.');
  printDemoStep(3, 'Sweep: every model answers every prompt, and every answer is graded', [
    `routesmith sweep --tasks ${quoteWord(shownTasksFile)} --pool models.yaml --out runs/mine`,
  ]);
}

/** Step 4. */
async function train(
  run: Run,
  policyFile: string,
  { directory, json }: DemoSettings,
): Promise<TrainedPolicy> {
  if (!json) {
    printDemoStep(4, 'Train: learn a policy, and hold out prompts for the verdict', [
      `routesmith train ${quoteWord(directory)} --out ${quoteWord(policyFile)}`,
    ]);
  }
  const trained = await withProgress('fits', (onProgress) =>
    trainRun(run, { seed, onNotice: printNotice, onProgress }),
  );
  await writeOutputFile(policyFile, trained.text);
  return trained;
}

function printTraining(
  policy: Parameters<typeof printPolicyFile>[0],
  evaluation: Evaluation,
  directory: string,
): void {
  printPolicyFile(policy);
  printDemoStep(5, 'Evaluate: does routing pay?', [`routesmith evaluate ${quoteWord(directory)}`]);
  printVerdict(evaluation);
  print();
  printEvidence(evaluation.verdict);
  printDemoStep(6, 'Route: choose a model in less than a millisecond', [
    `routesmith route ${quoteWord(policy.file)} "PROMPT"`,
  ]);
}

async function decideExamples(
  policyFile: string,
): Promise<{ readonly prompt: string; readonly decision: Decision }[]> {
  const { decide } = await readPolicyFile(policyFile);
  return demoPrompts.map((prompt) => ({ prompt, decision: decide(prompt) }));
}

/** Writes the report, with the evaluation that training has made already. Returns its size. */
async function writeReport(
  run: Run,
  evaluation: Evaluation,
  { policyFile, reportFile }: DemoFiles,
): Promise<number> {
  const report = await reportRun(run, {
    policyFile,
    monthlyRequests,
    mixFile: undefined,
    showPrompts: true,
    seed,
    createdAt: systemClock.date().toISOString(),
    version,
    command: describeCommandLine(process.argv),
    evaluate: async () => ({
      evaluation,
      evaluatedBy: 'cross-validated when the policy was trained',
      evaluationOrigin: 'report',
    }),
  });
  const page = renderReport(report);
  await writeOutputFile(reportFile, page);
  return Buffer.byteLength(page);
}

function printReportStep(
  directory: string,
  { policyFile, reportFile }: DemoFiles,
  bytes: number,
): void {
  printDemoStep(8, 'Report: where money is wasted, on one HTML page', [
    `routesmith report ${quoteWord(directory)} --policy ${quoteWord(policyFile)}`,
    `--monthly-requests ${monthlyRequests} --out ${quoteWord(reportFile)}`,
  ]);
  print(
    `  ${formatBytes(bytes)}, with the costs of ${formatWhole(monthlyRequests)} requests per month as an example`,
  );
}
