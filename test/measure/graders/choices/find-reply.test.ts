import { describe, expect, it } from 'vitest';
import { choiceGrader } from '../../../../src/measure/graders/choice.js';
import { listRight } from '../../../support/read-choices.js';

const replies = ['yes', 'no'];

describe('the choice grader, where an answer replies yes or no', () => {
  it.each([
    ['Unfortunately, no. You would need to say yes to the terms first.', 'no'],
    ['Based on the passage, no. The author says yes only in chapter 2.', 'no'],
    ['Actually, yes. She never said no.', 'yes'],
    ['Legally, no. A yes from the landlord would be needed.', 'no'],
    ['Generally, no. Some say yes, though.', 'no'],
    ['I would say no. A yes would need a signature.', 'no'],
    ['Sorry, no. You answered yes to question 4.', 'no'],
    ['In most states, **no**. A few cities say yes.', 'no'],
    ['Sadly, no - a yes vote requires a quorum.', 'no'],
    ['Fortunately, yes. There is no fee.', 'yes'],
  ])('reads %j as %s', (answer, right) => {
    expect(listRight(answer, replies)).toEqual([right]);
  });

  it.each([
    ['Leider nein. Man müsste erst ja sagen.', ['ja', 'nein'], 'nein'],
    ['Grundsätzlich, ja. Er hat nie nein gesagt.', ['ja', 'nein'], 'ja'],
    ['Malheureusement, non. Il faudrait dire oui.', ['oui', 'non'], 'non'],
    ['Lamentablemente, no. Dijo sí en otro capítulo.', ['sí', 'no'], 'no'],
    ['Purtroppo no. Dice sì solo nel secondo capitolo.', ['sì', 'no'], 'no'],
  ])('reads %j with %j as %s', (answer, choices, right) => {
    expect(listRight(answer, choices)).toEqual([right]);
  });

  it.each([
    ['No. She said yes later.', 'no'],
    ['Yes, no doubt about it.', 'yes'],
    ['The answer is no, although some say yes.', 'no'],
    ['No, the text never says yes.', 'no'],
    ['Yes - there is no fee.', 'yes'],
    ['After all that, my answer is yes.', 'yes'],
    ['He said no at first. The answer is yes.', 'yes'],
    ['There is no fee, so yes.', 'yes'],
  ])('still reads %j as %s', (answer, right) => {
    expect(listRight(answer, replies)).toEqual([right]);
  });

  it.each([
    'For adults, yes. For children, no.',
    'In summer, yes. In winter, no.',
    'In theory, yes; in practice, no.',
  ])('does not choose between the replies of %j', (answer) => {
    expect(listRight(answer, replies)).not.toEqual(['yes']);
  });
});

describe('the choice grader, where a first reply only concedes something', () => {
  it.each([
    ['At first glance, yes. Reading closely, she never left. Thus no.', replies, 'no'],
    ['In theory, yes. In practice it does not work, so no.', replies, 'no'],
    ['Legally, yes. The passage says otherwise, so no.', replies, 'no'],
    ["Initially, yes. She isn't anymore. So the correct response is no", replies, 'no'],
    [
      'Whales live in water, true. They are not fish, so the statement is false.',
      ['true', 'false'],
      'false',
    ],
    [
      'Rome is in Italy, true. But the statement says Spain, so it is false',
      ['true', 'false'],
      'false',
    ],
    [
      'Auf den ersten Blick, ja. Im Text steht aber das Gegenteil, also nein.',
      ['ja', 'nein'],
      'nein',
    ],
    ['En théorie, oui. En pratique, le texte dit le contraire, donc non.', ['oui', 'non'], 'non'],
    ['En teoría, sí. El texto dice lo contrario, así que no.', ['sí', 'no'], 'no'],
  ])('reads the reply that %j comes to', (answer, choices, right) => {
    expect(listRight(answer, choices)).toEqual([right]);
  });

  it.each(['Technically, yes. But I have to say no.'])(
    'does not keep to the first reply of %j',
    (answer) => {
      expect(listRight(answer, replies)).not.toEqual(['yes']);
    },
  );
});

const nouns = ['the trophy', 'the suitcase'];

