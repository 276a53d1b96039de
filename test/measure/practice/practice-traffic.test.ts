import { describe, expect, it } from 'vitest';
import { createPracticeBrain } from '../../../src/measure/practice/practice-brain.js';
import {
  practiceModels,
  type PracticeModel,
} from '../../../src/measure/practice/practice-models.js';
import { buildPracticeTraffic, pickSlip } from '../../../src/measure/practice/practice-traffic.js';
import { promptMessages } from '../../../src/llm/chat.js';
import type { Example } from '../../../src/measure/tasks/example.js';

const examples = Array.from({ length: 60 }, (_, index): Example => ({
  id: `sum-${index}`,
  prompt: `What is ${index} plus ${index + 7}?`,
  task: 'arithmetic',
  reference: 2 * index + 7,
  grader: { name: 'numeric', options: {} },
  metadata: {},
}));

describe('practice traffic', () => {
  it('asks every question in words that are new, and other ones in another week', () => {
    const weeks = ([0, 1] as const).map((week) =>
      buildPracticeTraffic(examples, week, { size: 60, seed: 1 }),
    );
    const prompts = [...examples, ...weeks.flat()].map(({ prompt }) => prompt);
    expect(new Set(prompts).size).toBe(180);
    expect(weeks[0]).toEqual(buildPracticeTraffic(examples, 0, { size: 60, seed: 1 }));
  });

  it('keeps the other members of a conversation', () => {
    const tools = [{ type: 'function' as const, function: { name: 'add' } }];
    const messages = [
      { role: 'system' as const, content: 'Be brief.' },
      { role: 'user' as const, content: 'Add.' },
    ];
    const example = { ...(examples[0] as Example), prompt: { messages, tools } };
    const [built] = buildPracticeTraffic([example], 0, { size: 1, seed: 1 });
    expect(built?.prompt).toMatchObject({ tools, messages: [messages[0], { role: 'user' }] });
    expect(JSON.stringify(built?.prompt)).toMatch(/\. Add\./);
  });
});

describe('the planted mistake', () => {
  const choose = (task: string | undefined, model: string, count: number) =>
    Array.from({ length: count }, () => ({ task, model }));

  it('is where one model serves most requests of a task, and is not the baseline', () => {
    const choices = [
      ...choose('logic', 'large', 9),
      ...choose('code', 'small', 3),
      ...choose('topic', 'small', 5),
      ...choose(undefined, 'small', 20),
    ];
    expect(pickSlip(choices, 'large')).toMatchObject({ model: 'small', task: 'topic' });
    expect(pickSlip(choose('logic', 'large', 2), 'large')).toMatchObject({ model: 'large' });
    expect(pickSlip(choose(undefined, 'large', 2), 'large')).toBeUndefined();
  });

  it('changes the answers of that model at that task only', async () => {
    const [slipped, other] = practiceModels as readonly [PracticeModel, PracticeModel];
    const slip = { model: slipped.id, task: 'arithmetic', skill: 0 };
    const [before, after] = [undefined, slip].map((one) => createPracticeBrain(examples, 1, one));
    const answer = (model: PracticeModel) =>
      Promise.all(
        [before, after].map((brain) =>
          Promise.all(
            examples.map(({ prompt }) =>
              brain?.answer(model, { messages: promptMessages(prompt) }),
            ),
          ),
        ),
      );
    const [then, now] = await answer(slipped);
    const isRight = (text: string | undefined, index: number): boolean =>
      new RegExp(`(?<![-\\d.])${2 * index + 7}(?!\\d)`).test(text ?? '');
    expect(then?.filter(isRight).length).toBeGreaterThan(10);
    expect(now?.filter(isRight)).toEqual([]);
    const [same, again] = await answer(other);
    expect(again).toEqual(same);
  });
});
