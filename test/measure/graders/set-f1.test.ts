import { describe, expect, it } from 'vitest';
import { setF1Grader } from '../../../src/measure/graders/set-f1.js';
import type { JsonValue } from '../../../src/util/json.js';

function grade(answer: string, reference: JsonValue): number | 'ambiguous' {
  const grade = setF1Grader.grade({ answer, reference, options: {} });
  return grade.kind === 'graded' ? grade.quality : 'ambiguous';
}

const cities = ['Rome', 'Lyon'];

describe('the set_f1 grader, where more than the list is written', () => {
  it.each([
    ['Rome, Lyon\n\nI hope this helps!', 1],
    ['Rome, Lyon. I hope this helps!', 1],
    ['Rome\nLyon\n\nI hope this helps!', 1],
    ['Rome, Lyon\n\nExplanation: both are named in the text.', 1],
    ['Cities: Rome, Lyon\nNote: Italy is a country, not a city.', 1],
    ['The cities are **Rome** and **Lyon**.\n\nLet me know if you need anything else!', 1],
    ['Rome, Lyon, Paris\n\nI hope this helps!', 4 / 5],
    ['Nice, Paris\n\nI hope this helps!', 0],
  ])('leaves courtesies and notes at the end out of %j', (answer, expected) => {
    expect(grade(answer, cities)).toBeCloseTo(expected as number, 6);
  });

  it('says of an answer with a courtesy that there is nothing to list', () => {
    expect(grade('None.\n\nLet me know if you need more.', [])).toBe(1);
    expect(grade('No bugs found.\n\nExplanation: the loop ends.', [])).toBe(1);
  });

  it.each([
    [
      '1. The first sentence mentions Rome.\n2. The second Lyon.\n\n**Final answer:** Rome, Lyon',
      1,
    ],
    ['- Nice is out.\n- Metz is out.\n\nFinal answer:\n- Rome\n- Lyon', 1],
    ['- Rome\n- Lyon\n- Paris\n\nFinal answer: Nice, Marseille', 'ambiguous'],
    ['- Rome\n- Lyon\n- Paris\n\nThe answer is as above.', 4 / 5],
  ])('takes the list that %j ends with for the answer', (answer, expected) => {
    expect(grade(answer, cities)).toBe(expected);
  });

  it.each([
    'Here is what I found.\n\nRome, Lyon',
    'Rome, Lyon\nParis, Nice',
    'Rome, Lyon\nThese are not cities.',
    'The answer is Rome and Lyon.\nRome is in Italy.',
    '- Rome: capital\n- Lyon: city\n- Italy: country\n\nSo the cities are Rome and Lyon.',
  ])('leaves %j ungraded, of which one line alone would be right', (answer) => {
    expect(grade(answer, cities)).toBe('ambiguous');
  });

  it('reads the same of numbers', () => {
    const answer =
      '**Step 1.** Factor: (x-2)(x-3) = 0\n**Step 2.** Solve: x=2 or x=3\n\nThe solutions are x = 2 and x = 3.';
    expect(grade(answer, [2, 3])).toBe('ambiguous');
    expect(grade('2, 3\n\nI hope this helps!', [2, 3])).toBe(1);
    expect(grade(answer, [5, 7])).toBe(0);
  });

  it('leaves ungraded what says beside other things that there is nothing to list', () => {
    expect(grade('The code looks correct; no bugs found.', [])).toBe('ambiguous');
    expect(grade('No bugs in the first function, but the second never ends.', [])).toBe(0);
    expect(grade('The code looks fine; no further bugs found.', [])).toBe('ambiguous');
    expect(grade('The query is safe. No other issues found.', [])).toBe('ambiguous');
    expect(grade('There is an SQL injection in the query; no other issues found.', [])).toBe(0);
    expect(grade('The code looks correct; no bugs found.', ['an endless loop'])).toBe(0);
  });

  it.each([
    ['Nice\nParis', 0],
    ['Rome\nParis', 1 / 2],
    ['- Rome\n- Paris', 1 / 2],
    ['Rome, Paris', 1 / 2],
  ])('grades %j, in which every line is an item', (answer, expected) => {
    expect(grade(answer, cities)).toBe(expected);
  });
});

