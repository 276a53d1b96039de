import { exact, type Draft, type Picker, type Template } from './draft.js';

/** Each sentence belongs to one topic beyond doubt. */
const sentencesByTopic: Readonly<Record<string, readonly string[]>> = {
  sports: [
    'The goalkeeper saved two penalties in extra time.',
    'She set a personal best in the 400 metre hurdles.',
    'The coach substituted the striker at half-time.',
    'After a tie-break in the third set, the match went to the Swede.',
    'The cyclist lost the yellow jersey on the last climb.',
    'Our volleyball team was relegated after losing the last set.',
    'The marathon was won with a sprint over the final 200 metres.',
    'The referee showed a red card before the corner kick.',
  ],
  finance: [
    'The central bank raised its key interest rate by a quarter point.',
    'Shareholders will receive a dividend of two euros per share.',
    'The bond market reacted calmly to the rating downgrade.',
    'He moved his savings into an index fund with low fees.',
    'Quarterly earnings fell short of what analysts had forecast.',
    'The mortgage is fixed at three percent for ten years.',
    'The startup closed its seed round at a lower valuation.',
    'Currency traders sold the yen against the dollar.',
  ],
  cooking: [
    'Simmer the onions in butter until they turn golden.',
    'Fold the egg whites gently into the batter.',
    'Let the dough rise for an hour under a damp cloth.',
    'Season the broth with ginger, lime and a pinch of salt.',
    'Preheat the oven and grease a shallow baking dish.',
    'Whisk the vinaigrette before you dress the salad.',
    'Deglaze the pan with white wine and reduce the sauce.',
    'Marinate the tofu overnight in soy sauce and garlic.',
  ],
  travel: [
    'The ferry to the island leaves from pier three at noon.',
    'Travellers need a visa and a passport valid for six months.',
    'Our hostel in the old town has lockers and a roof terrace.',
    'The night train crosses two borders before it reaches the coast.',
    'Their luggage was left behind at the transfer airport.',
    'The guidebook recommends the coastal trail in late spring.',
    'We booked a window seat and an aisle seat on the morning flight.',
    'The tour bus stops at three viewpoints on the way to the lagoon.',
  ],
  health: [
    'The nurse measured his blood pressure twice.',
    'A course of antibiotics usually lasts seven days.',
    'Patients with asthma should keep their inhaler at hand.',
    'The vaccine is given as an injection into the upper arm.',
    'Her physiotherapist showed her exercises for the sprained ankle.',
    'Fever and a rash may be signs of measles.',
    'The clinic offers free hearing tests for people over sixty.',
    'Lack of vitamin D can weaken the bones.',
  ],
  technology: [
    'The update patches a security hole in the browser.',
    'The new processor has eight cores and a larger cache.',
    'Developers can call the service through a REST interface.',
    'Back up the database before you migrate the server.',
    'The phone supports wireless charging and two SIM cards.',
    'A firmware bug made the router drop its connection.',
    'The compiler reports a type error in line twelve.',
    'Her laptop encrypts the hard disk by default.',
  ],
  gardening: [
    'Prune the roses in late winter, just above a bud.',
    'Tomato seedlings should be hardened off before planting out.',
    'Mulch keeps the flower bed moist during dry weeks.',
    'Slugs love young lettuce, so check under the leaves at dusk.',
    'The compost heap needs both kitchen scraps and dry leaves.',
    'Plant tulip bulbs in autumn, three times as deep as they are tall.',
    'The hedge should be trimmed once the birds have fledged.',
    'Repot the fern when its roots fill the pot.',
  ],
  law: [
    'The court of appeal overturned the verdict.',
    'The tenant may terminate the lease with three months notice.',
    'Her lawyer filed a motion to dismiss the lawsuit.',
    'The contract is void unless both parties sign it.',
    'The witness testified under oath for two hours.',
    'Parliament amended the statute on data protection.',
    'The judge granted the defendant bail.',
    'Trademark owners can demand damages for infringement.',
  ],
};

const topics = Object.keys(sentencesByTopic);

type Wording = (text: string, labels: string) => string;

const wordings: readonly Wording[] = [
  (text, labels) =>
    `Pick the topic of this sentence from the list (${labels}). Reply with the topic only.\n\n${text}`,
  (text, labels) =>
    `${text}\n\nWhich section of the newspaper is that from: ${labels}? Just the name of the section.`,
  (text, labels) => `Categories: ${labels}.\nText: ${text}\nCategory (one word):`,
  (text, labels) =>
    `You route messages to departments. Departments: ${labels}. Message: "${text}" Name the department and say nothing else.`,
  (text, labels) =>
    `Tag the note below with exactly one of these tags - ${labels} - and output nothing but the tag.\nNote: ${text}`,
  (text, labels) => `One word is enough: is "${text}" about ${labels}?`,
  (text, labels) =>
    `I file clippings into folders called ${labels}. Into which folder does the following go? Give the folder's name alone.\n\n${text}`,
  (text, labels) =>
    `Topic classification.\nAllowed answers: ${labels}\nSentence: ${text}\nAnswer with the label and no punctuation.`,
  (text, labels) =>
    `Here is a line from an article: ${text} What is the article about? Choose among ${labels}, and write only your choice.`,
];

export const topicTemplates: readonly Template[] = wordings.map(
  (wording) =>
    (picker: Picker): Draft => {
      const [topic, ...others] = picker.sample(topics, picker.integer(4, 6));
      const text = picker.pick(sentencesByTopic[topic ?? ''] ?? []);
      const labels = picker.sample([topic ?? '', ...others], topics.length).join(', ');
      return { prompt: wording(text, labels), reference: topic ?? '', grader: exact };
    },
);
