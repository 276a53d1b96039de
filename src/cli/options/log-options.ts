import type { DecisionLog } from '../../serve/log/decision-log.js';
import { logLevels, type LogLevel } from '../../serve/log/record.js';
import { RoutesmithError } from '../../util/errors.js';
import type { OptionSpec } from './define-command.js';

/** Options of commands that write a decision log. */
export const logOptions = {
  log: { type: 'string', describe: 'Folder of a decision log to write to' },
  'log-level': {
    choices: logLevels,
    describe: 'What the log holds of a request [default: scores, nothing of its text]',
  },
  'log-keep': {
    type: 'number',
    above: 0,
    maximum: 1,
    describe: 'Share of the requests to record [default: 1]',
  },
  'log-days': {
    type: 'number',
    above: 0,
    describe: 'Remove segments of the log that are older [default: never]',
  },
} as const satisfies Record<string, OptionSpec>;

export interface LogArguments {
  readonly log: string | undefined;
  readonly logLevel: LogLevel | undefined;
  readonly logKeep: number | undefined;
  readonly logDays: number | undefined;
}

/**
 * Opens the log of a command.
 *
 * @throws RoutesmithError `usage` for a folder that cannot be written to
 */
export async function openCommandLog(
  directory: string,
  { logLevel: level, logKeep: keep, logDays: maxAgeDays }: LogArguments,
  onProblem: (error: RoutesmithError) => void,
  onRecovered = (): void => {},
): Promise<DecisionLog> {
  const { createDecisionLog } = await import('../../serve/log/decision-log.js');
  return createDecisionLog({
    directory,
    onProblem,
    onRecovered,
    ...(level === undefined ? {} : { level }),
    ...(keep === undefined ? {} : { keep }),
    ...(maxAgeDays === undefined ? {} : { maxAgeDays }),
  });
}

/** @throws RoutesmithError `usage` for an option of a log that is not written */
export function checkLogArguments({ log, logLevel, logKeep, logDays }: LogArguments): void {
  if (log !== undefined || (logLevel ?? logKeep ?? logDays) === undefined) return;
  throw new RoutesmithError('usage', 'options of the log need --log', {
    fix: 'Name its folder with --log.',
  });
}