describe('the set_f1 grader, where there is nothing to list', () => {
  it.each([
    '-',
    '–',
    '—',
    '--',
    ' - ',
    '**—**',
    '∅',
    '["-"]',
    'none',
    'None.',
    '(none)',
    '[]',
    '{}',
    'null',
    'N/A',
    'n/a',
    '```json\n[]\n```',
  ])('is right about an empty reference, and of no use otherwise: %j', (answer) => {
    expect(grade(answer, [])).toBe(1);
    expect(grade(answer, cities)).toBe(0);
  });

  it.each(['?', '0', '...', '---', 'Paris -', '- Paris', 'Paris\n—'])(
    'is not said by %j',
    (answer) => {
      expect(grade(answer, [])).toBe(0);
    },
  );

  it('lists a dash where the reference does', () => {
    expect(grade('-', ['-'])).toBe(1);
  });
});

describe('the set_f1 grader, dividing a line', () => {
  it.each([
    '北京，上海',
    '北京；上海。',
    '城市：北京，上海',
    '（北京，上海）',
    '["北京"，"上海"]',
    '**北京**，**上海**',
    '**北京，上海**',
  ])('divides %j at full-width punctuation', (answer) => {
    expect(grade(answer, ['北京', '上海'])).toBe(1);
    expect(grade(answer, ['北京', '广州'])).toBe(1 / 2);
  });

  it('keeps an item that has a full-width comma itself', () => {
    expect(grade('你好，世界；再见', ['你好，世界', '再见'])).toBe(1);
  });

  it('takes full-width forms of the given separators, and no other characters, for them', () => {
    const divided = (answer: string, separator: string): unknown =>
      setF1Grader.grade({ answer, reference: cities, options: { separators: [separator] } });
    for (const separator of ['|', '｜', ';', '；']) {
      expect(divided('Rome｜Lyon'.replace('｜', separator), separator)).toMatchObject({
        quality: 1,
      });
    }
    expect(divided('Rome；Lyon', ';')).toMatchObject({ quality: 1 });
    expect(divided('Rome，Lyon', '|')).toMatchObject({ quality: 0 });
  });

  it.each([
    '**Rome, Lyon**',
    '**Rome and Lyon**',
    '__Rome, Lyon__.',
    '**Cities: Rome, Lyon**',
    '*Rome, Lyon*',
    'The cities are **Rome, Lyon**.',
  ])('divides %j, whose items share an emphasis', (answer) => {
    expect(grade(answer, cities)).toBe(1);
    expect(grade(answer, ['Rome', 'Nice'])).toBe(1 / 2);
  });
});

describe('the set_f1 grader, reading tags and boxes', () => {
  it.each([
    '\\boxed{Rome}, \\boxed{Lyon}',
    '\\boxed{Rome} and \\boxed{Lyon}',
    '1. \\boxed{Rome}\n2. \\boxed{Lyon}',
    '- $\\boxed{\\text{Rome}}$\n- $\\boxed{\\text{Lyon}}$',
    '<answer>Rome</answer>\n<answer>Lyon</answer>',
    '<answer>["Rome"]</answer>, <answer>["Lyon"]</answer>',
    'First \\boxed{Nice} was found.\n\nSo it is \\boxed{Rome, Lyon}',
    'First \\boxed {Nice} was found.\n\nSo it is \\boxed {Rome, Lyon}',
  ])('reads the cities from %j', (answer) => {
    expect(grade(answer, cities)).toBe(1);
  });

  it('reads numbers in boxes', () => {
    expect(grade('The solutions are $\\boxed{2}$ and $\\boxed{3}$.', [2, 3])).toBe(1);
    expect(grade('$x_1 = \\boxed{2}$, $x_2 = \\boxed{3}$', [2, 3])).toBe(1);
    expect(grade('$\\boxed{2}$ and $\\boxed{4}$', [2, 3])).toBe(1 / 2);
  });

  it.each([
    'First, \\boxed{Rome} is named. Later, \\boxed{Lyon} is.',
    '<answer>Rome</answer>\nThere is another one.\n<answer>Lyon</answer>',
    '<answer>Nice</answer>\n<answer>Rome, Lyon</answer>',
    '\\boxed{Rome} or \\boxed{Lyon}',
  ])('leaves %j ungraded, which may list all of them or the last only', (answer) => {
    expect(grade(answer, cities)).toBe('ambiguous');
  });
});

