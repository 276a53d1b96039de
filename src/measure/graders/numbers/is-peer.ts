const peer = String.raw`(?:(?:[Tt]he|[Dd](?:er|ie|as)|[Ll]es|[Ll]a|[Ll]e|[Ee]l|[Ii]l|[Ll]o|[Oo])\s|[Ll]')(?:length|width|height|breadth|depth|father|mother|son|daughter|brother|sister|boys?|girls?|first|second|Länge|Breite|Höhe|Vater|Mutter|Sohn|Tochter|longueur|largeur|hauteur|père|mère|fils|fille|largo|ancho|altura|padre|madre|hijo|hija|lunghezza|larghezza|altezza|figlio|figlia|comprimento|largura|pai|mãe|filho|filha)`;
const name = String.raw`\p{Lu}\p{L}{1,15}`;
const amount = String.raw`\s[$€£*]{0,3}$`;
const possession =
  'is|are|has|have|was|gets?|pays?|costs?|hat|haben|ist|sind|a|ont|est|tiene|tienen|es|ha|hanno|è|tem|é';
const secondSubject = new RegExp(
  String.raw`^[^\d.;:=]{0,30}?(?:,|\s)\s?(?:and|und|et|y|e|while|während|mientras|mentre)\s(?:(${peer})|${name})\s(${possession})${amount}`,
  'u',
);
/** "Also hat Anna": the verb may come first. */
const firstSubject = new RegExp(
  String.raw`(?:(?<![\p{L}'])(${peer})|(?<!\p{L})${name})\s(${possession})${amount}|(?<!\p{L})(${possession})\s(?:(${peer})|${name})${amount}`,
  'u',
);

/**
 * Whether a second subject of the same kind has a value of its own: "Anna has 25 and Ben has 15", "the
 * length is 25 cm and the width is 15 cm", but not "the radius is 5 and the diameter is 10".
 *
 * @param before the text before the first value
 * @param between the text between the values
 */
export function isPeer(before: string, between: string): boolean {
  const second = secondSubject.exec(between);
  const first = firstSubject.exec(before);
  if (second === null || first === null) return false;
  const [, noun, verb] = second;
  const isSameKind = (noun === undefined) === ((first[1] ?? first[4]) === undefined);
  return isSameKind && verb === (first[2] ?? first[3]);
}
