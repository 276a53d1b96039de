import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkGrader } from '../../measure/graders/check-grader.js';
import { practicePoolYaml } from '../../measure/practice/practice-models.js';
import { startPracticeServer } from '../../measure/practice/practice-server.js';
import { systemClock } from '../../measure/sweep/calls/clock.js';
import type { Evaluation } from '../../learn/evaluate/compute-evaluation.js';
import { readRun } from '../../measure/outcomes/run-folder.js';
import type { Run } from '../../measure/outcomes/run.js';
import { renderReport } from '../../learn/report/render-report.js';
import type { Decision } from '../../policy/decide/decision.js';
import { createProgressReporter } from '../../measure/sweep/progress-reporter.js';
import { runSweep } from '../../measure/sweep/run-sweep.js';
import type { SweepSummary } from '../../measure/sweep/sweep-summary.js';
import { readTaskSet } from '../../measure/tasks/read-task-set.js';
import type { TaskSet } from '../../measure/tasks/example.js';
import { RoutesmithError } from '../../util/errors.js';
import { version } from '../../version.js';
import { demoFiles, prepareDemoFolder } from './demo-folder.js';
import { describeCommandLine } from '../describe-command-line.js';
import { formatBytes, formatCount } from '../print/format-number.js';
import { listenForInterrupt } from '../interrupt.js';
import { printDemoEnd, printDemoStart, printDemoStep, printRoutes } from '../print/print-demo.js';
import { printEvidence, printPolicyFile, printVerdict } from '../print/print-evaluation.js';
import { checkComplete, printSweep, readModelSummaries } from '../print/print-sweep.js';
import { print, printJson } from '../print/print.js';
import { readPolicyFile } from '../../learn/read-policy-file.js';
import { reportRun } from '../../learn/report/report-run.js';
import { trainRun } from '../train-run.js';
import { writeOutputFile } from '../../util/write-output-file.js';

export interface DemoSettings {
  readonly directory: string;
  /** How many of the tasks to take; undefined takes all. */
  readonly limit: number | undefined;
  /** Print one JSON value at the end instead of the story. */
  readonly json: boolean;
}

const tasksFile = fileURLToPath(new URL('../../../datasets/everyday.jsonl', import.meta.url));
/** As somebody would type it here. */
const shownTasksFile = relative(process.cwd(), tasksFile).startsWith('..')
  ? tasksFile
  : relative(process.cwd(), tasksFile);
const seed = 1;
/** A bill to show; nobody's real one. */
const monthlyRequests = 200_000;

const examplePrompts = [
  'Work out 1204 + 77 × 6. End your reply with "Answer:" and the number.',
  'Is this review positive, negative or neutral? "The staff were kind and the soup was superb."',
  'Translate into German: "The train to Vienna leaves at nine."',
] as const;

/** Goes the whole way from tasks to decisions, over real HTTP, with simulated models. */
export async function runDemo({ directory, limit, json }: DemoSettings): Promise<void> {
  const startedMs = systemClock.now();
  const policyFile = join(directory, demoFiles.policy);
  await prepareDemoFolder(directory, systemClock.date());
  if (!json) printDemoStart(directory);

  const taskSet = await readTaskSet(tasksFile, { checkGrader });
  const labels = new Set(taskSet.examples.map(({ task }) => task));
  if (!json) {
    printDemoStep(1, 'A task set: prompts with what a right answer is');
    print(
      `  ${formatCount(taskSet.examples.length, 'task')} under ${labels.size} labels: ${shownTasksFile}`,
    );
  }

  const summary = await sweepPractice(taskSet, { directory, limit, json });
  if (!json) printSweep(summary, await readModelSummaries(directory));
  checkDemoSweep(summary);

  if (!json) {
    printDemoStep(
      4,
      'Train: prompts are held out for the verdict, then the policy learns from all',
      `routesmith train ${directory} --out ${policyFile}`,
    );
  }
  const run = await readRun(directory);
  const trained = await trainRun(run, { seed });
  await writeOutputFile(policyFile, trained.text);
  const { evaluation, digest, text, warnings } = trained;
  const policy = { file: policyFile, bytes: Buffer.byteLength(text), digest };
  if (!json) {
    printPolicyFile(policy);
    printDemoStep(5, 'Evaluate: what the held-out prompts say', `routesmith evaluate ${directory}`);
    printVerdict(evaluation);
    print();
    printEvidence(evaluation.verdict);
    printDemoStep(
      6,
      'Route: decide in well under a millisecond',
      `routesmith route ${policyFile} "PROMPT"`,
    );
  }
  const { decide } = await readPolicyFile(policyFile);
  const decisions = examplePrompts.map((prompt): { prompt: string; decision: Decision } => ({
    prompt,
    decision: decide(prompt),
  }));
  const reportFile = join(directory, demoFiles.report);
  const reportBytes = await writeDemoReport(run, evaluation, { policyFile, reportFile });
  if (json) {
    const report = { file: reportFile, bytes: reportBytes };
    printJson({
      simulated: true,
      directory,
      policy,
      report,
      summary,
      warnings,
      evaluation,
      decisions,
    });
    return;
  }
  printRoutes(decisions);
  printDemoStep(
    7,
    'Report: where money is wasted, on one page to hand on',
    `routesmith report ${directory} --policy ${policyFile} --monthly-requests ${monthlyRequests} --out ${reportFile}`,
  );
  print(`  ${formatBytes(reportBytes)}, for an example of ${monthlyRequests} requests a month`);
  printDemoEnd(evaluation, { policyFile, reportFile }, (systemClock.now() - startedMs) / 1000);
}

/** Reports what training has held out already, so that nothing is trained twice. */
async function writeDemoReport(
  run: Run,
  evaluation: Evaluation,
  files: { readonly policyFile: string; readonly reportFile: string },
): Promise<number> {
  const report = await reportRun(run, {
    policyFile: files.policyFile,
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
    }),
  });
  const page = renderReport(report);
  await writeOutputFile(files.reportFile, page);
  return Buffer.byteLength(page);
}

async function sweepPractice(
  taskSet: TaskSet,
  { directory, limit, json }: DemoSettings,
): Promise<SweepSummary> {
  const poolFile = join(directory, demoFiles.pool);
  const server = await startPracticeServer({ examples: taskSet.examples, seed });
  const interrupt = listenForInterrupt('Finishing the calls under way.');
  const reporter = createProgressReporter(process.stderr, systemClock);
  try {
    await writeFile(poolFile, practicePoolYaml(server.url));
    if (!json) {
      printDemoStep(2, 'A pool: the models to compare, with their prices');
      print(`  ${server.pool.models.length} SIMULATED models behind ${server.url}: ${poolFile}`);
      print('  For your own models, list them in a file like this one.');
      printDemoStep(
        3,
        'Sweep: every model answers every task, and the answers are graded',
        `routesmith sweep --tasks ${shownTasksFile} --pool models.yaml --out runs/mine`,
      );
    }
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

function checkDemoSweep(summary: SweepSummary): void {
  if (!summary.interrupted) {
    checkComplete(summary);
    return;
  }
  throw new RoutesmithError('interrupted', 'the demo was interrupted', {
    fix: 'Run it again: it begins afresh.',
  });
}