describe('the set_f1 grader, reading a supposed answer', () => {
  it.each([
    'Paris, Nice. Many would say the answer is Rome, Lyon.',
    'Paris, Nice. According to the guide, the answer is Rome, Lyon.',
    'Rome, Nice, Paris. If the question is about the first part, the answer is Rome and Lyon.',
    'Rome, Lyon, Nice\n\nThe correct answer would be Rome, Lyon if Nice is excluded.',
  ])('leaves %j ungraded', (answer) => {
    expect(grade(answer, cities)).toBe('ambiguous');
  });

  it('reads what an answer itself comes to', () => {
    expect(grade('Rome, Nice. No, the answer is Rome and Lyon.', cities)).toBe(1);
    expect(grade('Rome, Nice?\n\nI would say the answer is Rome and Lyon.', cities)).toBe(1);
    expect(grade('Some name Nice.\n\nThe answer is Rome and Lyon.', cities)).toBe(1);
  });
});

describe('the set_f1 grader, reading what is said of an item', () => {
  it('leaves out bullets below an item', () => {
    expect(grade('- **Rome**\n  - Capital of Italy\n- **Lyon**\n  - City in France', cities)).toBe(
      1,
    );
    expect(grade('1. **Rome**\n\t- In Italy\n2. **Lyon**\n\t- In France', cities)).toBe(1);
    expect(grade('- **Rome**\n  - Capital\n- **Nice**\n  - City', cities)).toBe(1 / 2);
  });

  it('counts bullets of two levels where both are wanted', () => {
    expect(grade('- Italy\n  - Rome\n- France\n  - Lyon', ['Italy', 'France', ...cities])).toBe(1);
  });

  it.each([
    '- Cities:\n  - Rome\n  - Lyon',
    '1. Cities\n   - Rome\n   - Lyon',
    '- Italy\n  - Rome\n- France\n  - Lyon',
    '1. **Rome**\n- Capital of Italy\n2. **Lyon**\n- City in France',
  ])('leaves %j ungraded, where another level is wanted', (answer) => {
    expect(grade(answer, cities)).toBe('ambiguous');
  });

  it('leaves ungraded what may be a single item with bullets below it', () => {
    expect(grade('- Rome\n  - Capital of Italy', ['Rome'])).toBe('ambiguous');
    expect(grade('- Cities\n  - Rome\n  - Lyon', cities)).toBe('ambiguous');
    expect(grade('- Rome\n- Capital of Italy', ['Rome'])).toBe(2 / 3);
    expect(grade('- Nice\n  - City in France', ['Rome'])).toBe(0);
  });

  it('leaves ungraded what may be one item, described after a comma, or two', () => {
    const people = ['Anna Schmidt', 'Ben Ode'];
    expect(grade('- Anna Schmidt, CEO\n- Ben Ode, CFO', people)).toBe('ambiguous');
    expect(grade('- Rome, Lyon', cities)).toBe('ambiguous');
    expect(grade('- Cem Roe, CEO\n- Dee Poe, CFO', people)).toBe(0);
  });

  it('reads a bold item without its abbreviation', () => {
    const answer = '**Phenylalanine (Phe)** and **tyrosine (Tyr)**';
    expect(grade(answer, ['phenylalanine', 'tyrosine'])).toBe(1);
  });
});

describe('the set_f1 grader, where one emphasis holds several items', () => {
  it.each([
    ['**Berlin und München**', ['Berlin', 'München']],
    ['**Paris, Lyon et Nice**', ['Paris', 'Lyon', 'Nice']],
    ['**Simon & Garfunkel**, **Abba**', ['Simon & Garfunkel', 'Abba']],
  ])('divides %j', (answer, reference) => {
    expect(setF1Grader.grade({ answer, reference, options: {} })).toMatchObject({ quality: 1 });
  });
});

