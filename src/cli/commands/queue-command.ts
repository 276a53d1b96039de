import { defineCommand } from '../options/define-command.js';
import { queueOptions, readQueueAddress } from '../options/queue-options.js';
import { print, printJson } from '../print/print.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount } from '../../util/format-number.js';
import type { OpenQueue } from '../../measure/queue/open-queue.js';
import { defaultLeaseSeconds } from '../../measure/queue/queue-address.js';

export const queueCommand = defineCommand({
  usage: 'queue <action>',
  summary: 'Show, cancel or delete the runs of a queue',
  positionals: {
    action: {
      type: 'string',
      choices: ['status', 'cancel', 'purge'] as const,
      demandOption: true,
      describe: 'What to do',
    },
  },
  options: {
    ...queueOptions,
    run: { type: 'string', describe: 'Id of the run to cancel, or the only one to delete' },
    discard: {
      type: 'boolean',
      default: false,
      describe: 'Let purge --run delete lines that are in no folder yet',
    },
  },
  examples: [
    ['queue status', 'runs, lanes and workers of the queue in ROUTESMITH_QUEUE'],
    [
      'queue cancel --run 6b1f0c9e-4b1c-4c59-9a53-0e7f0a3b2c11',
      'workers take no other calls of it',
    ],
    ['queue purge', 'deletes the runs whose results are in their folders'],
  ],
  async run(args) {
    const { action, run, json } = args;
    if (action === 'cancel' && run === undefined) {
      throw new RoutesmithError('usage', '--run is missing', {
        where: '--run',
        fix: 'Give the id that routesmith queue status shows.',
      });
    }
    const address = readQueueAddress(args);
    const [
      { openQueue },
      { readQueueStatus, cancelRun, purgeRuns },
      { describeDatabaseError, isDatabaseError },
    ] = await Promise.all([
      import('../../measure/queue/open-queue.js'),
      import('../../measure/queue/manage-queue.js'),
      import('../../measure/queue/database.js'),
    ]);
    const queue: OpenQueue = await openQueue(address, defaultLeaseSeconds, { mustExist: true });
    try {
      if (action === 'status') {
        const status = await readQueueStatus(queue.database);
        const { printQueueStatus } = await import('../print/print-queue.js');
        if (json) printJson(status);
        else printQueueStatus(status);
      } else if (action === 'cancel') {
        await cancelRun(queue.database, run ?? '');
        if (json) printJson({ cancelled: run });
        else
          print('Cancelled. Workers finish their calls in flight; the sweep collects the answers.');
      } else {
        const purged = await purgeRuns(queue.database, queue.jobs, run, args.discard);
        if (json) printJson({ purged });
        else print(`Deleted ${formatCount(purged.length, 'run')}.`);
      }
    } catch (error) {
      throw isDatabaseError(error) ? describeDatabaseError(error, address) : error;
    } finally {
      await queue.close();
    }
  },
});
