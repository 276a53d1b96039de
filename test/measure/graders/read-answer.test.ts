import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../src/measure/graders/read-answer.js';

const code = '```python\nimport re\ns = re.sub(r"<think>.*?</think>", "", s)\n```';

describe('an answer whose tags of reasoning are quoted', () => {
  it.each([
    code,
    '{"tool_calls":[{"name":"write","arguments":{"text":"a</think>b"}}]}',
    '"the tag <think> is text"',
    'Here:\n\n```python\nif x <think> y:\n    pass\n```\n\nDone.',
    'Use this:\n```py\ntext = """<think>\nfoo\n</think>"""\n```\nIt works.',
    '1. Code:\n   ```js\n   return s.replace("</think>", "");\n   ```',
    'Call `re.sub("<think>", "")` to remove it. The answer is 12.',
    'a\n<tool_call>\n{"name":"a","arguments":{"t":"<think>b"}}\n</tool_call>\n<tool_call>\n{"name":"w","arguments":{"t":"</think>b"}}\n</tool_call>',
    '[Reflection]\nThe answer is 12.',
    '[Thinking] The answer is 12.',
  ])('is read as a whole: %j', (answer) => {
    expect(readAnswer(answer)).toEqual({ kind: 'answered', text: answer });
    expect(readAnswer(`<think>hm</think>${answer}`)).toEqual({ kind: 'answered', text: answer });
  });
});

describe('reasoning that holds code', () => {
  it.each([
    ['<think>```js\nfunction add() {}\n```</think>```js\nx\n```', '```js\nx\n```'],
    ['<think>Let me write\n```js\nconst s = "</think>The answer is B.', 'The answer is B.'],
    ['Okay\n```js\nfoo()\n```\nso B</think>The answer is B.', 'The answer is B.'],
    ['Okay\n```js\nunclosed\n</think>\n```js\nx\n```', '\n```js\nx\n```'],
    ['Okay\n```\nunclosed\n</think>\n```\nx\n```', '\n```\nx\n```'],
    ['```\n<think>\nhm\n</think>\n42\n```', '```\n\n42\n```'],
    [`<think>hm\n${code}</think>B`, 'B'],
    ['<think>a `</think>` b</think>B', 'B'],
    ['[THINK]hm[/THINK]B', 'B'],
    ['◁think▷hm◁/think▷B', 'B'],
  ])('is left out of %j', (answer, text) => {
    expect(readAnswer(answer)).toEqual({ kind: 'answered', text });
  });

  it('is all there is where it is never closed', () => {
    expect(readAnswer('<think>12')).toMatchObject({ kind: 'nothing' });
    expect(readAnswer('[THINK]12')).toMatchObject({ kind: 'nothing' });
  });
});

describe('reasoning that speaks of its own tag', () => {
  it.each([
    ['<think>The user wants <think> tags.</think>\nAnswer: B', '\nAnswer: B'],
    ['<think>Should <think> be closed by </think>?</think>B', 'B'],
    ['<think>a <think>b</think> c</think>B', 'B'],
    ['<think>Not <think> again.</think>A<think>hm</think>B', 'AB'],
    ['[THINK]What is [THINK]?[/THINK]B', 'B'],
    ['<think>Their <thinking> tag</think>B', 'B'],
    ['<thinking>So <reflection>hm</reflection> on</thinking>B', 'B'],
    ['<think>hm</thinking>B', 'B'],
  ])('is left out of %j', (answer, text) => {
    expect(readAnswer(answer)).toEqual({ kind: 'answered', text });
  });

  it('goes on behind a block of another kind that is closed within it', () => {
    expect(readAnswer('<thinking>So <reflection>12</reflection> or 13')).toMatchObject({
      kind: 'nothing',
    });
  });
});
