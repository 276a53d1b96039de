import { areDistinct, drawUntil, formatCents, sum, type Scene } from './image-draft.js';
import { circle, colors, cross, line, picture, rectangle, text, type Picture } from './picture.js';

const width = 460;
const firstNames = ['Nadia', 'Oskar', 'Priya', 'Quentin', 'Rosa', 'Stellan', 'Tomasz', 'Yara'];
const lastNames = ['Abara', 'Bergmann', 'Castell', 'Dvorak', 'Ferreira', 'Hollis', 'Kimura'];

interface Field {
  readonly label: string;
  readonly value: string;
  /** What was written first, and is crossed out. */
  readonly struck?: string;
}

function drawFields(fields: readonly Field[], top: number): string[] {
  return fields.flatMap(({ label, value, struck }, index) => {
    const y = top + 36 * index;
    const parts = [
      text(20, y, label, { size: 13 }),
      rectangle(180, y - 19, 256, 27, { stroke: colors.ink }),
    ];
    if (struck === undefined) return [...parts, text(190, y, value, { size: 15, font: 'pen' })];
    return [
      ...parts,
      text(190, y, struck, { size: 15, font: 'pen' }),
      line([186, y - 4], [200 + 9 * struck.length, y - 6], { stroke: colors.pen, width: 2 }),
      text(330, y, value, { size: 15, font: 'pen' }),
    ];
  });
}

function drawForm(title: string, height: number, parts: readonly string[]): Picture {
  return picture(width, height, [
    rectangle(6, 6, width - 12, height - 12, { stroke: colors.ink }),
    text(20, 36, title, { size: 17, bold: true }),
    ...parts,
  ]);
}

const events = ['Ceramics weekend', 'Kayak course', 'Bread workshop', 'Drone class', 'Choir camp'];
const extras = [
  'Vegetarian meals',
  'Parking space',
  'Single room',
  'Shuttle from the station',
  'Loan of equipment',
  'Printed material',
];

/** Boxes with and without a cross. */
const checkboxes: Scene = (picker) => {
  const event = picker.pick(events);
  const name = `${picker.pick(firstNames)} ${picker.pick(lastNames)}`;
  const offered = picker.sample(extras, 6);
  const chosen = drawUntil(
    () => offered.filter(() => picker.integer(0, 1) === 1),
    (ticked) => ticked.length >= 1 && ticked.length <= 4,
  );
  return {
    picture: drawForm(`Registration: ${event}`, 320, [
      ...drawFields([{ label: 'Name', value: name }], 72),
      text(20, 112, 'I would like to have:', { size: 13 }),
      ...offered.flatMap((extra, index) => {
        const y = 140 + 28 * index;
        const box = rectangle(24, y - 13, 16, 16, { stroke: colors.ink });
        const mark = chosen.includes(extra) ? cross(32, y - 5, 8) : '';
        return [box, mark, text(52, y, extra)];
      }),
    ]),
    prompt: `Which extras did ${name} tick on the registration for the ${event}? List them as they are printed, separated by commas, and nothing else.`,
    reference: chosen,
    grader: { name: 'set_f1' },
    wrong: offered.filter((extra) => !chosen.includes(extra)).join(', '),
    level: 'easy',
  };
};

/** A required field that is blank, beside an optional one that is blank, too. */
const missingField: Scene = (picker) => {
  const name = `${picker.pick(firstNames)} ${picker.pick(lastNames)}`;
  const all: readonly (readonly [string, string])[] = [
    ['Street', `${picker.integer(2, 98)} Quay Road`],
    ['City', picker.pick(['Brackwater', 'Linden', 'Oakhurst'])],
    ['Telephone', `555 01${picker.integer(10, 99)}`],
    ['Date of birth', `${picker.integer(1, 28)} May 19${picker.integer(60, 99)}`],
    ['Occupation', picker.pick(['plumber', 'teacher', 'baker'])],
    ['Signature', name],
  ];
  const required = picker.sample([0, 1, 2, 3, 4], 3);
  const blank = required[0] as number;
  const optional = [0, 1, 2, 3, 4].find((index) => !required.includes(index)) as number;
  const fields = all.map(([label, value], index) => ({
    label: required.includes(index) || index === 5 ? `${label} *` : label,
    value: index === blank || index === optional ? '' : value,
  }));
  const missing = all[blank]?.[0] as string;
  return {
    picture: drawForm('Application for a library card', 340, [
      ...drawFields([{ label: 'Name *', value: name }, ...fields], 76),
      text(20, 324, '* must be filled in', { size: 12 }),
    ]),
    prompt: `The library sends this application of ${name} back. Which field has to be filled in still? Answer with the name of the field only.`,
    reference: [missing, `${missing} *`],
    grader: { name: 'exact' },
    wrong: all[optional]?.[0] as string,
    level: 'medium',
  };
};

