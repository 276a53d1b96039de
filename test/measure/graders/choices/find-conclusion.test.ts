import { describe, expect, it } from 'vitest';
import { readChoices } from '../../../support/read-choices.js';

const responses = ['Response A', 'Response B', 'Tie'];
const frameworks = ['React', 'Vue', 'Svelte'];
const planets = ['Mercury', 'Venus', 'Earth', 'Mars', 'Jupiter', 'Saturn'];
const cities = ['Paris', 'Lyon', 'Berlin', 'Rome'];
const levels = ['low', 'medium', 'high'];
const tones = ['positive', 'negative', 'neutral'];
const stimmung = ['positiv', 'negativ', 'neutral'];

describe('the choice grader, where an answer begins with a sentence about a choice', () => {
  it.each([
    [
      'Response A is accurate but verbose. Response B is accurate and concise. I prefer Response B.',
      responses,
      'Response B',
    ],
    ['Response A has a factual error. So Response B wins.', responses, 'Response B'],
    ['Response A is more accurate. So it beats Response B.', responses, 'Response A'],
    ['Response A is complete. Therefore, it outperforms Response B.', responses, 'Response A'],
    [
      'React has the largest community. So it is easier to hire for compared with Vue.',
      frameworks,
      'React',
    ],
    ['Response A is good.\n\nResponse B is better.', responses, 'Response B'],
    ['Response A is long. Overall, Response B is the better response.', responses, 'Response B'],
    [
      'Bug reports describe broken behavior. This asks for dark mode. Label: feature',
      ['bug', 'feature', 'question'],
      'feature',
    ],
    [
      'Bug reports describe broken behavior, so this is a feature request.',
      ['bug', 'feature', 'question'],
      'feature',
    ],
    ['Spam would contain a link. This is a normal message, so ham.', ['spam', 'ham'], 'ham'],
    [
      'Safe completions would refuse. This one gives instructions for a bomb: unsafe.',
      ['safe', 'unsafe'],
      'unsafe',
    ],
    [
      'Mercury is closest to the Sun, but Venus keeps its heat. So the hottest planet is Venus.',
      planets,
      'Venus',
    ],
    ['React is popular. Vue is easy.\n\n- **Winner:** Svelte', frameworks, 'Svelte'],
    ['React is popular.\n\n- Vue: easy\n- React: heavy\n\nSo Svelte.', frameworks, 'Svelte'],
    ['React is popular. Overall: Svelte.', frameworks, 'Svelte'],
    ['Human texts have typos. This one has none. AI.', ['human', 'ai'], 'ai'],
    ['React is popular but heavy. Vue is easy to learn. So Svelte.', frameworks, 'Svelte'],
    ['React is popular but heavy. Vue is easy to learn. My pick: Svelte', frameworks, 'Svelte'],
    [
      'React is popular but heavy. Vue is easy. I recommend Svelte for this project. It is small.',
      frameworks,
      'Svelte',
    ],
    ['React ist verbreitet. Vue ist leicht zu lernen. Daher Svelte.', frameworks, 'Svelte'],
    ['React est populaire. Vue est simple. Je recommande Svelte.', frameworks, 'Svelte'],
    ['React es popular. Vue es fácil. Por lo tanto, Svelte.', frameworks, 'Svelte'],
    ['React è diffuso. Vue è semplice. Quindi Svelte.', frameworks, 'Svelte'],
    ['React很流行，但比较重。Vue容易学。所以我推荐Svelte。', frameworks, 'Svelte'],
  ])('reads %j with %j as the choice that it comes to', (answer, choices, right) => {
    expect(readChoices(answer, choices)).toEqual({ right: [right], possible: [] });
  });

  it.each([
    ['High priority\n\n**Confidence:** low', levels, 'high'],
    ['High severity: data is lost.\n\n- Confidence: low', levels, 'high'],
    ['High priority because production is down. Effort: low.', levels, 'high'],
    ['High priority because production is down. Overall effort: low.', levels, 'high'],
    ['High difficulty. My confidence is low.', levels, 'high'],
    ['Positive sentiment.\n\n**Secondary sentiment:** neutral', tones, 'positive'],
    ['Response A is clearer.\n\n**Rejected:** Response B', responses, 'Response A'],
    ['Response A is clearer.\n\n1. Response A\n2. Response B', responses, 'Response A'],
    ['Response A is clearer.\n\nRanking: 1. Response A 2. Response B', responses, 'Response A'],
    ['Response A is better. Winner: Response A. Loser: Response B.', responses, 'Response A'],
    ['Response A handles edge cases. The weaker one is Response B.', responses, 'Response A'],
    ['Paris is the capital of France.\n\nA. Paris\nB. Lyon\nC. Rome', cities, 'Paris'],
    ['Paris is the capital of France.\n\n**Incorrect:** Lyon', cities, 'Paris'],
    ['Paris is the capital of France.\n\nItaly → Rome', cities, 'Paris'],
    ['High severity issue. This ticket has reproducibility: low', levels, 'high'],
    ['Venus is hottest. This contrasts with the closest planet: Mercury', planets, 'Venus'],
    ['Venus is the hottest planet. Closest to the Sun: Mercury.', planets, 'Venus'],
    ['Paris is the capital of France. Lyon is the third-largest city.', cities, 'Paris'],
    ['Paris is the capital of France. It is larger than Lyon.', cities, 'Paris'],
    ['Paris is the capital of France, not Lyon.', cities, 'Paris'],
    ['Paris is the capital of France. The Spree flows through Berlin.', cities, 'Paris'],
    ['Paris ist die Hauptstadt von Frankreich. Lyon ist kleiner.', cities, 'Paris'],
    ['Paris est la capitale de la France. Lyon est plus petite.', cities, 'Paris'],
    ['Paris es la capital de Francia. Lyon es más pequeña.', cities, 'Paris'],
    ['Paris è la capitale della Francia. Roma è la capitale dell’Italia.', cities, 'Paris'],
    ['Mars is the Red Planet. It lies between Earth and Jupiter.', planets, 'Mars'],
    ['Jupiter is the largest planet. It has more moons than Mars.', planets, 'Jupiter'],
    ['Jupiter is the largest planet. Saturn comes next in size.', planets, 'Jupiter'],
    [
      'React is the best choice here. If you need a small bundle, I recommend Svelte.',
      frameworks,
      'React',
    ],
    ['React is the best choice. Alternatively, go with Vue.', frameworks, 'React'],
    ['React fits best, so do not use Vue.', frameworks, 'React'],
    [
      'Positive overall. The only complaint is about negative space in the layout.',
      tones,
      'positive',
    ],
    ['Positive sentiment dominates. So it is not negative.', tones, 'positive'],
    ['Positive words prevail, so I would not call it negative.', tones, 'positive'],
    ['Positive, because the reviewer praises it. A negative word is missing.', tones, 'positive'],
    ['Negativ ist der Ton durchweg. Daher nicht neutral.', stimmung, 'negativ'],
    ['Neutral bleibt der Text, ohne ein positives Wort.', stimmung, 'neutral'],
  ])('keeps to the opening of %j with %j', (answer, choices, right) => {
    expect(readChoices(answer, choices)).toEqual({ right: [right], possible: [] });
  });

  it.each([
    [
      'Mercury is the closest planet to the Sun. However, Venus is the hottest because of its air.',
      planets,
      ['Mercury', 'Venus'],
    ],
    [
      'Response A is accurate. Response B is better formatted.',
      responses,
      ['Response A', 'Response B'],
    ],
  ])('holds %j with %j to be ambiguous', (answer, choices, possible) => {
    expect(readChoices(answer, choices)).toEqual({ right: [], possible });
  });

  it.each([
    'Berlin ist groß, aber Paris passt besser.',
    'Berlin ist groß, jedoch passt Paris besser.',
    'Berlin ist groß, allerdings passt Paris besser.',
    'Berlin ist groß, doch Paris passt besser.',
    'Berlin est grande, mais Paris est la capitale.',
    'Berlin est grande, cependant Paris est la capitale.',
    'Berlin est grande, pourtant Paris est la capitale.',
    'Berlin es grande, pero Paris es la capital.',
    'Berlin es grande, sin embargo Paris es la capital.',
    'Berlin è grande, però Paris è la capitale.',
    'Berlin è grande, tuttavia Paris è la capitale.',
    'Berlin é grande, porém Paris é a capital.',
    'Berlin is groot, maar Paris is de hoofdstad.',
    'Berlin很大，但是Paris是首都。',
  ])('reads what follows the contrast in %j', (answer) => {
    expect(readChoices(answer, cities)).toEqual({ right: ['Paris'], possible: [] });
  });

  it.each([
    ['Positive, though negative in one point.', ['positive'], []],
    ['Positive, still with a negative remark.', ['positive'], []],
    ['Positive, but one remark is negative.', [], ['positive', 'negative']],
    ['Positive, however there is a negative remark.', [], ['positive', 'negative']],
    ['Positive. But the delivery was negative for some.', ['positive'], []],
  ])('weighs a label against the concession behind it in %j', (answer, right, possible) => {
    expect(readChoices(answer, tones)).toEqual({ right, possible });
  });
});
