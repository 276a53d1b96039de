import { isBlankCell } from './blank-cell.js';
import { stripRemark } from './column-names.js';
import type { Table } from './table.js';

/** Whole names of grades. */
const grade =
  /^(?:quality|score|accuracy|grade|correct|is_correct|pass|passed|success|korrekt|richtig|ist_(?:korrekt|richtig)|correcto|es_correcto)$/;
/** Names that also stand for a right answer, or for a year of school. */
const ambiguousGrade = /^(?:grade|correct|korrekt|richtig|correcto)$/;
/** What is judged of an answer. */
const criteria =
  'correctness|faithfulness|relevanc[ey]|groundedness|hallucinations?|helpfulness|coherence|fluency|harmfulness';
/** What is found by judging. */
const findings = 'rating|feedback|verdict|evaluation';
const judges = 'human|user|llm|judge|model|auto|eval|evaluator|answer|response|output';
const judged = new RegExp(
  `^(?:(?:\\w+_)?(?:${criteria})(?:_(?:score|rating))?|(?:(?:${judges})_)?(?:${findings})|` +
    `(?:${judges}|overall|final|f1|bleu|rouge(?:_?l)?|bert|similarity)_(?:scores?|grade)|scores|retrieved_contexts)$`,
);
/** Names that grades of answers have, and much else: what is known of the question, what it is worth, or who asked. */
const doubtful =
  /^(?:\w+_)?(?:scores?|rating|feedback|verdict|evaluation|grade|quality)$|^(?:score_\w+|bewertung|punkte|puntuacion|contexts|references|timestamp|user_id|passed|is_correct)$/;

const verdict =
  /^(?:true|false|yes|no|[yn]|correct|incorrect|right|wrong|pass(?:ed)?|fail(?:ed)?|good|bad|ok|poor|fair|excellent|accept(?:ed|able)?|reject(?:ed)?|unacceptable|(?:thumbs.?)?(?:up|down)|positive|negative|wahr|falsch|ja|nein|richtig|korrekt|vrai|faux|oui|non|verdadero|falso|s[ií]|vero|[✓✔✅✗✘❌☑]\uFE0F?|[👍👎]\p{Emoji_Modifier}?|[★☆⭐]+)$/iu;
const praise = /^(?:ok|good)$/i;
const fraction = /^(?:0|1|[01]?[.,]\d+|\d+(?:[.,]\d+)?\s?%)$/;
const number = /^-?\d+(?:[.,]\d+)?(?:\s?%|\s?\/\s?\d+)?$/;

/** Whether all cells of a column that is named like grades are some. */
export function holdsGrades(table: Table, column: string): boolean {
  const name = stripRemark(column);
  if (!grade.test(name) && !judged.test(name)) return false;
  const cells = listTexts(table, column);
  if (cells.length === 0) return false;
  if (name === 'scores' || name === 'retrieved_contexts') return true;
  const isNumber = ambiguousGrade.test(name) ? fraction : number;
  return (
    !saysNothing(name, cells) && cells.every((cell) => verdict.test(cell) || isNumber.test(cell))
  );
}

/** Whether a column may hold grades, or may show in another way that answers are recorded. */
export function mayShowRecords(table: Table, column: string): boolean {
  const name = stripRemark(column);
  const isLike = grade.test(name) || judged.test(name) || doubtful.test(name);
  const cells = isLike ? listTexts(table, column) : [];
  return cells.length > 0 && !saysNothing(name, cells);
}

/** One number in every row is what each question is worth, and "ok" that it was looked at. */
function saysNothing(name: string, [first = '', ...others]: readonly string[]): boolean {
  if (others.length === 0 || others.some((cell) => cell !== first)) return false;
  return praise.test(first) || (grade.test(name) && number.test(first) && Number(first) !== 0);
}

function listTexts({ rows }: Table, column: string): readonly string[] {
  return rows.flatMap(({ members }) => {
    const cell = members.ok ? members.value[column] : undefined;
    if (cell === undefined || isBlankCell(cell)) return [];
    return [typeof cell === 'object' ? JSON.stringify(cell) : String(cell).trim()];
  });
}
