import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { readLedger } from '../../measure/ledger/ledger.js';
import { readRunExamples } from '../../measure/outcomes/read-run-examples.js';
import { runFiles } from '../../measure/outcomes/run.js';
import { checkRunDirectory, writeExamples } from '../../measure/sweep/run-directory.js';
import { computeTaskSetFingerprint } from '../../measure/tasks/example.js';
import { RoutesmithError } from '../../util/errors.js';
import { auditFileName, readAuditFile, writeAuditFile, type AuditFile } from './audit-file.js';
import {
  computePromptsDigest,
  drawAudit,
  type AuditDraw,
  type AuditDrawSettings,
} from './draw-audit.js';

/**
 * Begins an audit in a run folder, or continues the one that the folder holds: then the requests that
 * were drawn at first are asked, even if the log has grown since. An audit that asked nothing yet begins
 * again, since its first command may have been wrong about prompts, graders or the sample.
 *
 * @throws RoutesmithError `usage` if the folder holds something else, an audit of another log, or one
 * that began with other prompts and references
 */
export async function openAudit(
  directory: string,
  settings: AuditDrawSettings,
): Promise<AuditDraw & { readonly isContinued: boolean }> {
  const file = join(directory, auditFileName);
  if (existsSync(file)) {
    const earlier = await readAuditFile(file);
    checkIsSame(directory, earlier, settings);
    if (await hasAnswers(directory)) {
      checkPrompts(directory, earlier, settings);
      return { ...(await continueAudit(directory, earlier, settings)), isContinued: true };
    }
  } else if (existsSync(join(directory, runFiles.info))) {
    throw new RoutesmithError('usage', 'the folder holds a run that is not an audit', {
      where: directory,
      fix: 'Choose another folder with --out.',
    });
  }
  const draw = await drawAudit(settings);
  await mkdir(directory, { recursive: true });
  await checkRunDirectory(directory, undefined);
  // Of an audit that asked nothing: both files are added to, and would keep its examples and models.
  await rm(join(directory, runFiles.tasks), { force: true });
  await rm(join(directory, runFiles.info), { force: true });
  await writeExamples(join(directory, runFiles.tasks), draw.taskSet.examples);
  await writeAuditFile(file, draw.audit);
  return { ...draw, isContinued: false };
}

function checkIsSame(directory: string, audit: AuditFile, { log, seed }: AuditDrawSettings): void {
  if (resolve(audit.log) === resolve(log) && audit.seed === seed) return;
  throw new RoutesmithError(
    'usage',
    `the folder holds an audit of ${audit.log} with seed ${audit.seed}`,
    {
      where: directory,
      fix: isAbsolute(audit.log)
        ? 'Continue that audit, with the same log and seed, or choose another folder with --out.'
        : 'Continue that audit, with the same log and seed and from the directory where it began, or choose another folder with --out.',
    },
  );
}

function checkPrompts(
  directory: string,
  { drawn, promptsDigest }: AuditFile,
  { prompts }: AuditDrawSettings,
): void {
  // Earlier versions did not keep it.
  if (prompts === undefined || promptsDigest === undefined) return;
  if (computePromptsDigest(drawn, prompts) === promptsDigest) return;
  throw new RoutesmithError(
    'usage',
    'the audit began with other prompts, references or graders than --prompts gives for its requests',
    {
      where: directory,
      fix: 'Continue it without --prompts, which keeps those that it began with, or audit into another folder with --out.',
    },
  );
}

async function hasAnswers(directory: string): Promise<boolean> {
  // A sweep that runs, or was killed, may have called models without an answer so far.
  if ([runFiles.calls, runFiles.queue].some((name) => existsSync(join(directory, name))))
    return true;
  const ledger = join(directory, runFiles.ledger);
  return existsSync(ledger) && (await readLedger(ledger)).length > 0;
}

async function continueAudit(
  directory: string,
  audit: AuditFile,
  { log }: AuditDrawSettings,
): Promise<AuditDraw> {
  const examples = [...(await readRunExamples(join(directory, runFiles.tasks))).values()];
  return {
    audit,
    taskSet: {
      name: 'audit',
      file: log,
      examples,
      lines: new Map(),
      repeatedLines: [],
      fingerprint: computeTaskSetFingerprint(examples),
    },
  };
}