describe('the set_f1 grader, reading JSON with more than a list of texts', () => {
  it.each([
    ['{"locations":["Rome","Lyon"],"persons":[]}', cities, 1],
    ['{"locations":["Rome"],"more":["Lyon"]}', cities, 1],
    ['{"locations":["Rome"],"persons":["Tim"]}', ['Rome'], 'ambiguous'],
    ['{"locations":["Nice"],"persons":["Tim"]}', cities, 0],
    ['{"answer":["Rome","Lyon"],"count":2}', cities, 1],
    ['[{"label":"LOC","word":"Rome"},{"label":"LOC","word":"Lyon"}]', cities, 1],
    ['[{"label":"Rome"},{"label":"Lyon"}]', cities, 1],
    ['[{"name":"Rome","type":"LOC"},{"name":"Lyon","type":"LOC"}]', cities, 1],
    ['[{"name":"Rome","type":"LOC"},{"name":"Nice","type":"LOC"}]', cities, 1 / 2],
    ['[{"city":"Rome","country":"Italy"},{"city":"Lyon","country":"France"}]', cities, 'ambiguous'],
    ['[{"city":"Nice","country":"France"},{"city":"Bonn","country":"Germany"}]', cities, 0],
    ['{"errors":[],"warnings":[]}', [], 1],
    ['{"errors":["typo"],"warnings":[]}', [], 0],
    ['[{"label":"Rome","value":5},{"label":"Lyon","value":7}]', cities, 1],
    ['[{"value":5,"name":"Rome"},{"value":7,"name":"Nice"}]', cities, 1 / 2],
    ['{"result":{"cities":["Rome","Lyon"]}}', cities, 1],
    ['{"data":{"entities":{"persons":["Rome"],"places":["Lyon"]}}}', cities, 1],
    ['{"result":{"cities":["Nice","Lyon"]}}', cities, 1 / 2],
    ['{"city":{"name":"Rome","tags":["old"]}}', ['Rome'], 1],
    ['null', [], 1],
    ['{"cities":null}', [], 1],
    ['{"cities":"No cities found"}', [], 1],
    ['{"cities":null}', cities, 0],
    ['["Rome",null,"Lyon"]', cities, 1],
  ] as const)('grades %j for %j as %s', (answer, reference, expected) => {
    expect(grade(answer, reference)).toBe(expected);
  });
});

describe('the set_f1 grader, where JSON sets items apart', () => {
  it.each([
    ['included', 'excluded'],
    ['answer', 'rejected'],
    ['mentioned', 'not_mentioned'],
    ['mentioned', 'notMentioned'],
    ['correct', 'incorrect'],
    ['yes', 'no'],
    ['cities', 'input'],
  ])('lists what is in %j, and not what is in %j', (kept, rejected) => {
    const answer = JSON.stringify({ [kept]: cities, [rejected]: ['Paris', 'Oslo'] });
    expect(grade(answer, cities)).toBe(1);
    expect(grade(answer, [...cities, 'Paris', 'Oslo'])).toBe('ambiguous');
    expect(grade(answer, ['Paris', 'Oslo'])).toBe('ambiguous');
    expect(grade(answer, ['Rome', 'Nice'])).toBe(1 / 2);
  });

  it.each([
    ['{"included":[],"excluded":["Paris"]}', [], 1],
    ['{"included":[],"excluded":["Paris"]}', ['Paris'], 'ambiguous'],
    ['{"correct":[],"incorrect":["their"]}', [], 'ambiguous'],
    ['{"correct":[],"incorrect":["their"]}', ['their'], 1],
    ['{"incorrect":["their"]}', ['their'], 1],
    ['{"incorrect":["their"]}', [], 0],
    ['{"notes":["Rome"],"cities":["Lyon"]}', cities, 1],
  ] as const)('grades %j for %j as %s', (answer, reference, expected) => {
    expect(grade(answer, reference)).toBe(expected);
  });
});

