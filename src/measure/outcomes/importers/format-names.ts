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

/** A format of recorded outcomes that can be imported. */
export type OutcomeFormat = (typeof formatNames)[number];
