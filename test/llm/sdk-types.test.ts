import { expect, expectTypeOf, it } from 'vitest';
import type { ChatMessage, ChatRequest } from '../../src/llm/chat.js';
import type { Decide } from '../../src/policy/decide/decide.js';
import type { PolicySource } from '../../src/policy/decide/load-policy.js';
import {
  buildEndpointRequest,
  readRouterRequest,
  type RouterRequest,
} from '../../src/serve/router/router-request.js';

/** Interfaces of the forms that SDKs declare: without index signatures, and unions of roles. */
interface AudioPart {
  type: 'input_audio';
  input_audio: { data: string; format: 'wav' | 'mp3' };
}
interface TextPart {
  type: 'text';
  text: string;
}
interface UserMessage {
  role: 'user';
  content: string | (AudioPart | TextPart)[];
  name?: string;
}
interface AssistantMessage {
  role: 'assistant';
  content?: string | null;
  refusal?: string | null;
  tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: string } }[];
}
interface FunctionMessage {
  role: 'function';
  content: string | null;
  name: string;
}
interface Tool {
  type: 'function';
  function: { name: string; parameters?: Record<string, unknown>; strict?: boolean | null };
}
interface Body {
  messages: (UserMessage | AssistantMessage | FunctionMessage)[];
  tools?: Tool[];
  temperature?: number | null;
  stop?: string | null | string[];
}
interface PlainBody {
  messages: { role: 'user'; content: string }[];
  temperature: number;
}
/** Anthropic's. */
interface ResultMessage {
  role: 'user' | 'assistant';
  content: { type: 'tool_result'; tool_use_id: string; content: string }[];
}

it('are accepted where the router and a decision take requests', () => {
  expectTypeOf<Body>().toExtend<RouterRequest>();
  expectTypeOf<PlainBody>().toExtend<RouterRequest>();
  expectTypeOf<Body['messages']>().toExtend<readonly ChatMessage[]>();
  expectTypeOf<ResultMessage[]>().toExtend<Parameters<Decide>[0]>();
  expectTypeOf<Body>().toExtend<Parameters<Decide>[0]>();
  expectTypeOf<ChatRequest>().not.toHaveProperty('members');
  const literal: RouterRequest = {
    messages: [
      { role: 'assistant', content: null, reasoning_content: 'x' },
      { role: 'user', content: [{ type: 'file', file: { file_data: '' } }] },
    ],
    temperature: undefined,
    response_format: { type: 'text' },
  };
  const endpoint = { kind: 'openai', baseUrl: 'http://127.0.0.1', model: 'm' } as const;
  expect(buildEndpointRequest(readRouterRequest(literal), endpoint, false).members).toEqual({
    temperature: undefined,
    response_format: { type: 'text' },
  });
});

it('of what holds no policy are refused where one is loaded', () => {
  expectTypeOf<ArrayBuffer>().toExtend<PolicySource>();
  expectTypeOf<Promise<string>>().not.toExtend<PolicySource>();
  expectTypeOf<URL>().not.toExtend<PolicySource>();
  expectTypeOf<Response>().not.toExtend<PolicySource>();
});
