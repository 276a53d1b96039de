import { once } from 'node:events';
import { pino, destination, type Logger } from 'pino';
import { createGateway, type Gateway } from '../../serve/gateway/gateway.js';
import { isLoopbackHost } from '../../serve/gateway/access.js';
import { listUnknownModels } from '../../serve/gateway/check-callers.js';
import {
  createFeedbackFile,
  createLogFeedback,
  joinFeedback,
} from '../../serve/host/keep-feedback.js';
import { checkReload, type GatewayFile } from '../../serve/host/gateway-config.js';
import { createPooledFetch } from '../../serve/host/pooled-fetch.js';
import { listen } from '../../serve/host/listen.js';
import type { MaxShares } from '../../serve/router/share-caps.js';
import { followFiles, type FileFollower } from '../../serve/watch/follow-files.js';
import { joinLines, RoutesmithError } from '../../util/errors.js';
import { version } from '../../version.js';
import { printPolicyReports } from '../print/print-decision.js';
import type { LogArguments } from '../options/log-options.js';
import { listenForInterrupt } from '../print/interrupt.js';
import { escapeControls, printNotice } from '../print/print.js';
import type { HangUp } from './hang-up.js';
import { loadServed, type Served, type ServedFiles } from './load-served.js';
import { checkStores, closeStores, openStores, watchWrites, type Stores } from './stores.js';

export interface ServeSettings extends ServedFiles, LogArguments {
  readonly host: string;
  readonly port: number;
  /** How often the files are checked for changes, in milliseconds. */
  readonly watchMs: number;
  readonly maxShare: MaxShares;
}

/** Serves a gateway until SIGTERM or Ctrl-C, and follows its files. */
export async function runServe(settings: ServeSettings, hangUp: HangUp): Promise<void> {
  const logger = createLogger();
  const problems = new Map<string, string>();
  // Before the files are read, so that what changes while the gateway starts is read again.
  const follower = await followFiles(listFiles(settings), settings.watchMs, () =>
    reload(settings, file, { gateway, logger, problems, inUse }),
  );
  const served = await loadServed(settings, process.env);
  checkHost(settings.host, served);
  printReports(served);
  const { file } = served;
  const inUse = { serial: served.config.policy.serial };
  const stores = await openStores(settings, file, logger, problems);
  let gateway: Gateway;
  let failures: readonly unknown[] = [];
  try {
    gateway = createServedGateway(served, logger, problems, { ...settings, ...stores });
    await serveUntilStopped(gateway, served, { settings, follower, hangUp, logger });
  } finally {
    follower.close();
    failures = await closeStores(stores, logger);
    logger.flush();
  }
  // After what ended the gateway, if that is an error.
  if (failures.length > 0) throw failures[0];
}

async function serveUntilStopped(
  gateway: Gateway,
  served: Served,
  host: {
    readonly settings: ServeSettings;
    readonly follower: FileFollower;
    readonly hangUp: HangUp;
    readonly logger: Logger;
  },
): Promise<void> {
  const { settings, follower, hangUp, logger } = host;
  const { drainMs } = served.file;
  // Registered before the first request, so that no signal is lost.
  const interrupt = listenForInterrupt(
    'Finishing running requests. Press Ctrl-C again to quit now.',
    { endsOnHangUp: false },
  );
  try {
    const listener = await listen(gateway, {
      host: settings.host,
      port: settings.port,
      onError: (error) => logger.error({ code: error.code }, error.message),
    });
    follower.start();
    hangUp.follow(() => void follower.reload());
    const { digest } = served.config.policy;
    logger.info({ url: listener.url, policy: digest, version }, 'listening');
    printNotice(describeStart(listener.url, served));
    if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort');
    logger.info('stopping');
    const isInTime = await listener.close(drainMs);
    logger.info({ isInTime }, 'stopped');
  } finally {
    interrupt.dispose();
  }
}

/** Checks the files and the host, as `runServe` does, and that what it keeps can be written. */
export async function checkServe(settings: ServeSettings): Promise<Served> {
  const served = await loadServed(settings, process.env);
  checkHost(settings.host, served);
  printReports(served);
  // Also checks what only the gateway itself reads.
  createGateway({ ...served.config, ...served.file.settings, maxShare: settings.maxShare });
  await checkStores(served.file);
  return served;
}