describe('the set_f1 grader, where something is denied', () => {
  it.each(['Rome and Lyon are not mentioned.', "Rome and Lyon aren't listed."])(
    'lists nothing of %j',
    (answer) => {
      expect(grade(answer, cities)).toBe(0);
    },
  );

  it.each([
    'Rome and Lyon are wrong.',
    'Rome and Lyon are not capitals.',
    'Rome and Lyon did not appear.',
    '- Rome is wrong\n- Lyon is wrong',
  ])('leaves open whether %j lists what it denies', (answer) => {
    expect(grade(answer, cities)).toBe('ambiguous');
    expect(grade(answer, ['Nice'])).toBe(0);
  });

  it.each(['Rome and Lyon are mentioned.', 'Rome and Lyon appear in it.', 'Missing: Rome, Lyon'])(
    'reads the list of %j',
    (answer) => {
      expect(grade(answer, cities)).toBe(1);
    },
  );

  it.each(["Don't Look Up is mentioned.", "Only Don't Look Up is mentioned."])(
    'takes no denial in a name for that of %j',
    (answer) => {
      expect(grade(answer, ["Don't Look Up"])).toBe(1);
      expect(grade(answer.replace('is', 'is not'), ["Don't Look Up"])).toBe(0);
    },
  );

  it('takes what is denied of each item for a part of it', () => {
    const answer = 'Errors: fields are missing and keys are invalid';
    expect(grade(answer, ['fields are missing', 'keys are invalid'])).toBe(1);
    expect(grade(answer, ['fields are missing', 'names are invalid'])).toBe(1 / 2);
    expect(grade('Rome is mentioned and Lyon is not mentioned.', cities)).not.toBe(1);
  });

  it('takes only the last item for denied where the verb is singular', () => {
    expect(grade('Rome, Lyon; Nice is wrong.', cities)).toBe(4 / 5);
  });
});

describe('the set_f1 grader, where there is nothing to list', () => {
  it.each([
    'Es wurden keine Fehler gefunden.',
    'Ich habe keine Fehler gefunden.',
    'Aucune erreur trouvée.',
    "Il n'y a aucune erreur.",
    'Ningún error encontrado.',
    "There don't appear to be any errors.",
    "There aren't any errors.",
    'There appear to be no errors.',
  ])('reads %j as an empty list', (answer) => {
    expect(grade(answer, [])).toBe(1);
    expect(grade(answer, ['their'])).toBe(0);
  });

  it.each([
    ['The sentence is grammatically correct.', 'ambiguous'],
    ['Der Satz ist korrekt.', 'ambiguous'],
    ['The sentence is grammatically incorrect.', 0],
    ['The sentence is not correct.', 0],
    ['The sentence is correct except for "their".', 0],
    ['correct', 0],
  ])('takes %j as %s', (answer, expected) => {
    expect(grade(answer, [])).toBe(expected);
    expect(grade(answer, ['their'])).not.toBe(1);
  });
});

describe('the set_f1 grader, where a name begins like a denial', () => {
  const names = ['Nessun dorma', 'Nessuna pietà', 'Aucune idée', 'Ningún lugar', 'Keine Macht'];
  it.each([...names, 'No Doubt'])('lists %j', (name) => {
    for (const answer of [name, `"${name}"`, `["${name}"]`, `- ${name}`, `{"items": ["${name}"]}`])
      expect(grade(answer, [name])).toBe(1);
    expect(grade(`["${name}"]`, [])).toBe(0);
    expect(grade(`"${name}"`, [])).toBe(0);
    expect(grade(name, [])).toBe('ambiguous');
    expect(grade(`- ${name}`, [])).toBe('ambiguous');
  });

  it.each([
    'Nessun errore.',
    'Nessuna città trovata.',
    'Aucune ville',
    'Ningún error',
    'Keine Fehler',
    'Geen fouten gevonden.',
    'Keine Auffälligkeiten vorhanden',
    'No complaints',
    'No Errors Found',
    '["No errors found"]',
    '["Keine"]',
    'Nessuna',
  ])('lists nothing of %j', (answer) => {
    expect(grade(answer, [])).toBe(1);
    expect(grade(answer, cities)).toBe(0);
  });

  it('takes "No idea" for no certain answer', () => {
    expect(grade('No idea.', [])).toBe('ambiguous');
  });
});
