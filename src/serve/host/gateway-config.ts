import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z, type ZodError } from 'zod';
import { describeIssues } from '../../util/describe-issues.js';
import { RoutesmithError } from '../../util/errors.js';
import { getMember, type JsonValue } from '../../util/json.js';
import { readTextFile } from '../../util/read-text-file.js';
import type { CallerSettings } from '../gateway/access.js';
import { defaultGatewayLimits, type GatewaySettings } from '../gateway/settings.js';
import { hasBudget } from '../gateway/spending.js';
import { defaultBreakerSettings } from '../router/breaker-settings.js';
import { defaultRouterTimeouts } from '../router/timeouts.js';

const dollars = z.number().min(0).max(1_000_000_000);
const names = z.array(z.string().min(1).max(200)).min(1);

const keySchema = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,64}$/, 'must be a word of letters, digits and "._-"'),
  // Not repeated in the message: somebody may have pasted the key itself.
  sha256: z.string().regex(/^[0-9a-fA-F]{64}$/, 'must be the SHA-256 of the key, 64 hex digits'),
  models: names.exactOptional(),
  objectives: names.exactOptional(),
  requestsPerMinute: z.int().min(1).max(1_000_000).exactOptional(),
  usdPerDay: dollars.exactOptional(),
  usdPerMonth: dollars.exactOptional(),
});

/** Optional numbers above 0 with the names of some defaults. */
function numbersLike<T extends object>(defaults: T) {
  const shape = Object.keys(defaults).map((name) => [name, z.number().positive().exactOptional()]);
  return z.strictObject(
    Object.fromEntries(shape) as Record<keyof T, z.ZodExactOptional<z.ZodNumber>>,
  );
}

/** Settings of a gateway that the file has under the same names. */
const settingsShape = {
  limits: numbersLike(defaultGatewayLimits).exactOptional(),
  timeouts: numbersLike(defaultRouterTimeouts).exactOptional(),
  breaker: numbersLike(defaultBreakerSettings).exactOptional(),
  whenAllUnavailable: z.enum(['try_soonest', 'fail']).exactOptional(),
  maxAnswerBytes: z.number().positive().exactOptional(),
  exposeProviderMessages: z.boolean().exactOptional(),
};

const configSchema = z.strictObject({
  keys: z.array(keySchema).min(1).exactOptional(),
  ...settingsShape,
  feedback: z.string().min(1).exactOptional(),
  spending: z.string().min(1).exactOptional(),
  drainMs: z.number().positive().exactOptional(),
});

/** What `gateway.yaml` says. */
export interface GatewayFile {
  /** Undefined: the gateway is open to its own machine only. */
  readonly callers: readonly CallerSettings[] | undefined;
  /** What the file says of them; the others have their defaults. */
  readonly settings: Pick<GatewaySettings, keyof typeof settingsShape>;
  /** File that feedback is appended to; undefined: none is taken. */
  readonly feedbackFile: string | undefined;
  /** File that spending is appended to; undefined if no key has a budget. */
  readonly spendingFile: string | undefined;
  /** How long running requests may take to end when the gateway stops. */
  readonly drainMs: number;
}

const defaultDrainMs = 30_000;

/** What holds without a file. */
export const noGatewayFile: GatewayFile = {
  callers: undefined,
  settings: {},
  feedbackFile: undefined,
  spendingFile: undefined,
  drainMs: defaultDrainMs,
};

/** @throws RoutesmithError `invalid_input` that names the file, the line and the setting */
export async function readGatewayFile(file: string): Promise<GatewayFile> {
  return parseGatewayFile(await readTextFile(file), file);
}

