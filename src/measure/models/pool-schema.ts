import { z } from 'zod';
import { omittableMembers, tokenLimitNames } from '../../llm/request-form.js';
import { isVariableName } from './secret-shape.js';

const dollars = z.number().min(0).max(1_000_000);

const calendarDay = z.iso.date({ error: 'date must be a day such as 2025-06-30' });

const priceSchema = z.strictObject({
  input: dollars,
  output: dollars,
  cachedInput: dollars.optional(),
  cacheWrite: dollars.optional(),
  date: calendarDay,
});

const parametersSchema = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  maxTokens: z.int().min(1).optional(),
  reasoningEffort: z.string().min(1).max(32).optional(),
  seed: z.int().optional(),
});

const requestSchema = z.strictObject({
  tokenLimit: z.enum(tokenLimitNames).exactOptional(),
  omit: z.array(z.enum(omittableMembers)).exactOptional(),
});

/** What stands in a pool file for one model, before its provider is looked up. */
export const poolModelSchema = z.strictObject({
  id: z.string().min(1).max(200),
  provider: z.string().min(1).max(2000),
  /** How a base URL is spoken to, where that is not OpenAI's protocol. */
  protocol: z.enum(['openai', 'anthropic']).optional(),
  model: z.string().min(1).max(400),
  apiKeyEnv: z
    .string()
    // The value is not repeated in the message: it may be a key.
    .refine(isVariableName, {
      error:
        'this must be the NAME of an environment variable, such as OPENAI_API_KEY; what stands here is no such name, and may be a key',
    })
    .optional(),
  price: z.union([z.literal('free'), priceSchema], {
    error: (issue) =>
      issue.input === undefined
        ? 'it is missing'
        : 'it needs input, output and date, or must be the word free',
  }),
  contextWindow: z.int().min(1).optional(),
  capabilities: z.array(z.enum(['vision', 'tools', 'json', 'reasoning'])).optional(),
  parameters: parametersSchema.optional(),
  request: requestSchema.optional(),
  pin: z.record(z.string(), z.json()).optional(),
  simulated: z.boolean().optional(),
});

export type PoolModelInput = z.infer<typeof poolModelSchema>;

/** A pool file: `models:` with at least one of them. */
export const poolSchema = z.strictObject({ models: z.array(poolModelSchema).min(1) });
