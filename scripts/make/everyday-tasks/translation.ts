import type { Draft, Picker, Template } from './draft.js';

const languages = ['German', 'French', 'Spanish', 'Italian'] as const;

/** English, then German, French, Spanish and Italian; a bar separates words that are all right. */
const lexicon: readonly (readonly [string, string, string, string, string])[] = [
  ['house', 'Haus', 'maison', 'casa', 'casa'],
  ['window', 'Fenster', 'fenêtre', 'ventana', 'finestra'],
  ['bridge', 'Brücke', 'pont', 'puente', 'ponte'],
  ['bread', 'Brot', 'pain', 'pan', 'pane'],
  ['cheese', 'Käse', 'fromage', 'queso', 'formaggio'],
  ['water', 'Wasser', 'eau', 'agua', 'acqua'],
  ['milk', 'Milch', 'lait', 'leche', 'latte'],
  ['apple', 'Apfel', 'pomme', 'manzana', 'mela'],
  ['butterfly', 'Schmetterling', 'papillon', 'mariposa', 'farfalla'],
  ['dog', 'Hund', 'chien', 'perro', 'cane'],
  ['horse', 'Pferd', 'cheval', 'caballo', 'cavallo'],
  ['fish (the animal)', 'Fisch', 'poisson', 'pez|pescado', 'pesce'],
  ['tree', 'Baum', 'arbre', 'árbol', 'albero'],
  ['flower', 'Blume|Blüte', 'fleur', 'flor', 'fiore'],
  ['rain', 'Regen', 'pluie', 'lluvia', 'pioggia'],
  ['snow', 'Schnee', 'neige', 'nieve', 'neve'],
  ['cloud', 'Wolke', 'nuage', 'nube', 'nuvola'],
  ['moon', 'Mond', 'lune', 'luna', 'luna'],
  ['heart', 'Herz', 'cœur|coeur', 'corazón', 'cuore'],
  ['hand', 'Hand', 'main', 'mano', 'mano'],
  ['knife', 'Messer', 'couteau', 'cuchillo', 'coltello'],
  ['spoon', 'Löffel', 'cuillère|cuiller', 'cuchara', 'cucchiaio'],
  ['church', 'Kirche', 'église', 'iglesia', 'chiesa'],
  ['school', 'Schule', 'école', 'escuela', 'scuola'],
  ['book', 'Buch', 'livre', 'libro', 'libro'],
  ['letter (that you post)', 'Brief', 'lettre', 'carta', 'lettera'],
  ['key', 'Schlüssel', 'clé|clef', 'llave', 'chiave'],
  ['garden', 'Garten', 'jardin', 'jardín', 'giardino'],
  ['street', 'Straße|Strasse', 'rue', 'calle', 'strada|via'],
  ['island', 'Insel', 'île', 'isla', 'isola'],
  ['summer', 'Sommer', 'été', 'verano', 'estate'],
  ['winter', 'Winter', 'hiver', 'invierno', 'inverno'],
  ['yesterday', 'gestern', 'hier', 'ayer', 'ieri'],
  ['tomorrow', 'morgen', 'demain', 'mañana', 'domani'],
  ['white', 'weiß|weiss', 'blanc|blanche', 'blanco|blanca', 'bianco|bianca'],
  ['green', 'grün', 'vert|verte', 'verde', 'verde'],
  ['hunger', 'Hunger', 'faim', 'hambre', 'fame'],
  ['peace', 'Frieden', 'paix', 'paz', 'pace'],
  ['freedom', 'Freiheit', 'liberté', 'libertad', 'libertà'],
  ['thank you', 'danke', 'merci', 'gracias', 'grazie'],
  ['good night', 'gute Nacht', 'bonne nuit', 'buenas noches', 'buonanotte|buona notte'],
  ['to swim', 'schwimmen', 'nager', 'nadar', 'nuotare'],
  ['to sleep', 'schlafen', 'dormir', 'dormir', 'dormire'],
  ['to write', 'schreiben', 'écrire', 'escribir', 'scrivere'],
  ['eighty', 'achtzig', 'quatre-vingts|quatre-vingt|huitante|octante', 'ochenta', 'ottanta'],
  ['Thursday', 'Donnerstag', 'jeudi', 'jueves', 'giovedì'],
];

type Wording = (word: string, language: string) => string;

const intoWordings: readonly Wording[] = [
  (word, language) => `How do you say "${word}" in ${language}?`,
  (word, language) => `Translate into ${language}: ${word}`,
  (word, language) =>
    `I'm learning ${language}. What's the word for "${word}"? Just the word, please.`,
  (word, language) => `What would someone in a ${language} class write for the English "${word}"?`,
  (word, language) => `Flash card, English to ${language}. Front: ${word}. Back:`,
  (word, language) => `Give the ${language} translation of "${word}" and nothing more.`,
  (word, language) =>
    `My ${language} neighbour doesn't understand me when I say "${word}". Which word should I use instead?`,
  (word, language) => `Fill the gap in my vocabulary list (${language}): ${word} = ____`,
];

const outOfWordings: readonly Wording[] = [
  (word, language) => `What does the ${language} "${word}" mean in English?`,
  (word, language) => `I saw "${word}" on a sign; it is ${language}, I believe. English, please?`,
  (word, language) => `${language} to English, one entry: ${word}`,
  (word, language) => `Which English word corresponds to "${word}" (${language})?`,
];

/** Words with several right translations into English are asked for in one direction only. */
const intoEnglish = lexicon.filter(
  ([english]) => !/[(]|^to |tomorrow|street|eighty|thank|freedom/.test(english),
);

function into(wording: Wording): Template {
  return (picker: Picker): Draft => {
    const column = picker.integer(0, languages.length - 1);
    const [english, ...foreign] = picker.pick(lexicon);
    return {
      prompt: wording(english, languages[column] as string),
      reference: (foreign[column] as string).split('|'),
      grader: { name: 'contains', all: false, wholeWords: true },
    };
  };
}

function outOf(wording: Wording): Template {
  return (picker: Picker): Draft => {
    const column = picker.integer(0, languages.length - 1);
    const [english, ...foreign] = picker.pick(intoEnglish);
    const [word] = (foreign[column] as string).split('|');
    return {
      prompt: wording(word as string, languages[column] as string),
      reference: english,
      grader: { name: 'contains', wholeWords: true },
    };
  };
}

export const translationTemplates: readonly Template[] = [
  ...intoWordings.map(into),
  ...outOfWordings.map(outOf),
];
