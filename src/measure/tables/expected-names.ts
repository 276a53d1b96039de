/** Words that say on their own that a column holds what is expected. */
const words =
  'expected|expectations?|reference|gold(?:en)?|ground_?truths?|truth|targets?|ideal|' +
  'erwartet(?:e[rs]?)?|attendue?s?|esperad[ao]s?|attes[ao]';
/** Words that do so only beside a word for an answer: `ref` is a number of a ticket, `correct` a grade. */
const adjectives = `${words}|ref|correct|desired|best|human|true`;
const answers =
  'answers?|outputs?|responses?|results?|text|value|completions?|solutions?|' +
  'antwort(?:en)?|ausgabe|losung|ergebnis|reponses?|sortie|resultat|respuestas?|salida|resultado|resposta|risposta';
const named = new RegExp(
  `^(?:(?:${words})|(?:${adjectives})_(?:${answers})|(?:ground_?truth|truth|gold(?:en)?)_(?:ref|reference|label)|` +
    `(?:${answers})_(?:${words})|(?:muster|soll)_?(?:${answers}))$`,
);

/** Whether the normalized name of a column says that it holds what is expected, and not just an answer. */
export function isExpectedName(name: string): boolean {
  return named.test(name);
}
