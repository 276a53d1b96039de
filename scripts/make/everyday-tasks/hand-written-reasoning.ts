import { exact, numeric, type HandWritten } from './draft.js';

const letter = { name: 'choice' } as const;

/** Sums, conversions, logic and code, written one by one in the languages that people also ask in. */
export const handWrittenReasoning: readonly HandWritten[] = [
  {
    task: 'arithmetic',
    language: 'de',
    prompt:
      'Ein Kilo Kirschen kostet 6,40 Euro. Was kosten anderthalb Kilo? Bitte nur den Betrag in Euro.',
    reference: 9.6,
    grader: numeric,
  },
  {
    task: 'arithmetic',
    language: 'fr',
    prompt:
      'Une salle compte 18 rangées de 24 sièges, dont 37 sont cassés. Combien de sièges peut-on utiliser ?',
    reference: 395,
    grader: numeric,
  },
  {
    task: 'arithmetic',
    language: 'es',
    prompt:
      'Lucía ahorra 45 euros al mes. ¿Cuánto dinero habrá ahorrado al cabo de dos años y medio?',
    reference: 1350,
    grader: numeric,
  },
  {
    task: 'arithmetic',
    language: 'zh',
    prompt: '小明有128元，买了3本书，每本27元。他还剩多少钱？只回答数字。',
    reference: 47,
    grader: numeric,
  },
  {
    task: 'arithmetic',
    language: 'it',
    prompt:
      'Un treno parte alle 14:50 e arriva alle 17:25 dello stesso giorno. Quanti minuti dura il viaggio?',
    reference: 155,
    grader: numeric,
  },
  {
    task: 'unit-conversion',
    language: 'de',
    prompt: 'Wie viele Sekunden hat eine Dreiviertelstunde? Antworte nur mit der Zahl.',
    reference: 2700,
    grader: numeric,
  },
  {
    task: 'unit-conversion',
    language: 'fr',
    prompt: 'Combien de mètres carrés y a-t-il dans 2,5 hectares ? Donnez seulement le nombre.',
    reference: 25000,
    grader: numeric,
  },
  {
    task: 'unit-conversion',
    language: 'es',
    prompt:
      'La receta pide 350 gramos de harina por persona y somos 6. ¿Cuántos kilogramos son en total?',
    reference: 2.1,
    grader: numeric,
  },
  {
    task: 'unit-conversion',
    language: 'ja',
    prompt: '摂氏25度は華氏何度ですか。数字だけで答えてください。',
    reference: 77,
    grader: numeric,
  },
  {
    task: 'unit-conversion',
    language: 'pt',
    prompt: 'Quantos mililitros há em três quartos de litro? Responda só com o número.',
    reference: 750,
    grader: numeric,
  },
  {
    task: 'logic',
    language: 'de',
    prompt:
      'Anna sitzt links von Bernd, und Bernd sitzt links von Clara. Wer sitzt ganz rechts?\nA) Anna\nB) Bernd\nC) Clara\nAntworte nur mit dem Buchstaben.',
    reference: 'C',
    grader: letter,
  },
  {
    task: 'logic',
    language: 'fr',
    prompt:
      'Si avant-hier était un vendredi, quel jour serons-nous demain ?\nA) dimanche\nB) lundi\nC) mardi\nD) samedi\nRépondez par une lettre.',
    reference: 'B',
    grader: letter,
  },
  {
    task: 'logic',
    language: 'es',
    prompt:
      'Todos los gatos de Marta son negros. Tina es una gata blanca. ¿Qué se deduce?\nA) Tina es de Marta\nB) Tina no es de Marta\nC) No se puede saber\nResponde con la letra.',
    reference: 'B',
    grader: letter,
  },
  {
    task: 'logic',
    language: 'it',
    prompt:
      'Quale numero continua la serie 3, 6, 12, 24?\nA) 30\nB) 36\nC) 48\nD) 27\nSolo la lettera.',
    reference: 'C',
    grader: letter,
  },
  {
    task: 'logic',
    language: 'en',
    prompt:
      'A bat and a ball cost 1.10 together, and the bat costs 1.00 more than the ball. What does the ball cost?\nA) 0.10\nB) 0.05\nC) 0.15\nD) 0.01',
    reference: 'B',
    grader: letter,
  },
  {
    task: 'code-reading',
    language: 'de',
    prompt:
      'Was gibt dieses Programm aus? Nur die Ausgabe.\n\n```python\nx = [1, 2, 3]\ny = x\ny.append(4)\nprint(len(x))\n```',
    reference: '4',
    grader: exact,
  },
  {
    task: 'code-reading',
    language: 'fr',
    prompt:
      'Qu\'affiche ce script ? Donnez uniquement le résultat.\n\n```javascript\nconsole.log([10, 9, 1].sort().join(" "));\n```',
    reference: '1 10 9',
    grader: exact,
  },
  {
    task: 'code-reading',
    language: 'es',
    prompt:
      '¿Qué imprime este código? Escribe solo la salida.\n\n```python\nprint("ab" * 3 + "c")\n```',
    reference: 'abababc',
    grader: exact,
  },
  {
    task: 'code-reading',
    language: 'en',
    prompt: 'What does this print? Just the output.\n\n```python\nprint(7 // 2, -7 // 2)\n```',
    reference: '3 -4',
    grader: exact,
  },
  {
    task: 'code-reading',
    language: 'en',
    prompt:
      'Output of this snippet, and nothing else?\n\n```javascript\nconsole.log(typeof null, [] + []);\n```\n(Trailing white space does not matter.)',
    reference: 'object',
    grader: exact,
  },
];