describe('the choice grader, where a question is what a word refers to', () => {
  it.each([
    '"It" refers to the trophy. The trophy does not fit because the trophy is too big.',
    '"It" refers to the trophy. The trophy doesn\'t fit into the suitcase because the trophy is too big.',
    'It refers to **the trophy**, because the trophy is too large to fit in the suitcase.',
    'The pronoun refers to the trophy, since the suitcase is too small.',
    'The trophy is too big, so it does not fit in the suitcase.',
    'The trophy. It does not fit into the suitcase.',
    'The trophy, not the suitcase.',
    'It is the trophy that is too big for the suitcase.',
  ])('reads the trophy from %j', (answer) => {
    expect(listRight(answer, nouns)).toEqual(['the trophy']);
  });

  it.each([
    ['Positive is too strong; neutral.', ['positive', 'negative', 'neutral'], 'neutral'],
    [
      'It refers to positive experiences, but the tone is negative.',
      ['positive', 'negative'],
      'negative',
    ],
    [
      '"Sie" bezieht sich auf die Ärztin. Die Pflegerin dankte ihr.',
      ['die Ärztin', 'die Pflegerin'],
      'die Ärztin',
    ],
    ["« Elle » renvoie à Marie. Anne l'avait aidée.", ['Marie', 'Anne'], 'Marie'],
    ['"Ella" se refiere a María. Ana la ayudó.', ['María', 'Ana'], 'María'],
  ])('reads %j with %j as %s', (answer, choices, right) => {
    expect(listRight(answer, choices)).toEqual([right]);
  });
});

describe('the choice grader, where what a word refers to is supposed or ascribed', () => {
  const women = ['Mary', 'Jane'];

  it.each([
    [
      'Some think "it" refers to the trophy. Actually, the suitcase is meant.',
      nouns,
      'the suitcase',
    ],
    ['If she refers to Mary, the sentence makes no sense. Jane is meant.', women, 'Jane'],
    ['It is unlikely that "she" refers to Mary. More likely is Jane.', women, 'Jane'],
    ['Nobody would say that "she" refers to Mary. Jane is thankful.', women, 'Jane'],
    [
      'If "it" refers to the trophy, it makes no sense; so "it" refers to the suitcase.',
      nouns,
      'the suitcase',
    ],
    ['Quindi "lei" si riferisce a Mary. Jane ha aiutato Mary.', women, 'Mary'],
  ])('reads %j with %j as %s', (answer, choices, right) => {
    expect(listRight(answer, choices)).toEqual([right]);
  });

  it('does not choose between two words', () => {
    const answer = 'The first "she" refers to Mary. The second "she" means Jane.';
    expect(listRight(answer, women)).not.toEqual(['Mary']);
  });
});

describe('the choice grader, where an answer goes on after it is stated', () => {
  const planets = ['Mercury', 'Venus', 'Earth', 'Mars'];
  const languages = ['English', 'French', 'German'];
  const scores = ['1', '2', '3', '4', '5'];

  it.each([
    ['Some words are in English. The text is in French.', languages, 'French'],
    ['Its neighbor is Earth. The Red Planet is Mars.', planets, 'Mars'],
    ['French. In English it means "the cat sleeps".', languages, 'French'],
    ['4 – good, but there are 2 typos', scores, '4'],
    ['4 - good, but rather 3.', scores, '3'],
    ['4, because of 2 typos', scores, '4'],
    ['The text is in French, not in English.', languages, 'French'],
    ['The text is English. On balance, French.', languages, 'French'],
    ['The title is English. The label should therefore be French', languages, 'French'],
    ['The title is English. All things considered, I label it French', languages, 'French'],
    ['The title is 2. The plot is 3. Overall: 4.', scores, '4'],
    ['It was written in English. It was translated to French.', languages, 'French'],
  ])('reads %j with %j as %s', (answer, choices, right) => {
    expect(listRight(answer, choices)).toEqual([right]);
  });

  it.each([
    ['The Red Planet is Mars. Its neighbors are Earth and Jupiter.', planets],
    ['The text is in French. English translation: "The cat sleeps."', languages],
  ])('does not take the remark for the answer of %j', (answer, choices) => {
    expect(listRight(answer, choices)).toBe(null);
  });

  it('reads the letter to which a correction comes', () => {
    const answer =
      'The answer is B... Actually no, re-reading the question, it asks for the least likely, which is C.';
    expect(choiceGrader.grade({ answer, reference: 'C', options: {} })).toMatchObject({
      quality: 1,
    });
  });
});
