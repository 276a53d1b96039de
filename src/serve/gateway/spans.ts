import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Span,
} from '@opentelemetry/api';
import { version } from '../../version.js';
import type { ProtocolName } from '../../llm/protocol.js';
import type { RouterEvent } from '../router/router-event.js';
import type { HttpCall } from './http-call.js';
import type { RequestLog } from './request-log.js';

/** The spans of one request: its own, and one for each attempt at a model. */
export interface RequestSpans {
  noteEvent(event: RouterEvent): void;
  end(line: RequestLog): void;
}

/**
 * Starts the spans of a request, by OpenTelemetry's conventions for generative AI. No attribute holds
 * text of a prompt or an answer.
 *
 * @param findTarget the provider's protocol and name of a model
 * @returns undefined unless the host has set up an SDK, and it samples the request
 */
export function startSpans(
  call: HttpCall,
  route: string,
  findTarget: (model: string) => { readonly protocol: ProtocolName; readonly name: string },
): RequestSpans | undefined {
  const tracer = trace.getTracer('routesmith', version);
  const parent = propagation.extract(context.active(), call.headers, {
    get: (headers, name) => headers.get(name) ?? undefined,
    keys: (headers) => Array.from(headers, ([name]) => name),
  });
  const { method } = call;
  const attributes = { 'http.request.method': method, 'http.route': route };
  const span = tracer.startSpan(
    `${method} ${route}`,
    { kind: SpanKind.SERVER, attributes },
    parent,
  );
  if (!span.isRecording()) return undefined;
  const inside = trace.setSpan(parent, span);
  let attempt: Span | undefined;
  return {
    noteEvent(event) {
      if (event.type === 'attempt_started') {
        const { protocol, name } = findTarget(event.model);
        attempt = tracer.startSpan(
          `chat ${name}`,
          {
            kind: SpanKind.CLIENT,
            attributes: {
              'gen_ai.operation.name': 'chat',
              'gen_ai.provider.name': protocol,
              'gen_ai.request.model': name,
              'routesmith.model': event.model,
            },
          },
          inside,
        );
      } else if (event.type === 'attempt_failed') {
        attempt?.setAttribute('error.type', event.failure.class);
        attempt?.setStatus({ code: SpanStatusCode.ERROR });
        attempt?.end();
      } else if (event.type === 'succeeded') {
        const { usage, finishReason } = event;
        if (finishReason !== null) {
          attempt?.setAttribute('gen_ai.response.finish_reasons', [finishReason]);
        }
        if (usage !== null) {
          attempt?.setAttribute('gen_ai.usage.input_tokens', usage.inputTokens);
          attempt?.setAttribute('gen_ai.usage.output_tokens', usage.outputTokens);
        }
        attempt?.end();
      }
    },
    end({ id, status, error, model, servedModel, reason, policyDigest, outcome }) {
      const known = {
        'routesmith.id': id,
        'routesmith.model': model,
        'routesmith.reason': reason,
        'routesmith.policy': policyDigest,
        'gen_ai.response.model': servedModel,
        'error.type': error,
      };
      span.setAttribute('http.response.status_code', status);
      for (const [name, value] of Object.entries(known)) {
        if (value !== null) span.setAttribute(name, value);
      }
      if (outcome !== 'answered' && outcome !== 'refused') {
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}
