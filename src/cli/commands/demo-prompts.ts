/**
 * Prompts whose tasks the practice models are good at in different ways, so that the demo's policy
 * sends each to another model.
 */
export const demoPrompts = [
  'Work out 1204 + 77 × 6. End your reply with "Answer:" and the number.',
  'How many kilometers are 12 miles? One decimal is enough.',
  'How do you say "good evening" in French?',
  'What does this JavaScript print? console.log([1, 2, 3].map((n) => n * 2).join("-"));',
] as const;