function checkHost(host: string, { config }: Served): void {
  if (config.access.kind === 'keys' || isLoopbackHost(host)) return;
  throw new RoutesmithError('usage', 'a gateway without keys only listens on this machine', {
    where: `--host ${host}`,
    fix: 'Everybody who can reach it would spend your money: add keys to gateway.yaml first.',
  });
}

function listFiles({ policy, pool, config }: ServedFiles): string[] {
  return [policy, pool, ...(config === undefined ? [] : [config])];
}

function createLogger(): Logger {
  const base = { name: 'routesmith' };
  // One write for many lines, after 100 ms at the latest: a write for each costs as much as a decision.
  const output = destination({ sync: false, minLength: 4096, periodicFlush: 100 });
  return pino({ base, timestamp: pino.stdTimeFunctions.isoTime }, output);
}

function createServedGateway(
  { config, file }: Served,
  logger: Logger,
  problems: Map<string, string>,
  { spending, log, maxShare }: Stores & Pick<ServeSettings, 'maxShare'>,
): Gateway {
  const { feedbackFile } = file;
  // The log comes first: it may refuse, and the caller then sends the feedback again.
  const sinks = [
    ...(log === undefined ? [] : [createLogFeedback(log)]),
    ...(feedbackFile === undefined
      ? []
      : [createFeedbackFile(feedbackFile, watchWrites('feedback', logger, problems))]),
  ];
  return createGateway({
    ...config,
    ...file.settings,
    maxShare,
    fetch: createPooledFetch(),
    log: (line) => logger.info(line, 'request'),
    onFault: (error) => logger.error({ stack: listFrames(error) }, 'internal error'),
    listProblems: () => [...problems.values()],
    ...(spending === undefined ? {} : { spending }),
    ...(log === undefined ? {} : { decisionLog: log }),
    ...(sinks.length === 0 ? {} : { feedback: joinFeedback(sinks) }),
  });
}

/** Where an error was thrown; without its message, which may quote a prompt. */
function listFrames(error: unknown): string[] {
  if (!(error instanceof Error)) return [typeof error];
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames.map((line) => line.trim())];
}

/** Takes over changed files; if one is invalid, the gateway goes on as it was. */
async function reload(
  files: ServedFiles,
  first: GatewayFile,
  host: {
    readonly gateway: Gateway;
    readonly logger: Logger;
    readonly problems: Map<string, string>;
    /** The serial number of the policy, below which no other may come. */
    readonly inUse: { serial: number };
  },
): Promise<void> {
  const { gateway, logger, problems, inUse } = host;
  try {
    const next = await loadServed(files, process.env, inUse.serial);
    checkReload(first, next.file);
    gateway.update(next.config);
    inUse.serial = next.config.policy.serial;
    problems.delete('reload');
    logger.info({ policy: next.config.policy.digest }, 'reloaded');
    for (const problem of listUnknownModels(next.config)) logger.warn(problem);
  } catch (error) {
    const isKnown = RoutesmithError.isInstance(error);
    const message = isKnown ? joinLines(error.message) : 'internal error';
    problems.set('reload', `not reloaded: ${message}`);
    logger.error(
      isKnown ? { code: error.code } : { stack: listFrames(error) },
      `not reloaded: ${message}`,
    );
  }
}

function printReports({ config, reports, unknown }: Served): void {
  printPolicyReports({ reports });
  for (const problem of listUnknownModels(config)) {
    printNotice(escapeControls(`gateway.yaml: ${problem}`));
  }
  if (unknown.length === 0) return;
  const names = escapeControls(unknown.join(', '));
  printNotice(`Not used, because the policy does not know them: ${names}`);
}

function describeStart(url: string, { config, file }: Served): string {
  const who =
    file.callers === undefined
      ? 'open to programs on this machine'
      : `${file.callers.length} ${file.callers.length === 1 ? 'key' : 'keys'}`;
  const count = Object.keys(config.pool).length;
  const models = `${count} ${count === 1 ? 'model' : 'models'}`;
  return [
    `Listening on ${url}, with ${models}, ${who}.`,
    `  OpenAI clients:    base URL ${url}/v1, model "auto"`,
    `  Anthropic clients: base URL ${url}, model "auto"`,
  ].join('\n');
}
