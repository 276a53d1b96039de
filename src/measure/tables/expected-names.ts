/** Words that say on their own that a column holds what is expected. */
const words =
  'expected|reference|gold(?:en)?|ground_?truths?|truth|targets?|ideal|' +
  'erwartet(?:e[rs]?)?|attendue?s?|esperad[ao]s?|attes[ao]';
/** Words that do so only beside a word for an answer: `ref` is a number of a ticket, `correct` a grade. */
const adjectives = `${words}|ref|correct|desired|human|true`;
/** Not "text", which is a passage as well, nor "value" and "result", which may grade. */
const answers =
  'answers?|outputs?|responses?|completions?|solutions?|' +
  'antwort(?:en)?|ausgabe|losung|ergebnis|reponses?|sortie|resultat|respuestas?|salida|resultado|resposta|risposta';
const bare = new RegExp(`^(?:${words})$`);
const named = new RegExp(
  `^(?:(?:${adjectives})_(?:${answers})|(?:ground_?truth|truth|gold(?:en)?)_label|` +
    `(?:${answers})_(?:expected|gold|ideal|ground_?truth|erwartet|attendue?s?|esperad[ao]s?|attes[ao])|` +
    `(?:muster|soll)_?(?:${answers}))$`,
);

/** Whether a whole, normalized name is a word for what is expected. `Reference (URL)` is none. */
export function isExpectedWord(name: string): boolean {
  return bare.test(name);
}

/** Whether a normalized name says that a column holds expected answers, such as `gold_answer`. */
export function namesExpectedAnswer(name: string): boolean {
  return named.test(name);
}
