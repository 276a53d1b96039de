import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { readRunExamples } from '../../measure/outcomes/read-run-examples.js';
import { runFiles } from '../../measure/outcomes/run.js';
import { checkRunDirectory, writeExamples } from '../../measure/sweep/run-directory.js';
import { computeTaskSetFingerprint } from '../../measure/tasks/example.js';
import { RoutesmithError } from '../../util/errors.js';
import { auditFileName, readAuditFile, writeAuditFile } from './audit-file.js';
import { drawAudit, type AuditDraw, type AuditDrawSettings } from './draw-audit.js';

/**
 * Begins an audit in a run folder, or continues the one that the folder holds: then the requests that
 * were drawn at first are asked, even if the log has grown since.
 *
 * @throws RoutesmithError `usage` if the folder holds something else, or an audit of another log
 */
export async function openAudit(
  directory: string,
  settings: AuditDrawSettings,
): Promise<AuditDraw & { readonly isContinued: boolean }> {
  const file = join(directory, auditFileName);
  if (existsSync(file)) return { ...(await continueAudit(directory, settings)), isContinued: true };
  if (existsSync(join(directory, runFiles.info))) {
    throw new RoutesmithError('usage', 'the folder holds a run that is no audit', {
      where: directory,
      fix: 'Choose another folder with --out.',
    });
  }
  const draw = await drawAudit(settings);
  await mkdir(directory, { recursive: true });
  await checkRunDirectory(directory, undefined);
  await writeExamples(join(directory, runFiles.tasks), draw.taskSet.examples);
  await writeAuditFile(file, draw.audit);
  return { ...draw, isContinued: false };
}

async function continueAudit(
  directory: string,
  { log, seed }: AuditDrawSettings,
): Promise<AuditDraw> {
  const audit = await readAuditFile(join(directory, auditFileName));
  if (resolve(audit.log) !== resolve(log) || audit.seed !== seed) {
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
