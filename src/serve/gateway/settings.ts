import { checkSetting, type MemberTypes } from '../../util/check-members.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import type { CallLog } from '../router/call-log.js';
import { endpointSettingTypes } from '../router/caller-router.js';
import type { Endpoint } from '../router/endpoint.js';
import type { RouterSettings } from '../router/router.js';
import type { Access } from './access.js';
import type { FeedbackSink } from './feedback.js';
import type { RequestLog } from './request-log.js';
import type { SpendingStore } from './spending.js';

/** How much a gateway takes on at once. */
export interface GatewayLimits {
  /** Of one request's body. @default 10_485_760 */
  readonly maxBodyBytes: number;
  /** Of all bodies that are being read or worked on. @default 268_435_456 */
  readonly maxBufferedBytes: number;
  /** Requests that are worked on at the same time, to the end of their answers. @default 256 */
  readonly maxConcurrent: number;
  /** Requests that wait for one of those to end. @default 256 */
  readonly maxQueued: number;
  /** How long they wait. @default 10_000 */
  readonly queueMs: number;
  /** Conversations that are remembered. @default 10_000 */
  readonly maxConversations: number;
  /** How long a conversation is remembered after its last answer. @default 3_600_000 */
  readonly conversationMs: number;
}

export const defaultGatewayLimits: GatewayLimits = {
  maxBodyBytes: 10 * 1024 * 1024,
  maxBufferedBytes: 256 * 1024 * 1024,
  maxConcurrent: 256,
  maxQueued: 256,
  queueMs: 10_000,
  maxConversations: 10_000,
  conversationMs: 3_600_000,
};

/** What a gateway works with, and what `update` replaces. */
export interface GatewayConfig {
  /** The policy that decides where a request names no model. */
  readonly policy: LoadedPolicy;
  /** The endpoints of the policy's models. A model without an endpoint is never chosen. */
  readonly pool: Readonly<Record<string, Endpoint>>;
  /** Who may use the gateway. */
  readonly access: Access;
}

/** Settings of the router that the gateway makes itself. */
type OwnSettings = 'policy' | 'pool' | 'continues' | 'onEvent' | 'log';

/** The settings of a gateway, with those of the router that it passes on. */
export interface GatewaySettings extends GatewayConfig, Omit<RouterSettings, OwnSettings> {
  /** How much is taken on at once. @default see `GatewayLimits` */
  readonly limits?: Partial<GatewayLimits>;
  /** A new id, of letters, digits, `_` and `-`. @default a random UUID */
  readonly createId?: () => string;
  /** Called once for each request, when its answer has ended. */
  readonly log?: (line: RequestLog) => void;
  /**
   * Records decisions and their outcomes, each with the id of its answer: `createDecisionLog` of
   * `routesmith/log`. @default none
   */
  readonly decisionLog?: CallLog;
  /** Called with errors that are mistakes of this library; their requests are answered with 500. */
  readonly onFault?: (error: unknown) => void;
  /** Keeps what callers report of earlier answers. Without one, `/v1/feedback` answers 501. */
  readonly feedback?: FeedbackSink;
  /** Keeps what callers have spent. @default in memory only */
  readonly spending?: SpendingStore;
  /** Problems that `/ready` names, such as a file that could not be reloaded. @default none */
  readonly listProblems?: () => readonly string[];
}

/**
 * Checks the policy of a gateway, which `update` replaces: it is no function, as a router's may be.
 *
 * @throws RoutesmithError `usage` for what is no loaded policy, such as a watcher
 */
export function checkGatewayPolicy(policy: unknown): void {
  const { decide, policy: file } = (policy as Partial<LoadedPolicy> | undefined) ?? {};
  const isLoaded = typeof decide === 'function' && file !== undefined;
  const ofWatcher =
    'of a watcher, give watcher.current, and gateway.update({ policy }) at each swap';
  checkSetting(isLoaded, `must be loaded: await loadPolicy; ${ofWatcher}`, 'policy');
}

/** The types of what `update` may replace. */
export const gatewayConfigTypes: MemberTypes<keyof GatewayConfig> = {
  policy: 'object',
  pool: 'object',
  access: 'object',
};

const { onEvent: _, ...passedTypes } = endpointSettingTypes;

/** The types of a gateway's settings. */
export const gatewaySettingTypes: MemberTypes<keyof GatewaySettings> = {
  ...passedTypes,
  ...gatewayConfigTypes,
  limits: 'object',
  createId: 'function',
  log: 'function',
  decisionLog: 'object',
  onFault: 'function',
  feedback: 'function',
  spending: 'object',
  listProblems: 'function',
};
