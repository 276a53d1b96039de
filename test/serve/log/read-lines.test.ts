import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { readLines } from '../../../src/serve/log/read-lines.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();

async function read(path: string, isPacked: boolean) {
  const lines: string[] = [];
  let isTorn = false;
  for await (const batch of readLines({ path, isPacked } as Parameters<typeof readLines>[0])) {
    if (batch.lines.length > 0) expect(batch.first).toBe(lines.length + 1);
    lines.push(...batch.lines);
    isTorn ||= batch.isTorn;
  }
  return { lines, isTorn };
}

it('gives the lines of a segment, plain or compressed, and says whether the last one is torn', async () => {
  const length = fc.oneof(fc.nat(40), fc.integer({ min: 500_000, max: 600_000 }));
  const segment = fc.record({
    lengths: fc.array(length, { maxLength: 6 }),
    tornLength: fc.nat(3),
    isPacked: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(segment, async ({ lengths, tornLength, isPacked }) => {
      const lines = lengths.map((count, index) => String(index % 10).repeat(count));
      const text = lines.map((line) => `${line}\n`).join('') + 't'.repeat(tornLength);
      const path = folder.file('segment.jsonl');
      folder.write('segment.jsonl', isPacked ? gzipSync(text) : text);
      expect(await read(path, isPacked)).toEqual({ lines, isTorn: tornLength > 0 });
    }),
    { numRuns: 20 },
  );
});

it('does not hold a line that is longer than any record, and reads on behind it', async () => {
  const text = Buffer.concat([
    Buffer.from('{"a":1}\n'),
    Buffer.alloc(70 * 1024 * 1024, 'x'),
    Buffer.from('\n{"b":2}\n'),
  ]);
  folder.write('long.jsonl.gz', gzipSync(text, { level: 1 }));
  const { lines } = await read(folder.file('long.jsonl.gz'), true);
  expect([lines[0], lines[2]]).toEqual(['{"a":1}', '{"b":2}']);
  expect(lines[1]!.length).toBeLessThan(64 * 1024 * 1024);
});
