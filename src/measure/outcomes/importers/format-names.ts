/** The formats of recorded outcomes, those that more columns tell first. */
export const formatNames = [
  'routerbench',
  'embedllm',
  'llmrouterbench',
  'lm-eval',
  'promptfoo',
  'inspect',
  'routellm',
  'outcomes',
  'wide',
] as const;

export type OutcomeFormat = (typeof formatNames)[number];
