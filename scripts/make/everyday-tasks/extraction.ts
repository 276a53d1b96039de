import { exact, type Picker, type Template } from './draft.js';
import { cities, goods, months, people, surnames } from './vocabulary.js';

function orderNumber(picker: Picker): string {
  const letters = picker.sample([...'ABCDEFGHJKLMNPQRSTUVWXYZ'], 2).join('');
  return `${letters}-${picker.integer(10_000, 99_999)}`;
}

function emailAddress(picker: Picker, name: string, surname: string): string {
  const plain = `${name}.${surname}`.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
  return `${plain}@${picker.pick(['example.com', 'example.org', 'mail.example.net'])}`;
}

function person(picker: Picker): readonly [string, string] {
  return [picker.pick(people), picker.pick(surnames)];
}

/** Facts are put into a text and one of them is asked for, so the reference is known beforehand. */
export const extractionTemplates: readonly Template[] = [
  (picker) => {
    const [name, surname] = person(picker);
    const order = orderNumber(picker);
    const item = picker.pick(goods);
    const prompt = `Hello,\n\nI ordered ${item} on ${picker.integer(2, 28)} ${picker.pick(months)} and they still haven't come. The order number is ${order}. Could you look into it?\n\nBest wishes\n${name} ${surname}\n\n---\nWrite down the order number from this email and nothing else.`;
    return { prompt, reference: order, grader: exact };
  },
  (picker) => {
    const [name, surname] = person(picker);
    const email = emailAddress(picker, name, surname);
    const prompt = `Find the email address in the text. Output only the address.\n\n${name} ${surname} runs our office in ${picker.pick(cities)}; you can reach the team by phone until six, or write to ${email} at any time.`;
    return { prompt, reference: email, grader: exact };
  },
  (picker) => {
    const [from, to] = picker.sample(cities, 2);
    const hour = picker.integer(6, 21);
    const prompt = `"Your coach from ${from} to ${to} departs at ${hour}:${picker.pick(['05', '20', '35', '50'])} from bay ${picker.integer(1, 18)}." What is the destination? City name only.`;
    return { prompt, reference: to ?? '', grader: exact };
  },
  (picker) => {
    const [name, surname] = person(picker);
    const [day, month, year] = [
      picker.integer(1, 28),
      picker.integer(1, 12),
      picker.integer(2012, 2029),
    ];
    const iso = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
    const prompt = `Minutes: ${name} ${surname} proposed to move the annual meeting to ${months[month - 1]} ${day}, ${year}, and nobody objected.\n\nGive the new date of the meeting in the form YYYY-MM-DD, without any other words.`;
    return { prompt, reference: iso, grader: exact };
  },
  (picker) => {
    const items = picker.sample(goods, 4);
    const prices = picker.sample([3.2, 4.75, 5.6, 7.9, 8.25, 9.4, 11.3, 12.85, 14.1, 16.05], 4);
    const lines = items.map((item, index) => `${item}: ${(prices[index] ?? 0).toFixed(2)} EUR`);
    const asked = picker.integer(0, 3);
    const prompt = `From this receipt, tell me how much was charged for the ${items[asked]} (number only).\n\n${lines.join('\n')}`;
    return { prompt, reference: prices[asked] ?? 0, grader: { name: 'numeric' } };
  },
  (picker) => {
    const names = picker.sample(people, 3);
    const [one, two] = picker.sample(cities, 2);
    const prompt = `List every first name that occurs in this note, separated by commas.\n\n${names[0]} flew to ${one} on Friday. ${names[1]} and ${names[2]} will follow by train after the trade fair in ${two}.`;
    return {
      prompt,
      reference: names,
      grader: { name: 'contains', wholeWords: true, not: [one ?? '', two ?? ''] },
    };
  },
  (picker) => {
    const [name, surname] = person(picker);
    const record = {
      id: picker.integer(100, 999),
      customer: { name: `${name} ${surname}`, city: picker.pick(cities) },
      paid: picker.pick([true, false]),
    };
    const prompt = `${JSON.stringify(record, null, 2)}\n\nIn which city does the customer of this record live? Answer with the bare city name.`;
    return { prompt, reference: record.customer.city, grader: exact };
  },
  (picker) => {
    const digits = `${picker.integer(200, 989)} ${picker.integer(100, 999)} ${picker.integer(1000, 9999)}`;
    const [name, surname] = person(picker);
    const prompt = `Voicemail transcript: "Hi, this is ${name} ${surname} from the ${picker.pick(cities)} branch, it's about invoice ${picker.integer(1000, 9999)}. Please call me back on ${digits} before Thursday." Which phone number should be called? Copy it exactly as written.`;
    return {
      prompt,
      reference: [digits, digits.replaceAll(' ', ''), digits.replaceAll(' ', '-')],
      grader: exact,
    };
  },
  (picker) => {
    const [name, surname] = person(picker);
    const [boss, bossSurname] = person(picker);
    const role = picker.pick([
      'head of logistics',
      'chief archivist',
      'press officer',
      'site manager',
      'union representative',
    ]);
    const prompt = `${role.charAt(0).toUpperCase() + role.slice(1)} ${name} ${surname} will present the figures; deputy director ${boss} ${bossSurname} joins by video from ${picker.pick(cities)}. What is the surname of the ${role}? Reply with one word.`;
    return { prompt, reference: surname, grader: exact };
  },
  (picker) => {
    const [host, port] = [
      `${picker.pick(['alpha', 'delta', 'sigma', 'omega'])}${picker.integer(1, 40)}`,
      picker.integer(2000, 9900),
    ];
    const level = picker.pick(['ERROR', 'WARN', 'FATAL']);
    const prompt = `Log excerpt:\n12:0${picker.integer(1, 9)}:11 INFO  worker started on ${host}\n12:1${picker.integer(1, 9)}:45 ${level} upstream refused connection on port ${port}\n12:2${picker.integer(1, 9)}:02 INFO  retry succeeded\n\nWhich port refused the connection? Only the port.`;
    return { prompt, reference: port, grader: exact };
  },
];
