import { reasonWords, reasonWordsAfterComma, spacelessReasons } from './connectives.js';

/** French "car" needs no comma where a clause follows it, as in "7 car 5 + 2 = 7", unlike "1 car costs". */
const frenchClause = String.raw`(?<=[\d)$*])\scar(?=\s(?:\d|les?\s|la\s|l'|ils?\s|elles?\s|on\s|c'|une?\s|chaque\s|chacune?\s))`;

/** Where a sentence begins to say why: the source of a regular expression for the flags `iu`. */
export const reasonStart = String.raw`,?\s(?:${reasonWords})(?!\p{L})|,\s(?:${reasonWordsAfterComma})(?!\p{L})|${frenchClause}|,?(?:${spacelessReasons})`;
