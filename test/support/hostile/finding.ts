import type { Behavior, Consumer, Form } from './behavior.js';

/** A key that no file, no message and no other server may get. */
export const hostileKey = 'kJ3mN8pQ2rS5tU7/vW9xY1zA4+bC6dE0fG';

/** Limits of one attempt: generous, or as short as they have to be for one that never ends. */
export interface HostileLimits {
  /** Until the first byte, until the first content and between two pieces. */
  readonly silenceMs: number;
  readonly attemptMs: number;
}

/** What one consumer made of one behavior in one form. */
export interface Finding {
  readonly behavior: Behavior;
  readonly consumer: Consumer;
  readonly form: Form;
  /** What was wrong; undefined if it was as the table says. */
  readonly problem: string | undefined;
}

/** The first form of the key that a text contains, if any. */
export function findKey(text: string): string | undefined {
  const base64 = Buffer.from(hostileKey).toString('base64').replace(/=+$/, '');
  const forms = [
    hostileKey,
    encodeURIComponent(hostileKey),
    base64,
    Buffer.from(hostileKey).toString('base64url'),
    Buffer.from(hostileKey).toString('hex'),
    // A cut key is one, too.
    hostileKey.slice(0, 16),
    base64.slice(0, 20),
    ...[`user:${hostileKey}`, `Bearer ${hostileKey}`].map((pair) =>
      Buffer.from(pair).toString('base64').slice(12, 32),
    ),
  ];
  return forms.find(
    (form) => text.includes(form) || text.includes(JSON.stringify(form).slice(1, -1)),
  );
}

/** What is absurd about a number that should be a charge in USD, or unknown. */
export function findAbsurdCharge(costUsd: number | null): string | undefined {
  if (costUsd === null) return undefined;
  const isSane = Number.isFinite(costUsd) && costUsd >= 0 && costUsd <= 10_000;
  return isSane ? undefined : `a charge of ${costUsd}`;
}

const controls = /\p{Cc}/u;

/** What must not be in a message: a key, or what a terminal acts on. */
export function findUnsafe(message: string): string | undefined {
  const key = findKey(message);
  if (key !== undefined) return `a key in a message: ${key}`;
  return controls.test(message)
    ? `a control character in a message: ${JSON.stringify(message)}`
    : undefined;
}

/** Whether a response changed the prototype of all objects. */
export function isPolluted(): boolean {
  return 'isPolluted' in {};
}
