import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { listZipEntries, readZipEntry } from '../../src/util/read-zip.js';
import { zipOf } from '../support/zip-archive.js';

/** What `zstd` makes of `text`: two frames of compressed blocks. */
const zstandard = {
  text: '{"id": 1, "input": "Two plus two?Two plus two?Two plus two?Two plus two?"}\n',
  frames: [
    'KLUv/QRoZQEARAJ7ImlkIjogMSwgImlucHV0IjogIlR3byBwbHVzIHR3bz8ifQoBAAHlfAJ0Df4M',
    'KLUv/QQAZQEARAJ7ImlkIjogMSwgImlucHV0IjogIlR3byBwbHVzIHR3bz8ifQoBAAHlfAJ0Df4M',
  ],
};

function readAll(bytes: Uint8Array): Record<string, string> {
  const buffer = Buffer.from(bytes);
  return Object.fromEntries(
    listZipEntries(buffer).map((entry) => [
      entry.name,
      readZipEntry(buffer, entry).toString('utf8'),
    ]),
  );
}

describe('a ZIP archive', () => {
  it('gives back what was packed, deflated or stored', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-zä/]{1,9}\.json$/), fc.string({ maxLength: 500 })),
        fc.constantFrom(0 as const, 6 as const),
        (files, level) => {
          const packed = zipSync(
            Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])),
            { level },
          );
          expect(readAll(packed)).toEqual(files);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('unpacks Zstandard, also of several frames', () => {
    const data = Buffer.concat(zstandard.frames.map((frame) => Buffer.from(frame, 'base64')));
    const packed = zipOf([{ name: 'a.json', method: 93, data, size: 2 * zstandard.text.length }]);
    expect(readAll(packed)).toEqual({ 'a.json': zstandard.text.repeat(2) });
  });

  it('takes the last of several files with the same name', () => {
    const stored = (text: string) => ({
      name: 'a.json',
      method: 0,
      data: Buffer.from(text),
      size: text.length,
    });
    expect(readAll(zipOf([stored('old'), stored('newer')]))).toEqual({ 'a.json': 'newer' });
  });

  it('finds the values that are in a ZIP64 extra field', () => {
    const data = Buffer.from('text');
    const packed = zipOf([{ name: 'a', method: 0, data, size: 4, isZip64: true }]);
    expect(readAll(packed)).toEqual({ a: 'text' });
  });

  it.each([
    ['deflated', zipSync({ a: strToU8('x'.repeat(9000)) })],
    [
      'Zstandard',
      zipOf([
        { name: 'a', method: 93, data: Buffer.from(zstandard.frames[0] ?? '', 'base64'), size: 70 },
      ]),
    ],
  ])('never unpacks more than its directory states (%s)', (_, packed) => {
    const buffer = Buffer.from(packed);
    const [entry] = listZipEntries(buffer);
    if (entry === undefined) throw new Error('the archive is empty');
    expect(() => readZipEntry(buffer, { ...entry, size: 10 })).toThrow();
  });

  it.each([
    ['is cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 30)],
    ['is something else', () => Buffer.from('no archive, but long enough to look into')],
    ['is empty', () => Buffer.alloc(0)],
  ])('is refused if it %s', (_, damage) => {
    const packed = Buffer.from(zipSync({ a: strToU8('text') }));
    expect(() => listZipEntries(damage(packed))).toThrow(/directory/);
  });

  it('is refused with a method that it does not know', () => {
    const packed = zipOf([{ name: 'a', method: 12, data: Buffer.from('x'), size: 1 }]);
    expect(() => readAll(packed)).toThrow('a is compressed with method 12');
  });
});
