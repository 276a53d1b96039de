import type { Draft, Picker, Template } from './draft.js';

const grader = { name: 'choice', choices: ['positive', 'negative', 'neutral'] } as const;

const subjects = [
  'the kettle',
  'this hotel',
  'the bicycle lock',
  'the audiobook',
  'your support team',
  'the ramen place',
  'the new keyboard',
  'the walking tour',
  'this raincoat',
  'the budgeting app',
  'the dentist',
  'the night bus',
  'the office chair',
  'that museum',
  'the yoga class',
  'the vacuum cleaner',
  'the bakery on the corner',
] as const;

const praise = [
  'could not have been better',
  'went beyond anything I had hoped for',
  'is worth every penny',
  'has made my mornings so much easier',
  'left me smiling all day',
  'is the best I have come across in years',
  'turned a bad week into a good one',
  'deserves far more than five stars',
  'was a delight from start to finish',
  'keeps impressing me, even after months',
] as const;

const blame = [
  'was nothing but trouble',
  'was a complete waste of money',
  'cost me a lot of time and nerves',
  'made me regret the whole evening',
  'is overpriced and unpleasant in every way',
  'never once did what it promised',
  'was so bad that I asked for a refund',
  'gave me a headache and nothing else',
  'let me down at the worst possible moment',
  'is the worst I have come across in years',
] as const;

const facts = [
  'is mentioned on page four of the brochure',
  'has been around since 2015',
  'was new to me',
  'can be paid for by card',
  'was on the list that my colleague sent',
  'is also advertised in the newspaper',
  'appears twice in the catalogue',
  'was the second one I tried this year',
  'is known under another name abroad',
  'was first announced in March',
] as const;

type Sentiment = 'positive' | 'negative' | 'neutral';

function review(picker: Picker): { readonly text: string; readonly sentiment: Sentiment } {
  const subject = picker.pick(subjects);
  const start = subject.charAt(0).toUpperCase() + subject.slice(1);
  const sentiment = picker.pick(['positive', 'negative', 'neutral'] as const);
  const [good, bad] = [picker.pick(praise), picker.pick(blame)];
  const [fact, otherFact] = picker.sample(facts, 2);
  if (sentiment === 'neutral')
    return { text: `${start} ${fact}. It also ${otherFact}.`, sentiment };
  const said = sentiment === 'positive' ? good : bad;
  const feared = sentiment === 'positive' ? 'a disappointment' : 'something wonderful';
  const text = picker.pick([
    `${start} ${said}.`,
    `I have to say that ${subject} ${said}!`,
    `${start} ${fact}, and it ${said}.`,
    `A friend had told me to expect ${feared}, but she was wrong: ${subject} ${said}.`,
    `Second time writing about this. ${start} ${said}, and I stand by that.`,
  ]);
  return { text, sentiment };
}

const wordings: readonly ((text: string) => string)[] = [
  (text) => `Is the following review positive, negative or neutral?\n\n${text}`,
  (text) => `"${text}"\n\nSentiment of the quote above? One of: positive, negative, neutral.`,
  (text) =>
    `Classify the tone of this customer comment as positive, negative or neutral. Reply with one word.\nComment: ${text}`,
  (text) =>
    `A user wrote: ${text}\nHow do they feel about it - positive, negative, or just neutral?`,
  (text) => `Label for our feedback dashboard (positive / negative / neutral), please:\n- ${text}`,
  (text) =>
    `Read this and tell me the writer's attitude in a single word, choosing from neutral, negative and positive.\n\n> ${text}`,
  (text) =>
    `text = ${JSON.stringify(text)}\nlabels = ["positive", "negative", "neutral"]\nWhich label fits the text?`,
  (text) =>
    `I sort survey replies into three piles: happy ones (positive), unhappy ones (negative) and plain statements (neutral). Which pile is this for? Use the word in brackets.\n${text}`,
  (text) => `Sentiment analysis. Input: ${text} Output (positive, negative or neutral):`,
];

export const sentimentTemplates: readonly Template[] = wordings.map(
  (wording) =>
    (picker: Picker): Draft => {
      const { text, sentiment } = review(picker);
      return { prompt: wording(text), reference: sentiment, grader };
    },
);