/** An entry that was crossed out and corrected. */
const correction: Scene = (picker) => {
  const name = `${picker.pick(firstNames)} ${picker.pick(lastNames)}`;
  const [nights, struck] = picker.sample([2, 3, 4, 5, 6, 7, 8], 2) as [number, number];
  const guests = picker.integer(2, 5);
  const price = 5 * picker.integer(11, 23);
  return {
    picture: drawForm('Booking: Seaview Guesthouse', 260, [
      ...drawFields(
        [
          { label: 'Name', value: name },
          { label: 'Arrival', value: `${picker.integer(2, 28)} August 2025` },
          { label: 'Nights', value: String(nights), struck: String(struck) },
          { label: 'Guests', value: String(guests) },
        ],
        76,
      ),
      text(20, 232, `Price: ${price} dollars a night for the room, however many guests.`, {
        size: 13,
      }),
    ]),
    prompt: `What does the stay cost that ${name} has booked with this form, in dollars? Answer with the number only.`,
    reference: nights * price,
    grader: { name: 'numeric' },
    wrong: String(struck * price),
    level: 'hard',
  };
};

/** A Spanish form, to be read into JSON. */
const spanishForm: Scene = (picker) => {
  const first = picker.pick(firstNames);
  const last = picker.pick(lastNames);
  const [day, month, year] = [
    picker.integer(13, 28),
    picker.integer(1, 12),
    picker.integer(60, 99),
  ];
  const [two, twoMonth] = [day, month].map((part) => String(part).padStart(2, '0'));
  const code = `${picker.integer(100, 999)}-${picker.integer(1000, 9999)}`;
  const cents = 50 * picker.integer(21, 199);
  return {
    picture: drawForm('Solicitud de reembolso', 270, [
      ...drawFields(
        [
          { label: 'Apellido', value: last },
          { label: 'Nombre', value: first },
          { label: 'Fecha de nacimiento', value: `${two}/${twoMonth}/19${year}` },
          { label: 'Número de cliente', value: code },
          { label: 'Importe (euros)', value: formatCents(cents, ',') },
        ],
        76,
      ),
    ]),
    prompt: `Lee la solicitud del cliente ${code} y devuelve solo un objeto JSON con "nombre", "apellido", "nacimiento" (AAAA-MM-DD) e "importe" (número).`,
    reference: {
      nombre: first,
      apellido: last,
      nacimiento: `19${year}-${twoMonth}-${two}`,
      importe: cents / 100,
    },
    grader: { name: 'json_fields' },
    wrong: JSON.stringify({ nombre: last, apellido: first, nacimiento: '', importe: 0 }),
    level: 'medium',
    language: 'es',
  };
};

const statements = [
  'The room was clean',
  'The staff was kind',
  'The food was good',
  'I slept well',
  'I would come again',
];

/** A survey with one cross in each row. */
const survey: Scene = (picker) => {
  const guest = picker.integer(101, 498);
  const marks = drawUntil(
    () => statements.map(() => picker.integer(1, 5)),
    (drawn) => !areDistinct(drawn) && sum(drawn) !== 15,
  );
  return {
    picture: drawForm(`How was your stay? (room ${guest})`, 290, [
      ...[1, 2, 3, 4, 5].map((mark) =>
        text(230 + 40 * mark, 72, String(mark), { anchor: 'middle', bold: true }),
      ),
      ...statements.flatMap((statement, row) => {
        const y = 104 + 32 * row;
        return [
          text(20, y, statement),
          ...[1, 2, 3, 4, 5].map((mark) =>
            circle(230 + 40 * mark, y - 5, 9, { stroke: colors.ink }),
          ),
          cross(230 + 40 * (marks[row] as number), y - 5, 7),
        ];
      }),
      text(20, 268, '1 = not at all, 5 = fully', { size: 12 }),
    ]),
    prompt: `The guest of room ${guest} crossed one circle in each row. What is the average of the five marks? Answer with the number only, with one decimal.`,
    reference: sum(marks) / 5,
    grader: { name: 'numeric' },
    wrong: String(sum(marks)),
    level: 'medium',
  };
};

export const formScenes: readonly Scene[] = [
  checkboxes,
  missingField,
  correction,
  spanishForm,
  survey,
];
