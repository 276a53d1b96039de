import type { Picker } from '../everyday-tasks/draft.js';
import { areDistinct, drawUntil, formatCents, sum, type Scene } from './image-draft.js';
import { colors, line, path, picture, rectangle, text, type Picture } from './picture.js';

interface Item {
  readonly name: string;
  readonly count: number;
  readonly unitCents: number;
}

const width = 360;
const margin = 20;

/** What is printed below each other; `amount` stands at the right edge. */
interface Row {
  readonly left: string;
  readonly amount?: string;
  readonly bold?: boolean;
  /** Spilled coffee over the amount. */
  readonly isSpoiled?: boolean;
  readonly isRule?: boolean;
}

const rule: Row = { left: '', isRule: true };

function drawReceipt(shop: string, lines: readonly string[], rows: readonly Row[]): Picture {
  const parts = [text(width / 2, 34, shop, { size: 17, bold: true, anchor: 'middle' })];
  let y = 56;
  for (const content of lines) {
    parts.push(text(width / 2, y, content, { size: 12, anchor: 'middle', font: 'till' }));
    y += 18;
  }
  y += 12;
  for (const { left, amount, bold = false, isSpoiled = false, isRule = false } of rows) {
    if (isRule) parts.push(line([margin, y - 6], [width - margin, y - 6], { dash: '4 3' }));
    const style = { size: 13, bold, font: 'till' } as const;
    if (left !== '') parts.push(text(margin, y, left, style));
    if (amount !== undefined) {
      parts.push(text(width - margin, y, amount, { ...style, anchor: 'end' }));
    }
    if (isSpoiled) parts.push(drawStain(width - margin - 34, y - 5));
    y += 21;
  }
  return picture(width, y + 4, [
    rectangle(6, 6, width - 12, y - 8, { stroke: colors.grid }),
    ...parts,
  ]);
}

function drawStain(x: number, y: number): string {
  const data = `M${x - 50} ${y}c4 -18 30 -16 48 -14c26 2 50 0 52 14c2 16 -26 16 -50 15c-28 0 -54 0 -50 -15Z`;
  return path(data, { fill: '#996633' });
}

const groceries: readonly (readonly [string, number, number])[] = [
  ['Oat milk', 159, 249],
  ['Rye bread', 219, 389],
  ['Pears', 99, 299],
  ['Gouda', 229, 459],
  ['Black tea', 179, 399],
  ['Olive oil', 499, 899],
  ['Lentils', 129, 279],
  ['Honey', 349, 699],
  ['Carrots', 89, 199],
  ['Yogurt', 59, 139],
];
const cafe: readonly (readonly [string, number, number])[] = [
  ['Espresso', 180, 290],
  ['Cappuccino', 290, 420],
  ['Lemonade', 310, 450],
  ['Apple cake', 340, 480],
  ['Quiche', 590, 850],
  ['Soup', 480, 690],
  ['Bagel', 420, 640],
  ['Fruit salad', 390, 560],
];
const shops = [
  'Fennel & Co',
  'Corner Basket',
  'Greenlane Market',
  'The Tin Pantry',
  'Old Mill Shop',
];
const cafes = [
  'Cafe Lantern',
  'The Copper Spoon',
  'Harbor Bistro',
  'Blue Door Cafe',
  'Tern & Tide',
];

function pickItems(
  picker: Picker,
  goods: readonly (readonly [string, number, number])[],
  count: number,
): readonly Item[] {
  return picker.sample(goods, count).map(([name, low, high]) => ({
    name,
    count: picker.integer(1, 4),
    unitCents: picker.integer(low, high),
  }));
}

function itemCents({ count, unitCents }: Item): number {
  return count * unitCents;
}

function totalCents(items: readonly Item[]): number {
  return sum(items.map(itemCents));
}

function itemRows(items: readonly Item[], mark = '.'): readonly Row[] {
  return items.map((item) => ({
    left: `${item.count} x ${item.name}`.padEnd(19) + formatCents(item.unitCents, mark).padStart(6),
    amount: formatCents(itemCents(item), mark),
  }));
}

function drawDate(picker: Picker): { readonly iso: string; readonly parts: readonly string[] } {
  const parts = [2025, picker.integer(1, 12), picker.integer(13, 28)].map((part) =>
    String(part).padStart(2, '0'),
  );
  return { iso: parts.join('-'), parts };
}

/** The change is spoiled, and what was paid is not. */
const change: Scene = (picker) => {
  const shop = picker.pick(shops);
  const items = pickItems(picker, groceries, picker.integer(4, 6));
  const total = totalCents(items);
  const paid = 1000 * Math.ceil((total + picker.integer(100, 900)) / 1000);
  return {
    picture: drawReceipt(
      shop,
      [`${drawDate(picker).iso}   till ${picker.integer(1, 9)}`],
      [
        ...itemRows(items),
        rule,
        { left: 'TOTAL', amount: formatCents(total), bold: true },
        { left: 'Cash', amount: formatCents(paid) },
        { left: 'Change', amount: formatCents(paid - total), isSpoiled: true },
      ],
    ),
    prompt: `A stain hides one amount on this receipt of ${shop}. How much change was given? Answer with the amount only.`,
    reference: (paid - total) / 100,
    grader: { name: 'numeric' },
    wrong: formatCents(total),
    level: 'easy',
  };
};

