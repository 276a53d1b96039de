import { z } from 'zod';
import { capabilityNames } from '../../llm/price.js';
import { omittableMembers, tokenLimitNames } from '../../llm/request-form.js';
import { isPlainName, plainNameProblem } from '../../util/escape-controls.js';
import { isVariableName } from './secret-shape.js';
import { findTokenPriceProblem } from './token-price.js';

/** USD per million tokens. */
const tokenDollars = z
  .number()
  .min(0)
  .max(1_000_000)
  .refine((value) => findTokenPriceProblem(value) === undefined, {
    error: (issue) => findTokenPriceProblem(Number(issue.input)) ?? '',
  });

const calendarDay = z.iso.date({ error: 'date must have the form 2025-06-30' });

const priceSchema = z.strictObject({
  input: tokenDollars,
  output: tokenDollars,
  cachedInput: tokenDollars.optional(),
  cacheWrite: tokenDollars.optional(),
  date: calendarDay,
});

const parametersSchema = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  maxTokens: z.int().min(1).optional(),
  reasoningEffort: z.string().min(1).max(32).optional(),
  seed: z.int().optional(),
});

/** How a server wants its requests: a `RequestForm`. */
export const requestFormSchema = z.strictObject({
  tokenLimit: z.enum(tokenLimitNames).exactOptional(),
  omit: z.array(z.enum(omittableMembers)).exactOptional(),
  betas: z.boolean().exactOptional(),
});

/** A day is longer than any provider keeps a connection. */
const timeoutMs = z.int().min(1).max(86_400_000);

const timeoutsSchema = z.strictObject({
  firstByteMs: timeoutMs.exactOptional(),
  firstContentMs: timeoutMs.exactOptional(),
  idleMs: timeoutMs.exactOptional(),
  totalMs: timeoutMs.exactOptional(),
});

const effort = z.string().regex(/^[a-z]{2,16}$/i, 'an effort is one word, such as low');

/** One model in a pool file, before its provider is resolved. */
const poolModelSchema = z
  .strictObject({
    id: z.string().min(1).max(200).refine(isPlainName, plainNameProblem),
    provider: z.string().min(1).max(2000),
    /** The protocol of a base URL, if it is not OpenAI's. */
    protocol: z.enum(['openai', 'anthropic']).optional(),
    model: z.string().min(1).max(400).refine(isPlainName, plainNameProblem),
    apiKeyEnv: z
      .string()
      // The value is not repeated in the message: it may be a key.
      .refine(isVariableName, {
        error:
          'this must be the NAME of an environment variable, such as OPENAI_API_KEY; the value is not a valid name and may be an API key',
      })
      .optional(),
    price: z.union([z.literal('free'), priceSchema], {
      error: (issue) =>
        issue.input === undefined
          ? 'it is missing'
          : 'it needs input, output and date, or must be the word free',
    }),
    batchPriceShare: z.number().min(0).max(1).optional(),
    contextWindow: z.int().min(1).optional(),
    capabilities: z.array(z.enum(capabilityNames)).optional(),
    parameters: parametersSchema.optional(),
    /** Makes a model `ID@EFFORT` of each. */
    efforts: z.array(effort).min(1).max(10).optional(),
    request: requestFormSchema.optional(),
    timeouts: timeoutsSchema.optional(),
    pin: z.record(z.string(), z.json()).optional(),
    simulated: z.boolean().optional(),
  })
  .refine(({ efforts = [] }) => new Set(efforts).size === efforts.length, {
    path: ['efforts'],
    error: 'an effort is named twice',
  })
  .refine(({ efforts, parameters }) => !efforts || parameters?.reasoningEffort === undefined, {
    path: ['efforts'],
    error: 'efforts and parameters.reasoningEffort say the same',
  });

export type PoolModelInput = z.infer<typeof poolModelSchema>;

/** A pool file: `models:` with at least one model. */
export const poolSchema = z.strictObject({ models: z.array(poolModelSchema).min(1) });
