import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../../src/measure/graders/texts/read-answer.js';

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

describe('an answer in the marks of a chat template', () => {
  const thought = '<|channel|>analysis<|message|>hm<|end|><|start|>assistant';

  it.each([
    [`${thought}<|channel|>final<|message|>Paris<|return|>`, 'Paris'],
    [`${thought}<|channel|>final <|constrain|>json<|message|>{"a":1}<|return|>`, '{"a":1}'],
    [`${thought}<|channel|>final<|constrain|>json<|message|>{"a":1}`, '{"a":1}'],
    [`${thought}<|channel|>final json<|message|>{"a":1}`, '{"a":1}'],
    ['analysishm.assistantfinal json{"a":1}', '{"a":1}'],
    ['<|START_THINKING|>hm<|END_THINKING|><|START_RESPONSE|>Paris<|END_RESPONSE|>', 'Paris'],
    ['hm<|END_THINKING|><|START_RESPONSE|>Paris<|END_RESPONSE|><|END_OF_TURN_TOKEN|>', 'Paris'],
    ['<think>hm</think><response>Paris</response>', 'Paris'],
    ['<think>hm</think>\n<response>Paris</response><|end_of_text|>', 'Paris'],
    ['<think>hm</think><response>Par', 'Par'],
    ['<|begin_of_box|>Paris<|end_of_box|>', 'Paris'],
    ['<think>hm</think>\n<|begin_of_box|>{"a":1}<|end_of_box|>', '\n{"a":1}'],
    ['Of 30, <|begin_of_box|>12<|end_of_box|> fit in 2.', 'Of 30, \\boxed{12} fit in 2.'],
    ['It is:\n<|begin_of_box|>[{"a":1}]<|end_of_box|>', 'It is:\n[{"a":1}]'],
  ])('is read without them: %j', (answer, text) => {
    expect(readAnswer(answer)).toEqual({ kind: 'answered', text });
  });

  it('keeps a tag "response" that a prompt may have asked for', () => {
    const text = '\n\n<response>Paris</response>';
    expect(readAnswer(text)).toEqual({ kind: 'answered', text });
    expect(readAnswer(`<think>hm</think>${text}`)).toEqual({ kind: 'answered', text });
  });

  it('is nothing where only the reasoning is there', () => {
    expect(readAnswer('<|START_THINKING|>Paris')).toMatchObject({ kind: 'nothing' });
    expect(readAnswer(thought)).toMatchObject({ kind: 'nothing' });
  });
});
