import type { Logger } from 'pino';
import {
  checkSpendingFile,
  openSpendingFile,
  type SpendingFile,
} from '../../serve/host/keep-spending.js';
import type { GatewayFile } from '../../serve/host/gateway-config.js';
import type { DecisionLog } from '../../serve/log/decision-log.js';
import { checkWritable } from '../../util/check-writable.js';
import { joinLines, RoutesmithError } from '../../util/errors.js';
import { openCommandLog, type LogArguments } from '../options/log-options.js';

async function openSpending(
  file: GatewayFile,
  logger: Logger,
  problems: Map<string, string>,
): Promise<SpendingFile | undefined> {
  if (file.spendingFile === undefined) return undefined;
  return openSpendingFile(file.spendingFile, {
    date: () => new Date(),
    ...watchWrites('spending', logger, problems),
  });
}

/** Names a problem with a file in `/ready` and in the log, for as long as it lasts. */
export function watchWrites(
  name: string,
  logger: Logger,
  problems: Map<string, string>,
): { readonly onProblem: (error: RoutesmithError) => void; readonly onRecovered: () => void } {
  return {
    onProblem(error) {
      const message = joinLines(error.message);
      problems.set(name, message);
      logger.error({ code: error.code }, message);
    },
    onRecovered() {
      problems.delete(name);
      logger.info({ name }, 'written again');
    },
  };
}

/** What the gateway keeps in files. */
export interface Stores {
  readonly spending: SpendingFile | undefined;
  readonly log: DecisionLog | undefined;
}

/** Checks that what is kept can be written, and writes nothing. @throws RoutesmithError */
export async function checkStores({ spendingFile, feedbackFile }: GatewayFile): Promise<void> {
  if (spendingFile !== undefined) await checkSpendingFile(spendingFile);
  if (feedbackFile !== undefined) await checkWritable(feedbackFile, 'appended');
}

/** Opens them. @throws RoutesmithError where any cannot be written, or another gateway writes it */
export async function openStores(
  settings: LogArguments,
  file: GatewayFile,
  logger: Logger,
  problems: Map<string, string>,
): Promise<Stores> {
  // All that refuses comes before what must be closed again.
  if (file.feedbackFile !== undefined) await checkWritable(file.feedbackFile, 'appended');
  const spending = await openSpending(file, logger, problems);
  try {
    return { spending, log: await openLog(settings, logger, problems) };
  } catch (error) {
    await spending?.close().catch(() => {});
    throw error;
  }
}

/** Closes each of them, also where another cannot be closed. @returns why those could not */
export async function closeStores({ spending, log }: Stores, logger: Logger): Promise<unknown[]> {
  const ended = await Promise.allSettled([spending?.close(), log?.close()]);
  const failures: unknown[] = ended.flatMap((one) =>
    one.status === 'rejected' ? [one.reason as unknown] : [],
  );
  for (const failure of failures) {
    const message = RoutesmithError.isInstance(failure)
      ? joinLines(failure.message)
      : String(failure);
    logger.error(`not closed: ${message}`);
  }
  return failures;
}

async function openLog(
  settings: LogArguments,
  logger: Logger,
  problems: Map<string, string>,
): Promise<DecisionLog | undefined> {
  if (settings.log === undefined) return undefined;
  const { onProblem, onRecovered } = watchWrites('log', logger, problems);
  let isOpen = false;
  const log = await openCommandLog(
    settings.log,
    settings,
    (error) => {
      // What could not be repaired lasts until the next start, whatever is written meanwhile.
      const name = `log at the start: ${error.message}`;
      (isOpen ? onProblem : watchWrites(name, logger, problems).onProblem)(error);
    },
    onRecovered,
  );
  isOpen = true;
  const { writers, lostRecords } = log.repair;
  if (writers > 0) logger.warn({ writers, lostRecords }, 'repaired the decision log');
  return log;
}
