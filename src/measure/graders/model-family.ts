/** Makers of models by what their models' names begin with, after the provider's part. */
const makers: readonly (readonly [RegExp, string])[] = [
  [/^(?:gpt|chatgpt|o\d|davinci|text-davinci)/, 'OpenAI'],
  [/^claude/, 'Anthropic'],
  [/^(?:gemini|gemma|palm)/, 'Google'],
  [/^(?:meta-)?(?:llama|codellama)/, 'Meta'],
  [
    /^(?:mistral|mixtral|ministral|codestral|magistral|pixtral|devstral|open-mi[sx]tral)/,
    'Mistral',
  ],
  [/^(?:qwen|qwq|qvq)/, 'Qwen'],
  [/^deepseek/, 'DeepSeek'],
  [/^grok/, 'xAI'],
  [/^(?:command|aya)/, 'Cohere'],
  [/^phi/, 'Microsoft'],
  [/^(?:nova|titan)/, 'Amazon'],
  [/^(?:glm|chatglm)/, 'Zhipu'],
  [/^(?:kimi|moonshot)/, 'Moonshot'],
];

/**
 * Who made a model, told by its name at the provider (`openai/gpt-5-mini`, `qwen2.5:14b`); for names
 * that are not known, the name up to its first digit. Judges are kinder to models of their own maker
 * ("self-preference": Panickssery et al. 2024, arXiv 2404.13076).
 */
export function findModelFamily(model: string): string {
  const name = (model.split('/').at(-1) ?? model).toLowerCase();
  const known = makers.find(([pattern]) => pattern.test(name));
  return known?.[1] ?? (/^[^\d:.]+/.exec(name)?.[0].replace(/[-_]+$/, '') || name);
}
