/**
 * Words that make no name with the number after them, although they have a capital: they introduce
 * it ("Total 12"), say what it measures ("Preis 12") or what it counts ("Level 3").
 */
const nouns = [
  // English
  'total|sum|answer|result|solution|output|value|number|no|nr|count|amount|quantity|score|rating|rank',
  'costs?|price|profit|loss|revenue|income|salary|budget|fee|tax|discount|area|volume|length|width',
  'height|depth|weight|mass|speed|distance|time|duration|age|temperature|radius|diameter|circumference',
  'angle|difference|product|quotient|remainder|mean|median|mode|average|perimeter|probability|percentage',
  'rate|ratio|population|ph|level|grade|stage|phase|tier|type|step|day|week|month|year|option',
  // German
  'gesamt|insgesamt|summe|antwort|ergebnis|resultat|lösung|ausgabe|wert|zahl|nummer|anzahl|menge|betrag',
  'punkte|punktzahl|bewertung|rang|kosten|preis|gewinn|verlust|umsatz|einkommen|gehalt|gebühr|steuer',
  'rabatt|fläche|flächeninhalt|volumen|inhalt|länge|breite|höhe|tiefe|gewicht|masse|geschwindigkeit|tempo',
  'entfernung|abstand|distanz|strecke|zeit|dauer|alter|temperatur|durchmesser|winkel|differenz|unterschied',
  'produkt|rest|mittelwert|durchschnitt|modus|umfang|wahrscheinlichkeit|prozent|prozentsatz|anteil|stufe',
  'stadium|grad|typ|schritt|tag|woche|monat|jahr',
  // French
  'somme|réponse|résultat|sortie|valeur|nombre|numéro|chiffre|quantité|montant|rang|coûts?|bénéfice|perte',
  'revenu|salaire|solde|remise|aire|superficie|longueur|largeur|hauteur|profondeur|poids|vitesse|temps',
  'durée|âge|température|rayon|diamètre|angle|différence|produit|reste|moyenne|médiane|périmètre|probabilité',
  'pourcentage|taux|niveau|stade|étape|jour|semaine|mois|année',
  // Spanish
  'suma|respuesta|resultado|solución|salida|valor|número|núm|cantidad|importe|monto|puntos|puntuación',
  'puntaje|puesto|costos?|costes?|precio|ganancia|beneficio|pérdida|ingresos?|salario|saldo|descuento|área',
  'volumen|longitud|largo|ancho|anchura|altura|profundidad|peso|masa|velocidad|distancia|tiempo|duración|edad',
  'temperatura|diámetro|ángulo|diferencia|producto|cociente|resto|mediana|moda|promedio',
  'perímetro|probabilidad|porcentaje|tasa|nivel|grado|etapa|fase|tipo|día|semana|mes|año|opción',
  // Italian, Portuguese and Russian
  'totale|somma|risposta|risultato|soluzione|valore|numero|quantità|prezzo|costo|lunghezza|larghezza|altezza',
  'distanza|velocità|età|livello|soma|resposta|preço|custo|idade|comprimento|largura|ответ|всего|итого|сумма',
];

/** Words that qualify a number: "About 12". */
const qualifiers = [
  'about|approx(?:imately)?|around|roughly|nearly|almost|circa|ca|exactly|precisely|only|just|over|under',
  'above|below|than|least|most|to|maybe|perhaps|probably|minus|negative|plus',
  'etwa|ungefähr|zirka|rund|beinahe|knapp|genau|exakt|nur|über|unter|mehr|weniger|als|mindestens',
  'höchstens|maximal|minimal|bis|vielleicht|wahrscheinlich|vermutlich|negativ',
  'environ|approximativement|presque|exactement|précisément|seulement|juste|moins|maximum|minimum',
  'probablement|jusque|négatif',
  'aproximadamente|aprox|casi|unos|unas|exactamente|precisamente|sólo|justo|más|menos|mínimo|máximo',
  'quizás?|probablemente|hasta|alrededor|negativo',
  'ongeveer|около|примерно',
];

const introduction = new RegExp(`^(?:${[...nouns, ...qualifiers].join('|')})$`, 'iu');

/** What German writes as one word: "Gesamtpreis 12", "Grundfläche 25". */
const compound =
  /^\p{L}{2,}(?:preis|kosten|betrag|gewinn|umsatz|fläche|volumen|summe|zahl|menge|nummer|wert|länge|breite|höhe|tiefe|gewicht|geschwindigkeit|temperatur|dauer|zeit|strecke|stufe)$/iu;

/** Words that are a part of names, too ("Galaxy Note 9", "Surface Pro 7"): they introduce a number alone. */
const loneIntroduction =
  /^(?:note|nota|surface|balance|prix|platz|klasse|classe?|clase|media|paso|fast|solo)$/iu;

/** Whether a word introduces the number after it, or qualifies it. */
export function introducesNumber(word: string): boolean {
  return introduction.test(word) || compound.test(word);
}

/** Whether words with a capital before a number introduce it, and are no name with it. */
export function introduceNumber(words: readonly string[]): boolean {
  const [word = ''] = words;
  return words.some(introducesNumber) || (words.length === 1 && loneIntroduction.test(word));
}
