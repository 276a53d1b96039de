/**
 * Prompts that every policy is probed with when it is exported and again when it is loaded: where
 * the scores differ, the file or the engine does not compute what was trained. They are part of
 * the product and never training data.
 */
export const probePrompts: readonly string[] = [
  'What is 17 percent of 240?',
  'Summarise the following minutes of a meeting in three bullet points.',
  'Write a function that merges two sorted lists.\n\n```js\nfunction merge(a, b) {}\n```',
  'Übersetze den Satz „Der Zug fährt um sieben Uhr ab“ ins Französische.',
  '把下面的句子翻译成英文:今天天气很好。',
  'Which of these is a prime number?\nA. 21\nB. 29\nC. 33\nD. 39\nAnswer:',
  'SELECT name FROM customers WHERE total > 100; What does this query return?',
  'Напиши короткое письмо соседу о шуме.',
];
