import type { JsonValue } from '../../util/json.js';
import { parseRetryAfterMs } from '../../llm/parse-retry-after.js';
import {
  classifyProviderError,
  findErrorStatus,
  readProviderError,
} from '../../llm/provider-error.js';
import { redactSecrets } from '../../util/redact-secrets.js';
import { AttemptError, type FailureClass } from './failure.js';

const maxMessageLength = 400;

/** What is needed to say what an error means. */
export interface ErrorContext {
  readonly headers: Headers;
  readonly secrets: readonly string[];
  /** Whether the provider's message may be shown. */
  readonly exposesMessages: boolean;
  /** The time of day. */
  readonly date: Date;
}

/** The failure that a response with an error status, or an error inside a 200, stands for. */
export function classifyErrorBody(
  status: number | undefined,
  body: JsonValue,
  context: ErrorContext,
): AttemptError {
  const error = readProviderError(body);
  const meant = status ?? findErrorStatus(error);
  const failureClass: FailureClass =
    meant === 413 ? 'context_overflow' : classifyProviderError(meant, error);
  const retryAfterMs = readRetryAfterMs(context);
  return new AttemptError({
    class: failureClass,
    status: status ?? (Number(error.code) === meant ? meant : null),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(status === undefined ? { detail: 'an error inside a 200' } : {}),
    ...(context.exposesMessages
      ? { providerMessage: makeSafe(error.message, context.secrets) }
      : {}),
  });
}

/**
 * How long the provider asks to wait. A date is read against the provider's own clock where the
 * response tells it: with a clock of ours that is ahead, the pause would be too short.
 */
function readRetryAfterMs({ headers, date }: ErrorContext): number | undefined {
  const theirs = Date.parse(headers.get('date') ?? '');
  return parseRetryAfterMs(
    {
      'retry-after': headers.get('retry-after') ?? undefined,
      'retry-after-ms': headers.get('retry-after-ms') ?? undefined,
    },
    Number.isNaN(theirs) ? date : new Date(theirs),
  );
}

function makeSafe(message: string, secrets: readonly string[]): string {
  return redactSecrets(message, secrets)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, maxMessageLength);
}
