import { exact, type HandWritten } from './draft.js';

const sentiment = (...choices: string[]) => ({ name: 'choice', choices });
const anyOf = { name: 'contains', all: false, wholeWords: true } as const;
/** For scripts without spaces between words. */
const anyOfInside = { name: 'contains', all: false } as const;

/** Tasks about texts, written one by one in the languages that people also ask in. */
export const handWrittenLanguage: readonly HandWritten[] = [
  {
    task: 'sentiment',
    language: 'de',
    prompt:
      'Ist diese Bewertung positiv, negativ oder neutral? "Drei Wochen gewartet, dann kam das falsche Modell, und am Telefon wurde ich ausgelacht."',
    reference: 'negativ',
    grader: sentiment('positiv', 'negativ', 'neutral'),
  },
  {
    task: 'sentiment',
    language: 'fr',
    prompt:
      'Avis client : « Un accueil chaleureux, une chambre impeccable, nous reviendrons sans hésiter ! » Le ton est-il positif, négatif ou neutre ?',
    reference: 'positif',
    grader: sentiment('positif', 'négatif', 'neutre'),
  },
  {
    task: 'sentiment',
    language: 'es',
    prompt:
      'Clasifica el comentario como positivo, negativo o neutro: "La tienda abre de lunes a viernes y tiene dos plantas."',
    reference: 'neutro',
    grader: sentiment('positivo', 'negativo', 'neutro'),
  },
  {
    task: 'sentiment',
    language: 'zh',
    prompt: '这条评论是正面、负面还是中性？“菜又冷又咸，服务员还不理人，再也不会来了。”',
    reference: '负面',
    grader: sentiment('正面', '负面', '中性'),
  },
  {
    task: 'sentiment',
    language: 'en',
    prompt:
      'positive, negative or neutral? "Oh great, it crashed again. Exactly what I needed five minutes before the demo."',
    reference: 'negative',
    grader: sentiment('positive', 'negative', 'neutral'),
  },
  {
    task: 'topic',
    language: 'de',
    prompt:
      'Ordne den Satz einem Thema zu (Sport, Wirtschaft, Wetter, Kultur) und nenne nur das Thema: "Am Abend ziehen von Westen Gewitter mit Starkregen auf."',
    reference: 'Wetter',
    grader: exact,
  },
  {
    task: 'topic',
    language: 'fr',
    prompt:
      "Rubriques : politique, cuisine, santé, sport. Dans laquelle ranger « Faites revenir les échalotes avant d'ajouter le vin blanc » ? Un seul mot.",
    reference: 'cuisine',
    grader: exact,
  },
  {
    task: 'topic',
    language: 'es',
    prompt:
      'Elige una etiqueta (economía, deporte, música, ciencia) para: "La orquesta ensaya la sinfonía con un nuevo director." Responde solo con la etiqueta.',
    reference: 'música',
    grader: exact,
  },
  {
    task: 'topic',
    language: 'it',
    prompt:
      'Argomento tra calcio, finanza, giardinaggio e viaggi: "Il portiere ha parato un rigore al novantesimo." Scrivi soltanto l\'argomento.',
    reference: 'calcio',
    grader: exact,
  },
  {
    task: 'topic',
    language: 'ja',
    prompt:
      '次の文の分野を「料理・天気・経済・音楽」から一つ選び、その語だけを書いてください。「中央銀行は政策金利を引き上げた。」',
    reference: '経済',
    grader: exact,
  },
  {
    task: 'extraction',
    language: 'de',
    prompt:
      'Sehr geehrte Damen und Herren, meine Kundennummer lautet 77-4301-K und ich möchte zum 30. September kündigen. Mit freundlichen Grüßen, Anke Wolff.\n\nGib nur die Kundennummer aus.',
    reference: '77-4301-K',
    grader: exact,
  },
  {
    task: 'extraction',
    language: 'fr',
    prompt:
      'Le rendez-vous de Mme Lefèvre est reporté du mardi 4 au jeudi 13 mars, à 15 h, salle B12. Dans quelle salle a-t-il lieu ? Répondez uniquement par le nom de la salle.',
    reference: ['B12', 'salle B12', 'la salle B12'],
    grader: exact,
  },
  {
    task: 'extraction',
    language: 'es',
    prompt:
      'Del texto, copia solo la matrícula: "El coche gris con matrícula 4821 KLM estuvo aparcado junto al número 17 hasta las ocho."',
    reference: ['4821 KLM', '4821KLM'],
    grader: exact,
  },
  {
    task: 'extraction',
    language: 'pt',
    prompt:
      'Mensagem: "Oi, aqui é o Duarte, a encomenda das 36 cadeiras chega na sexta e a fatura é a de número 5590." Qual é o número da fatura? Só o número.',
    reference: '5590',
    grader: exact,
  },
  {
    task: 'extraction',
    language: 'zh',
    prompt: '从句子中找出出发城市，只写城市名：“王芳周五早上七点从成都乘火车前往西安。”',
    reference: ['成都', '成都市'],
    grader: exact,
  },
  {
    task: 'translation',
    language: 'de',
    prompt: 'Wie heißt "der Regenschirm" auf Englisch?',
    reference: 'umbrella',
    grader: anyOf,
  },
  {
    task: 'translation',
    language: 'fr',
    prompt: "Comment dit-on « la bibliothèque » (le lieu où l'on emprunte des livres) en anglais ?",
    reference: 'library',
    grader: anyOf,
  },
  {
    task: 'translation',
    language: 'es',
    prompt: '¿Cómo se dice "el desayuno" en francés?',
    reference: ['petit déjeuner', 'petit-déjeuner'],
    grader: anyOf,
  },
  {
    task: 'translation',
    language: 'zh',
    prompt: '“火车站”用英语怎么说？',
    reference: ['train station', 'railway station'],
    grader: anyOfInside,
  },
  {
    task: 'translation',
    language: 'en',
    prompt: 'Write "thank you" in Japanese, in Japanese script.',
    reference: ['ありがとう', '有難う', '有り難う'],
    grader: anyOfInside,
  },
];