/** Two rates of tax, marked by a letter behind each item. */
const taxedItems: Scene = (picker) => {
  const shop = picker.pick(shops);
  const items = pickItems(picker, groceries, 6);
  const letters = drawUntil(
    () => items.map(() => picker.pick(['A', 'B'])),
    (drawn) => {
      const count = drawn.filter((letter) => letter === 'B').length;
      return count >= 2 && count <= 4;
    },
  );
  const rows = itemRows(items).map((row, index) => ({
    ...row,
    left: `${letters[index]}  ${row.left}`,
  }));
  const isB = items.filter((_, index) => letters[index] === 'B');
  return {
    picture: drawReceipt(
      shop,
      [`${drawDate(picker).iso}   A = 5 % tax   B = 20 % tax`],
      [
        ...rows,
        rule,
        { left: 'TOTAL (tax included)', amount: formatCents(totalCents(items)), bold: true },
      ],
    ),
    prompt: `What do the items of ${shop} that are taxed at 20 % come to, tax included, as printed? Answer with the amount only.`,
    reference: totalCents(isB) / 100,
    grader: { name: 'numeric' },
    wrong: formatCents(totalCents(items)),
    level: 'medium',
  };
};

/** The printed total leaves an item out. */
const wrongTotal: Scene = (picker) => {
  const shop = picker.pick(cafes);
  const items = pickItems(picker, cafe, 5);
  const total = totalCents(items);
  const left = itemCents(items[picker.integer(0, 4)] as Item);
  return {
    picture: drawReceipt(
      shop,
      [`Table ${picker.integer(2, 30)}   ${drawDate(picker).iso}`],
      [
        ...itemRows(items),
        rule,
        { left: 'TOTAL', amount: formatCents(total - left), bold: true },
        { left: 'Thank you for your visit' },
      ],
    ),
    prompt: `The amounts of the items on this bill of ${shop} are right, but the total was added up wrongly. What should the total be? Answer with the amount only.`,
    reference: total / 100,
    grader: { name: 'numeric' },
    wrong: formatCents(total - left),
    level: 'medium',
  };
};

/** A bill that two people share by what each had. */
const sharedBill: Scene = (picker) => {
  const shop = picker.pick(cafes);
  const items = drawUntil(
    () => pickItems(picker, cafe, 5).map((item) => ({ ...item, count: picker.integer(2, 4) })),
    (drawn) => areDistinct(drawn.map(({ unitCents }) => unitCents)),
  );
  const [one, other] = picker.sample(items, 2) as [Item, Item];
  const cents = 2 * one.unitCents + other.unitCents;
  const rows = items.map((item) => ({
    left: `${item.count} x ${item.name}`,
    amount: formatCents(itemCents(item)),
  }));
  return {
    picture: drawReceipt(
      shop,
      [`Table ${picker.integer(2, 30)}   ${drawDate(picker).iso}`],
      [...rows, rule, { left: 'TOTAL', amount: formatCents(totalCents(items)), bold: true }],
    ),
    prompt: `From this bill of ${shop}, Maren had two of the item "${one.name}" and one of the item "${other.name}". What does she owe? Answer with the amount only.`,
    reference: cents / 100,
    grader: { name: 'numeric' },
    wrong: formatCents(itemCents(one) + itemCents(other)),
    level: 'hard',
  };
};

const germanGoods: readonly (readonly [string, number, number])[] = [
  ['Schrauben', 299, 799],
  ['Pinsel', 199, 649],
  ['Klebeband', 249, 599],
  ['Dübel', 189, 549],
  ['Spachtel', 349, 899],
];

/** A German receipt, to be read into JSON. */
const germanReceipt: Scene = (picker) => {
  const items = pickItems(picker, germanGoods, 4);
  const total = totalCents(items);
  const tax = Math.round((total * 19) / 119);
  const { iso, parts } = drawDate(picker);
  const number = String(picker.integer(10_000, 99_999));
  const shop = picker.pick(['Baumarkt Holm', 'Eisen Krüger', 'Werkzeug Lindner']);
  return {
    picture: drawReceipt(
      shop,
      [`${parts.toReversed().join('.')}   Bon ${number}`],
      [
        ...itemRows(items, ','),
        rule,
        { left: 'SUMME EUR', amount: formatCents(total, ','), bold: true },
        { left: 'enthält MwSt 19 %', amount: formatCents(tax, ',') },
        { left: 'Gegeben: Karte' },
      ],
    ),
    prompt: `Lies den Kassenbon von ${shop} und gib nur ein JSON-Objekt zurück: "datum" (JJJJ-MM-TT), "bon" (Text), "summe" und "mwst" (Zahlen in Euro).`,
    reference: { datum: iso, bon: number, summe: total / 100, mwst: tax / 100 },
    grader: { name: 'json_fields' },
    wrong: JSON.stringify({ datum: '', bon: number, summe: tax / 100, mwst: total / 100 }),
    level: 'medium',
    language: 'de',
  };
};

export const receiptScenes: readonly Scene[] = [
  change,
  taxedItems,
  wrongTotal,
  sharedBill,
  germanReceipt,
];
