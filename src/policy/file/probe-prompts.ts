/**
 * Prompts that every policy is probed with when it is exported and again when it is loaded: where
 * the scores differ, the file or the engine does not compute what was trained. They are part of
 * the product and never training data.
 */
export const probePrompts: readonly string[] = [
  'What is 17 percent of 240?',
  'Merge two sorted lists.\n\n```js\nfunction merge(a, b) {}\n```',
  'Übersetze „Der Zug fährt um sieben“ ins Französische.',
  '把下面翻译成英文:今天天气很好。',
  'Which is a prime number?\nA. 21\nB. 29\nAnswer:',
  'SELECT name FROM users;',
  'Напиши соседу о шуме.',
];
