import { inflateRawSync } from 'node:zlib';
import { Decompress } from 'fzstd';

/** A file inside a ZIP archive. */
export interface ZipEntry {
  readonly name: string;
  /** The size that the archive states, in bytes; `readZipEntry` never returns more. */
  readonly size: number;
  readonly method: number;
  readonly compressedSize: number;
  /** Where its local header starts. */
  readonly offset: number;
}

const signatures = { end: 0x06054b50, end64: 0x06064b50, central: 0x02014b50, local: 0x04034b50 };

/** Sizes of the fixed parts of the records, in bytes. */
const sizes = { end: 22, locator64: 20, end64: 56, central: 46, local: 30 };

/** Stands in a 32-bit field for a value that is in the ZIP64 extra field. */
const inExtra = 0xffffffff;

/**
 * Lists the files of a ZIP archive in the order of its directory (APPNOTE 6.3.9, ZIP64 included). Of
 * several files with the same name, the last one counts.
 *
 * @throws Error for bytes that are no complete archive
 */
export function listZipEntries(bytes: Buffer): readonly ZipEntry[] {
  const { count, start } = findDirectory(bytes);
  const entries = new Map<string, ZipEntry>();
  for (let at = start, index = 0; index < count; index++) {
    if (readUint32(bytes, at) !== signatures.central) throw new Error('its directory is damaged');
    const nameLength = bytes.readUInt16LE(at + 28);
    const extraLength = bytes.readUInt16LE(at + 30);
    const next = at + sizes.central + nameLength + extraLength + bytes.readUInt16LE(at + 32);
    if (next > bytes.length) throw new Error('its directory is damaged');
    const name = bytes.toString('utf8', at + sizes.central, at + sizes.central + nameLength);
    const extra = bytes.subarray(
      at + sizes.central + nameLength,
      at + sizes.central + nameLength + extraLength,
    );
    const [size, compressedSize, offset] = resolveZip64(extra, [
      bytes.readUInt32LE(at + 24),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 42),
    ]);
    entries.set(name, { name, size, compressedSize, offset, method: bytes.readUInt16LE(at + 10) });
    at = next;
  }
  return [...entries.values()];
}

/**
 * Unpacks a file of an archive: stored, deflated, or compressed with Zstandard.
 *
 * @throws Error for another method, damaged bytes, or more bytes than the entry states
 */
export function readZipEntry(bytes: Buffer, entry: ZipEntry): Buffer {
  const { offset, compressedSize, method, size, name } = entry;
  if (readUint32(bytes, offset) !== signatures.local) throw new Error(`${name} is damaged`);
  const start =
    offset + sizes.local + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  const data = bytes.subarray(start, start + compressedSize);
  if (data.length !== compressedSize) throw new Error(`${name} is cut off`);
  if (method === 0) return data;
  // A limit of 0 is not allowed, and an empty file needs none.
  if (method === 8) return inflateRawSync(data, { maxOutputLength: Math.max(size, 1) });
  if (method === 93) return decompressZstandard(data, size, name);
  throw new Error(`${name} is compressed with method ${method}, which is not supported`);
}

function findDirectory(bytes: Buffer): { readonly count: number; readonly start: number } {
  // A comment of at most 65,535 bytes may follow the record.
  const earliest = Math.max(0, bytes.length - sizes.end - 0xffff);
  for (let at = bytes.length - sizes.end; at >= earliest; at--) {
    if (bytes.readUInt32LE(at) !== signatures.end) continue;
    const directory = { count: bytes.readUInt16LE(at + 10), start: bytes.readUInt32LE(at + 16) };
    const isZip64 = directory.count === 0xffff || directory.start === inExtra;
    if (!isZip64) return directory;
    const at64 = Number(bytes.readBigUInt64LE(at - sizes.locator64 + 8));
    if (readUint32(bytes, at64) !== signatures.end64) break;
    return {
      count: Number(bytes.readBigUInt64LE(at64 + 32)),
      start: Number(bytes.readBigUInt64LE(at64 + 48)),
    };
  }
  throw new Error('it has no directory; it may be cut off');
}

/** The 64-bit values of those fields that are in the ZIP64 extra field, which is in their order. */
function resolveZip64(extra: Buffer, fields: [number, number, number]): [number, number, number] {
  let place = 0;
  let values = Buffer.alloc(0);
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    const isZip64 = extra.readUInt16LE(at) === 1;
    if (isZip64) values = Buffer.from(extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2)));
  }
  const resolve = (value: number): number => {
    if (value !== inExtra || place + 8 > values.length) return value;
    place += 8;
    return Number(values.readBigUInt64LE(place - 8));
  };
  const [size, compressedSize, offset] = fields;
  return [resolve(size), resolve(compressedSize), resolve(offset)];
}

function decompressZstandard(data: Buffer, size: number, name: string): Buffer {
  const pieces: Uint8Array[] = [];
  let total = 0;
  const stream = new Decompress((piece) => {
    total += piece.length;
    if (total > size) throw new Error(`${name} is larger than its archive states`);
    pieces.push(piece);
  });
  stream.push(data, true);
  return Buffer.concat(pieces, total);
}

/** A 32-bit number, or -1 beyond the end. */
function readUint32(bytes: Buffer, at: number): number {
  return at >= 0 && at + 4 <= bytes.length ? bytes.readUInt32LE(at) : -1;
}
