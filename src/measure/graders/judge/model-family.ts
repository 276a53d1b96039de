/** Vendors of models by what their models' names begin with, after the provider's part. */
const vendors: readonly (readonly [RegExp, string])[] = [
  [/^(?:gpt|chatgpt|o\d|davinci|text-davinci)(?![a-z])/, 'OpenAI'],
  [/^claude(?![a-z])/, 'Anthropic'],
  [/^(?:gemini|gemma|palm)(?![a-z])/, 'Google'],
  [/^(?:meta-)?(?:llama|codellama)(?![a-z])/, 'Meta'],
  [
    /^(?:mistral|mixtral|ministral|codestral|magistral|pixtral|devstral|open-mi[sx]tral)(?![a-z])/,
    'Mistral',
  ],
  [/^(?:qwen|qwq|qvq)(?![a-z])/, 'Qwen'],
  [/^deepseek(?![a-z])/, 'DeepSeek'],
  [/^grok(?![a-z])/, 'xAI'],
  [/^(?:command|aya)(?![a-z])/, 'Cohere'],
  [/^phi(?![a-z])/, 'Microsoft'],
  [/^(?:nova|titan)(?![a-z])/, 'Amazon'],
  [/^(?:glm|chatglm)(?![a-z])/, 'Zhipu'],
  [/^(?:kimi|moonshot)(?![a-z])/, 'Moonshot'],
];

/**
 * Who made a model, told by its name at the provider (`openai/gpt-5-mini`, `qwen2.5:14b`); for names
 * that are not known, the name up to its first digit. Judges are kinder to models of their own maker
 * ("self-preference": Panickssery et al. 2024, arXiv 2404.13076).
 */
export function findModelFamily(model: string): string {
  const name = readName(model);
  return findVendor(name) ?? (/^[^\d:.]+/.exec(name)?.[0].replace(/[-_]+$/, '') || name);
}

/**
 * Whether two models are known to be from the same vendor. Names that are not known need the same
 * prefix too (`acme/brain-1`, `acme/brain-2`): `m1` and `m2` may be anybody's.
 */
export function haveSameVendor(one: string, other: string): boolean {
  if (one === other) return true;
  if (findModelFamily(one) !== findModelFamily(other)) return false;
  if (findVendor(readName(one)) !== undefined) return true;
  const prefix = readPrefix(one);
  return prefix !== '' && prefix === readPrefix(other);
}

/** Whether a name tells the vendor: by a known family, or by a prefix. */
export function namesVendor(model: string): boolean {
  return findVendor(readName(model)) !== undefined || readPrefix(model) !== '';
}

function findVendor(name: string): string | undefined {
  return vendors.find(([pattern]) => pattern.test(name))?.[1];
}

function readName(model: string): string {
  return (model.split('/').at(-1) ?? model).toLowerCase();
}

function readPrefix(model: string): string {
  return model.toLowerCase().split('/').slice(0, -1).join('/');
}
