import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitFollowUpWords } from '../../../src/learn/train/features/fit-follow-up-words.js';
import { defaultFeatureSpec } from '../../../src/policy/features/feature-spec.js';
import {
  splitPromptFields,
  type PromptFields,
} from '../../../src/policy/features/prompt-fields.js';
import { createAskReader } from '../../../src/policy/features/read-ask.js';
import { createTokenList } from '../../../src/policy/features/tokens.js';
import type { Prompt } from '../../../src/llm/chat.js';
import { anyChatRequest } from '../../support/any-text.js';

const spec = defaultFeatureSpec;
const readAsk = createAskReader({ spec, followUps: fitFollowUpWords(spec) }, createTokenList());
const read = (...turns: string[]): PromptFields =>
  readAsk(
    splitPromptFields({
      messages: turns.flatMap((content) => [
        { role: 'user' as const, content },
        { role: 'assistant' as const, content: 'An answer.' },
      ]),
    }),
  );

const ask = 'Solve the equation 3x + 5 = 20 and give the value of x.';
const translation = 'Translate the letter below into French, and keep its formal tone.';

describe('what a conversation asks now', () => {
  it('is the last turn of the user, whatever came before', () => {
    expect(read(translation, ask).userText).toBe(ask);
    expect(read(translation, ask, translation).userText).toBe(translation);
  });

  it.each([
    'shorter, please',
    'Could you explain that again?',
    'Why?',
    'kürzer bitte',
    '为什么？',
    'もう一度',
  ])('is the turn before together with a follow-up such as "%s"', (followUp) => {
    expect(read(translation, ask, followUp).userText).toBe(`${ask}\n${followUp}`);
  });

  it('reaches over several follow-ups to what they follow', () => {
    expect(read(translation, ask, 'Why?', 'shorter, please').userText).toBe(
      `${ask}\nWhy?\nshorter, please`,
    );
  });

  it('is a first turn that reads like a follow-up', () => {
    expect(read('shorter, please').userText).toBe('shorter, please');
  });

  it.each([
    'What is the capital of Kenya?',
    'Write a Python function that reverses a string.',
    'Wer schrieb den Faust?',
    '写一首关于春天的诗',
  ])('is a short new ask such as "%s"', (newAsk) => {
    expect(read(translation, newAsk).userText).toBe(newAsk);
  });

  it('keeps the length of the conversation, and everything else of the request', () => {
    const fields = read(translation, ask);
    expect(fields).toMatchObject({ turns: 2, system: '', toolCount: 0 });
  });
});

describe('blocks that a client put into the turn', () => {
  const block = '<system-reminder>\nKeep lists short and names in German.\n</system-reminder>\n';

  it('count as system text', () => {
    const fields = read(block.repeat(6) + ask);
    expect(fields.userText.trim()).toBe(ask);
    expect(fields.system).toContain('Keep lists short');
  });

  it('are read where there is nothing else', () => {
    expect(read(block).userText).toBe(block);
  });

  it('hide no ask before them, in a turn of their own or with a follow-up', () => {
    const boilerplate = read(translation, ask, block);
    expect(boilerplate.userText.trim()).toBe(ask);
    expect(boilerplate.system).toContain('Keep lists short');
    const long = block.replace('short', 'short '.repeat(40));
    expect(read(translation, ask, `${long}shorter, please`).userText).toBe(
      `${ask}\n\nshorter, please`,
    );
  });

  it('are no blocks where they wrap the words of the user', () => {
    const wrap = (text: string): string => `<user_query>\n${text}\n</user_query>`;
    expect(read(wrap(translation), block + wrap(ask)).userText.trim()).toBe(wrap(ask));
  });

  it('are read in conversations that hold nothing else', () => {
    expect(read(block, block).userText).toBe(`${block}\n${block}`);
  });

  it.each([
    '<p>Is this HTML valid?</p>',
    '<div class="a"><b>x</b></div>',
    'a < b_c > d and </b_c',
    '<open-tag> without an end',
  ])('are not tags of HTML or comparisons: %s', (text) => {
    expect(read(text).userText).toBe(text);
  });

  it('take bounded time to find, however many tags there are', () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `<a-${index}>`).join('') + '</b>';
    expect(read(text).userText).toBe(text);
  });
});

it('changes nothing for features of version 3, which read all turns', () => {
  const readAll = createAskReader({ spec: { ...spec, version: 3 } }, createTokenList());
  const fields = splitPromptFields({
    messages: [
      { role: 'user', content: translation },
      { role: 'user', content: ask },
    ],
  });
  expect(readAll(fields)).toBe(fields);
});

it('reads what it has read the same way', () => {
  fc.assert(
    fc.property(anyChatRequest, (request) => {
      const once = readAsk(splitPromptFields(request as Prompt));
      expect(readAsk(once).userText).toBe(once.userText);
    }),
  );
});
