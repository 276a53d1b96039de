/**
 * What announces an answer, in the languages of models' answers: English, German, French, Spanish,
 * Italian, Portuguese, Dutch, Polish, Turkish, Indonesian, Vietnamese, Russian, Ukrainian, Arabic,
 * Hindi, Chinese, Japanese, Korean, Swedish, Norwegian, Danish, Finnish, Czech, Hungarian, Romanian,
 * Greek, Hebrew, Persian, Thai and Bengali.
 */
export const answerNoun = new RegExp(
  [
    String.raw`(?<!\blong[\s-]|\bshort[\s-])\banswers?(?![a-z])(?!\s(?:questions?|choices|options|keys?|sheets?)\b)`,
    String.raw`(?<!\p{L})(?:lösung|antwort(?:en)?|ergebnis|endergebnis)(?!\p{L})`,
    String.raw`\b(?:réponses?|reponses?|résultat)(?!\p{L})`,
    String.raw`\b(?:respuestas?|resultado|solución|risposta|risposte|risultato|respostas?)(?!\p{L})`,
    String.raw`\b(?:antwoord(?:en)?|jawaban(?:nya)?)(?!\p{L})`,
    String.raw`(?<!\p{L})(?:odpowied(?:ź|zi)|wynik|cevap(?:lar)?|yanıt|sonuç|đáp án|câu trả lời|kết quả)(?!\p{L})`,
    String.raw`(?<!\p{L})(?:ответы?|відповід[ьі])(?!\p{L})`,
    'الإجابات|الإجابة|الاجابة|الجواب|إجابة|उत्तर|जवाब',
    String.raw`(?<!\p{L})(?:svar(?:et)?|vastaus|odpověď|válasz|răspuns(?:ul)?|απάντηση|תשובה|پاسخ|جواب)(?!\p{L})|คำตอบ|উত্তর`,
    '答案|答え|回答|解答|正解|정답|答(?=[:：])',
    // What is picked from several.
    String.raw`\b(?:correct|right|best|selected|chosen|my|final|appropriate|true)\s(?:options?|choices?|letters?|statements?|selection|one|ones|result|solution|values?|numbers?|figure|total|count|amount)(?![a-z])`,
    String.raw`\b(?:choice|selection|verdict|conclusion|final result|result)(?=[*_\s]{0,4}:)`,
    String.raw`\b(?:richtige|korrekte)\s(?:option|wahl|auswahl|buchstabe)`,
    String.raw`\b(?:bonne|meilleure)\s(?:option|solution)|\boption\scorrecte`,
    String.raw`\b(?:opción|opciones|opzione|opção|alternativa)\s(?:correctas?|corretta|correta)`,
    String.raw`(?:правильный|верный)\s(?:вариант|выбор)|doğru\s(?:seçenek|şık)`,
    '正确选项|正确的选项|选项(?=[:：是为])|選択肢(?=[:：は])',
  ].join('|'),
  'giu',
);

/** Verbs that state a choice without a noun. */
export const statingVerb = new RegExp(
  [
    String.raw`\b(?:I|we)(?:'d|'ll|\swould|\swill)?\s(?:\w{1,10}ly\s)?(?:answer|choose|chose|pick|select|go\swith|vote\sfor|settle\son)\s(?:with\s)?`,
    String.raw`\b(?:I|we)(?:'d|'ll|\swould|\swill)\s(?:\w{1,10}ly\s)?(?:call|label|rate|classify|categorize|consider|deem|tag|describe)\s(?:it|this|that|(?:the|this)\s\w{1,15})\s(?:as\s)?(?:being\s)?`,
    // What is said of an answer given before.
    String.raw`\b(?:actually|wait|no|sorry|correction)[,:]?\s(?:actually,?\s)?(?:it|that)\s(?:should|must|has\sto)\sbe\s`,
    String.raw`\b(?:ich\s(?:wähle|nehme|entscheide\smich\sfür|würde\smich\sfür|tippe\sauf)|je\schoisis|(?:je|j')\s?(?:choisirais|dirais|opterais\spour|répondrais|pencherais\spour)(?:\sque\sc'est)?(?:\sla)?|(?:yo\s)?(?:diría|elegiría)(?:\sque\ses)?(?:\sla)?|(?:eu\s)?(?:diria|escolheria)(?:\sque\sé)?(?:\sa)?|(?:io\s)?(?:direi|sceglierei)(?:\sche\sè)?(?:\sla)?|elijo|escojo|scelgo|escolho|ik\skies|wybieram|я\sвыбираю|выбираю|würde\sich\s\p{L}{1,5}\sals|ich\swürde\s\p{L}{1,5}\sals)\s`,
    '(?:应选|應選|应该选择|应该选|选择|選擇|故选|故選|(?<![不可])选(?=[A-J](?![A-Za-z])))(?!项)[:：是]?\\s?',
  ].join('|'),
  'giu',
);

/** What stands between the noun and the answer; the first in the sentence counts. */
export const linkingVerb = new RegExp(
  [
    String.raw`(?<!\p{L})(?:is|are|was|be|being|equals?|becomes|ist|sind|lautet|lauten|wäre|est|sont|serait|es|son|sería|sono|sarebbe|são|seria|zijn|jest|adalah|là|è|é|هي|هو|είναι|este|är|er|است)(?!\p{L})|คือ|היא`,
    '(?<!不)是|(?<!不)为|為|は|은(?=[\\s*(])|는(?=[\\s*(])',
    String.raw`[:=：→]|(?<=\s)-(?=\s)`,
  ].join('|'),
  'iu',
);

/** Verbs that are other words in other languages: the noun that each of them links, and the verb. */
export const nounLinks: readonly (readonly [noun: RegExp, verb: RegExp])[] = [
  [/^(?:odpowied|wynik)/i, /^\sto\s/i],
  [/^vastaus/i, /^\son\s/i],
  [/^odpověď/i, /^\sje\s/i],
];

/** Before an announcement that announces something else: "the wrong answer is", "each answer is". */
export const rejectingWord =
  /(?:\b(?:2nd|3rd|second|third|last|wrong|incorrect|false|rejected|not\s(?:the|a|my)|isn't\s(?:the|a)|possible|other|another|each|every|any|all|both|user'?s?|student'?s?|no|(?:rejected|eliminated|discarded)\s\w{1,12}|falsche[rn]?|mauvaise|incorrectas?)|не(?:верный|правильный)|错误的?)\s?$/iu;

/** Labels of lines that name choices without choosing them. */
export const rejectingLabel =
  /^(?:reject|incorrect|wrong|not|reason|explanation|rationale|because|note|eliminat|distract|discard|alternativ|other|unlike|confidence|step|option|choice [a-z]$|question|input|context|text|review|given|why|begründung|erklärung|explicación|explication|falsch|motivo|spiegazione|runner|second|third|2nd|3rd|worst|least)/i;

/** Members of JSON that hold the answer, in the order of how sure that is. */
export const answerMembers: readonly RegExp[] = [
  /^(?:final|correct)[\s_-]?(?:answer|choice|option|result|label|value)s?$/i,
  /^(?:answers?|antwort|réponse|respuesta|risposta|resposta|ответ|答案|答え|정답)$/i,
  /^(?:choices?|selected|selection|selected[\s_-]?\w+|option|label|prediction|result|output|solution|value|verdict|class|category|classification|sentiment)$/i,
];
