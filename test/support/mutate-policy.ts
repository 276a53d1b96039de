import type { Random } from '../../src/util/random.js';

type Json = Record<string | number, unknown>;

/** Bytes with one to four damages: flipped, changed, cut off, left out, doubled or moved. */
export function mutateBytes(whole: Uint8Array, random: Random): Uint8Array {
  const draw = (limit: number): number => Math.floor(random() * limit);
  let bytes = whole;
  for (let times = 1 + draw(4); times > 0; times--) {
    const copy = bytes.slice();
    const place = draw(Math.max(1, copy.length));
    const end = Math.min(copy.length, place + 1 + draw(40));
    switch (draw(6)) {
      case 0:
        copy[place] = (copy[place] ?? 0) ^ (1 << draw(8));
        break;
      case 1:
        copy[place] = draw(256);
        break;
      case 2:
        bytes = copy.slice(0, place);
        continue;
      case 3:
        bytes = Buffer.concat([copy.subarray(0, place), copy.subarray(end)]);
        continue;
      case 4:
        bytes = Buffer.concat([copy.subarray(0, end), copy.subarray(place)]);
        continue;
      default:
        copy.copyWithin(draw(Math.max(1, copy.length)), place, end);
    }
    bytes = copy;
  }
  return bytes;
}

/** New ones at each call, because what was put into a file may be damaged in turn. */
const listStrange = (): readonly unknown[] => [
  null,
  true,
  false,
  0,
  -1,
  -0,
  0.5,
  1e308,
  -1e308,
  5e-324,
  2 ** 31,
  2 ** 53,
  Number.NaN,
  Infinity,
  '',
  'x',
  '__proto__',
  'constructor',
  'toString',
  'AAAA',
  '====',
  '\ud800',
  'a'.repeat(10_000),
  [],
  [[]],
  {},
  { length: 3 },
  { __proto__: null },
  JSON.parse('{"__proto__":{"polluted":true}}'),
  JSON.parse('{"constructor":{"prototype":{"polluted":true}}}'),
];

function drawStrange(draw: (limit: number) => number): unknown {
  const all = listStrange();
  return all[draw(all.length)];
}

/** A file with one to three members taken out, replaced, copied from elsewhere or added. */
export function mutateMember(file: Json, random: Random): Json {
  const draw = (limit: number): number => Math.floor(random() * limit);
  for (let times = 1 + draw(3); times > 0; times--) {
    const parent = pickParent(file, draw);
    const keys = Object.keys(parent);
    const key = keys[draw(Math.max(1, keys.length))] ?? 'x';
    const value = parent[key];
    switch (draw(6)) {
      case 0:
        if (Array.isArray(parent)) parent.splice(Number(key), 1);
        else delete parent[key];
        break;
      case 1:
        parent[key] = drawStrange(draw);
        break;
      case 2: {
        const other = pickParent(file, draw);
        const otherKeys = Object.keys(other);
        parent[key] = structuredClone(other[otherKeys[draw(otherKeys.length)] ?? 'x']);
        break;
      }
      case 3:
        if (typeof value === 'number') parent[key] = value * (random() < 0.5 ? -1 : 1.5) + draw(3);
        else if (typeof value === 'string') parent[key] = value.slice(draw(value.length + 1));
        else if (Array.isArray(value)) parent[key] = [...(value as unknown[]), value[0]];
        break;
      case 4:
        Object.defineProperty(
          parent,
          ['__proto__', 'prototype', 'kind', '0', 'extra'][draw(5)] ?? '',
          {
            value: drawStrange(draw),
            enumerable: true,
            configurable: true,
            writable: true,
          },
        );
        break;
      default:
        if (typeof value === 'string' && value.length > 8) {
          const place = draw(value.length);
          const unit = String.fromCharCode(32 + draw(95));
          parent[key] = value.slice(0, place) + unit + value.slice(place + 1);
        }
    }
  }
  return file;
}

/** The file, or any object or list in it. */
function pickParent(file: Json, draw: (limit: number) => number): Json {
  const all: Json[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 8) return;
    all.push(value as Json);
    for (const member of Object.values(value)) visit(member, depth + 1);
  };
  visit(file, 0);
  return all[draw(all.length)] ?? file;
}
