import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { RoutesmithError } from './errors.js';

const decompress = promisify(gunzip);

/** Near the maximum length of a JavaScript string. */
const maximumBytes = 500_000_000;

/**
 * Reads a UTF-8 text file, and decompresses it if its name ends in `.gz`. A byte order mark is
 * removed.
 *
 * @throws RoutesmithError `invalid_input` if the file is missing, a folder, not readable, not valid
 * gzip or UTF-8, or larger than 500 MB decompressed
 */
export async function readTextFile(file: string): Promise<string> {
  const bytes = await readFileBytes(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new RoutesmithError('invalid_input', 'the file is not UTF-8 text', {
      where: file,
      fix: 'Save it with the encoding UTF-8.',
      cause,
    });
  }
}

/**
 * Reads a file's bytes, and decompresses them if its name ends in `.gz`.
 *
 * @throws RoutesmithError `invalid_input` as `readTextFile` does, but for any encoding
 */
export async function readFileBytes(file: string): Promise<Buffer> {
  const bytes = await readBytes(file);
  const unpacked = file.toLowerCase().endsWith('.gz') ? await unpack(file, bytes) : bytes;
  if (unpacked.length > maximumBytes) throw tooLarge(file);
  return unpacked;
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw describeReadError(cause, file);
  }
}

/** Describes why a file could not be read, and what to do. */
export function describeReadError(cause: unknown, file: string): RoutesmithError {
  const { what, fix } = describeReadFailure(cause);
  return new RoutesmithError('invalid_input', what, { where: file, fix, cause });
}

async function unpack(file: string, bytes: Buffer): Promise<Buffer> {
  try {
    return await decompress(bytes, { maxOutputLength: maximumBytes });
  } catch (cause) {
    if (errorCode(cause) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(file);
    throw new RoutesmithError('invalid_input', 'the file cannot be unpacked as gzip', {
      where: file,
      fix: 'Compress it with gzip, or remove .gz from its name if it is plain text.',
      cause,
    });
  }
}

function tooLarge(file: string): RoutesmithError {
  return new RoutesmithError('invalid_input', 'the file holds more than 500 MB', {
    where: file,
    fix: 'Split it into smaller files.',
  });
}

function describeReadFailure(cause: unknown): { readonly what: string; readonly fix: string } {
  switch (errorCode(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { what: 'there is no such file', fix: 'Check the path and the working directory.' };
    case 'EISDIR':
      return { what: 'this is a folder, not a file', fix: 'Name a file inside it.' };
    case 'EACCES':
    case 'EPERM':
      return { what: 'the file may not be read', fix: 'Check its permissions.' };
    case 'ERR_FS_FILE_TOO_LARGE':
      return { what: 'the file is too large to read', fix: 'Split it into smaller files.' };
    default:
      return {
        what: `the file cannot be read (${String(cause)})`,
        fix: 'Check the path and the disk.',
      };
  }
}

function errorCode(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}
