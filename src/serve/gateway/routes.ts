import type { ProtocolName } from '../../llm/protocol.js';
import type { HttpCall } from './http-call.js';

/** What a path is for. */
export type Route =
  | { readonly kind: 'chat'; readonly protocol: ProtocolName }
  | { readonly kind: 'models' | 'route' | 'feedback' | 'health' | 'ready' | 'metrics' };

/** A path of a gateway. */
interface Path {
  readonly method: 'GET' | 'POST';
  readonly route: Route;
}

const paths: ReadonlyMap<string, Path> = new Map<string, Path>([
  ['/v1/chat/completions', { method: 'POST', route: { kind: 'chat', protocol: 'openai' } }],
  ['/v1/messages', { method: 'POST', route: { kind: 'chat', protocol: 'anthropic' } }],
  ['/v1/models', { method: 'GET', route: { kind: 'models' } }],
  ['/v1/route', { method: 'POST', route: { kind: 'route' } }],
  ['/v1/feedback', { method: 'POST', route: { kind: 'feedback' } }],
  ['/health', { method: 'GET', route: { kind: 'health' } }],
  ['/ready', { method: 'GET', route: { kind: 'ready' } }],
  ['/metrics', { method: 'GET', route: { kind: 'metrics' } }],
]);

/** A request's path, and the protocol that its errors are to be written in. */
export interface FoundRoute {
  /** The path; `other` for one that the gateway does not have. */
  readonly path: string;
  readonly protocol: ProtocolName;
  /** Undefined for an unknown path, and for a method that it does not take. */
  readonly route: Route | undefined;
  /** The method that the path takes; undefined if it is unknown. */
  readonly method: string | undefined;
}

/** Finds what a request is for. */
export function findRoute({ url, method, headers }: HttpCall): FoundRoute {
  const [, pathname = '/'] = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url) ?? [];
  const path = pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname;
  const found = paths.get(path);
  const isAnthropic = headers.has('anthropic-version') || path.startsWith('/v1/messages');
  const protocol = found?.route.kind === 'chat' ? found.route.protocol : undefined;
  return {
    path: found === undefined ? 'other' : path,
    protocol: protocol ?? (isAnthropic ? 'anthropic' : 'openai'),
    // Load balancers often probe with HEAD; servers send its answers without their body.
    route: found?.method === (method === 'HEAD' ? 'GET' : method) ? found.route : undefined,
    method: found?.method,
  };
}