/** Parses the text of a `gateway.yaml`. File names in it are relative to its folder. */
export function parseGatewayFile(text: string, file: string): GatewayFile {
  const lineCounter = new LineCounter();
  // Pretty errors quote the source, which may contain a key.
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined) {
    const { line } = lineCounter.linePos(syntaxError.pos[0]);
    throw invalid(`${file}:${line}`, `this is not valid YAML (${syntaxError.code})`);
  }
  const content = document.toJS({ maxAliasCount: 100 }) as JsonValue;
  const parsed = configSchema.safeParse(content ?? {});
  if (!parsed.success) throw invalid(file, describeProblem(parsed.error, content));
  const { keys, feedback, spending, drainMs, ...settings } = parsed.data;
  const inFolder = (name: string): string => resolve(dirname(file), name);
  const callers = keys?.map(({ sha256, ...others }) => ({ ...others, keySha256: sha256 }));
  const hasBudgets = callers?.some(hasBudget) ?? false;
  const spendingName = spending ?? (hasBudgets ? 'spending.jsonl' : undefined);
  return {
    callers,
    settings,
    feedbackFile: feedback === undefined ? undefined : inFolder(feedback),
    spendingFile: spendingName === undefined ? undefined : inFolder(spendingName),
    drainMs: drainMs ?? defaultDrainMs,
  };
}

/**
 * Checks that only keys differ from the file that a gateway began with.
 *
 * @throws RoutesmithError `usage` that names the changes that need a restart
 */
export function checkReload(first: GatewayFile, next: GatewayFile): void {
  const refuse = (what: string, fix: string): never => {
    const rest = 'Until then, no change of its keys, the policy or the pool is applied either.';
    throw new RoutesmithError('usage', what, { where: 'gateway.yaml', fix: `${fix} ${rest}` });
  };
  if (first.callers === undefined && next.callers !== undefined) {
    refuse('the gateway runs without keys', 'Restart it to begin with the first key.');
  }
  if (first.callers !== undefined && next.callers === undefined) {
    refuse('the gateway runs with keys', 'Restart it to go on without any.');
  }
  if (first.spendingFile === undefined && next.spendingFile !== undefined) {
    refuse(
      'the gateway runs without budgets, and keeps no spending',
      'Restart it to begin with the first budget.',
    );
  }
  const changed = listChanged(first, next);
  if (changed.length === 0) return;
  refuse(
    `only keys can change while the gateway runs, and these settings differ: ${changed.join(', ')}`,
    'Restart the gateway to apply them, or undo them.',
  );
}

/** The settings that differ, of those that only a restart changes, as the file names them. */
function listChanged(first: GatewayFile, next: GatewayFile): string[] {
  const known = listFixed(first);
  return [...listFixed(next)].flatMap(([name, value]) => {
    // Without any budget left, the file that is open stays open.
    const isLeft = name === 'spending' && value === undefined;
    return value === known.get(name) || isLeft ? [] : [name];
  });
}

function listFixed({
  settings,
  feedbackFile,
  spendingFile,
  drainMs,
}: GatewayFile): Map<string, string | undefined> {
  const members = Object.keys(settingsShape).map((name): [string, unknown] => [
    name,
    settings[name as keyof typeof settingsShape],
  ]);
  const others = { feedback: feedbackFile, spending: spendingFile, drainMs };
  return new Map(
    [...members, ...Object.entries(others)].map(([name, value]) => [name, JSON.stringify(value)]),
  );
}

/** Names a key by its name. No other value of the file is shown, which may be a key itself. */
function describeProblem({ issues }: ZodError, content: JsonValue): string {
  const keys = getMember(content, 'keys');
  const named = issues.map((issue) => {
    const [list, index, ...rest] = issue.path;
    if (list !== 'keys' || typeof index !== 'number' || !Array.isArray(keys)) return issue;
    const name = keySchema.shape.name.safeParse(getMember(keys[index] as JsonValue, 'name'));
    return name.success ? { ...issue, path: [`key "${name.data}"`, ...rest] } : issue;
  });
  return describeIssues(named, Object.keys(configSchema.shape));
}

function invalid(where: string, what: string): RoutesmithError {
  return new RoutesmithError('invalid_input', what, {
    where,
    fix: 'docs/gateway.md lists every setting.',
  });
}
