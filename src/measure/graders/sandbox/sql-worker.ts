/** A thread that runs SQL in SQLite: a new WebAssembly instance for every program. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import initSqlite, { type Database, type Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import type { JsonValue } from '../../../util/json.js';
import { createOutputMeter, OutputLimitError, type OutputMeter } from './output-meter.js';
import type { SandboxProgram, SandboxResult } from './sandbox.js';
import { servePrograms } from './serve-programs.js';

const pageBytes = 65_536;
const interpreterPages = 256;
/** What a program may not ask for: files, and settings that would lead to some. */
const deniedActions = ['SQLITE_ATTACH', 'SQLITE_DETACH', 'SQLITE_PRAGMA'] as const;
/** A system call's answer where access is denied, in Emscripten's numbers. */
const accessDenied = -2;
const stepsPerCheck = 10_000;

await servePrograms(async () => {
  const file = createRequire(import.meta.url).resolve('@sqlite.org/sqlite-wasm/sqlite3.wasm');
  const module = await WebAssembly.compile(await readFile(file));
  return async (program) => {
    const sqlite = await createInstance(module, program);
    return () => runProgram(sqlite, program);
  };
});

async function createInstance(
  module: WebAssembly.Module,
  { limits }: SandboxProgram,
): Promise<Sqlite3Static> {
  const settings = {
    print: () => {},
    printErr: () => {},
    wasmMemory: new WebAssembly.Memory({
      initial: interpreterPages,
      maximum: interpreterPages + Math.floor(limits.memoryBytes / pageBytes),
    }),
    instantiateWasm(imports: WebAssembly.Imports, onReady: (...made: readonly unknown[]) => void) {
      // The data is in memory, so that no file is ever needed: not even one in memory, whose size
      // nothing would limit.
      const environment = imports['env'] as Record<string, unknown>;
      environment['__syscall_openat'] = () => accessDenied;
      void WebAssembly.instantiate(module, imports).then((instance) => onReady(instance, module));
      return {};
    },
  };
  return (initSqlite as (settings: unknown) => Promise<Sqlite3Static>)(settings);
}

function runProgram(sqlite: Sqlite3Static, program: SandboxProgram): SandboxResult {
  if (program.language !== 'sql') throw new TypeError('this thread runs SQL');
  const { setup, code, check, limits } = program;
  const meter = createOutputMeter(limits.outputBytes);
  const database = new sqlite.oo1.DB(':memory:');
  let end = performance.now() + limits.timeMs;
  const isLate = (): boolean => performance.now() > end;
  interruptWhere(sqlite, database, isLate);
  try {
    database.exec(['PRAGMA temp_store = MEMORY;', setup]);
  } catch (cause) {
    return { kind: 'setup_failed', reason: describeSetupFailure(cause, limits.timeMs) };
  }
  // What the set-up takes is not of the program's time.
  end = performance.now() + limits.timeMs;
  restrict(sqlite, database);
  try {
    let rows = runStatements(sqlite, database, code, meter);
    if (check !== undefined) {
      const copy = copyCommitted(sqlite, database);
      restrict(sqlite, copy);
      interruptWhere(sqlite, copy, isLate);
      rows = runStatements(sqlite, copy, check, meter);
    }
    const results = [{ kind: 'returned' as const, value: rows }];
    return { kind: 'ran', results, output: '', error: undefined };
  } catch (cause) {
    if (cause instanceof OutputLimitError) return { kind: 'stopped', reason: cause.message };
    const message = cause instanceof Error ? cause.message : String(cause);
    if (/SQLITE_INTERRUPT/.test(message)) {
      return { kind: 'stopped', reason: `the program took longer than ${limits.timeMs} ms` };
    }
    if (/SQLITE_NOMEM/.test(message)) {
      return { kind: 'stopped', reason: 'the program used more memory than it may' };
    }
    return { kind: 'ran', results: [], output: '', error: message.slice(0, 200) };
  }
}

function describeSetupFailure(cause: unknown, timeMs: number): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return /SQLITE_INTERRUPT/.test(message)
    ? `it took longer than ${timeMs} ms`
    : message.slice(0, 200);
}

function restrict(sqlite: Sqlite3Static, database: Database): void {
  const { capi } = sqlite;
  const denied = new Set<number>(deniedActions.map((name) => capi[name]));
  capi.sqlite3_set_authorizer(
    database,
    (_, action) => (denied.has(action) ? capi.SQLITE_DENY : capi.SQLITE_OK),
    0,
  );
}

function interruptWhere({ capi }: Sqlite3Static, database: Database, isLate: () => boolean): void {
  capi.sqlite3_progress_handler(database, stepsPerCheck, () => Number(isLate()), 0);
}

/**
 * What is committed, in a connection of its own: without temporary tables and views, which go before
 * others of the same name, and without what a transaction has left open.
 */
function copyCommitted({ oo1, capi, wasm }: Sqlite3Static, database: Database): Database {
  capi.sqlite3_exec(database, 'ROLLBACK', 0, 0, 0);
  // Copying asks for the number of pages with a PRAGMA.
  capi.sqlite3_set_authorizer(database, () => capi.SQLITE_OK, 0);
  const content = capi.sqlite3_js_db_export(database);
  const copy = new oo1.DB(':memory:');
  copy.exec('PRAGMA temp_store = MEMORY;');
  if (content.byteLength === 0) return copy;
  const start = wasm.allocFromTypedArray(content);
  const { byteLength } = content;
  const flags = capi.SQLITE_DESERIALIZE_FREEONCLOSE | capi.SQLITE_DESERIALIZE_RESIZEABLE;
  copy.checkRc(capi.sqlite3_deserialize(copy, 'main', start, byteLength, byteLength, flags));
  return copy;
}

/** Runs all statements; the rows of the last one that has columns, none where none has. */
function runStatements(
  { capi, wasm }: Sqlite3Static,
  database: Database,
  sql: string,
  meter: OutputMeter,
): JsonValue[][] {
  let rows: JsonValue[][] = [];
  // Nothing is given back: the whole instance is thrown away.
  wasm.scopedAllocPush();
  const [start, length] = wasm.scopedAllocCString(sql, true);
  const statementPointer = wasm.scopedAlloc(8);
  const tailPointer = wasm.scopedAlloc(8);
  const check = (code: number): void => {
    if (code === capi.SQLITE_OK || code === capi.SQLITE_DONE) return;
    const name = capi.sqlite3_js_rc_str(code) ?? String(code);
    throw new Error(`${name}: ${capi.sqlite3_errmsg(database)}`);
  };
  for (let at = start; at < start + length; at = wasm.peekPtr(tailPointer)) {
    const left = start + length - at + 1;
    check(capi.sqlite3_prepare_v3(database, at, left, 0, statementPointer, tailPointer));
    const statement = wasm.peekPtr(statementPointer);
    if (statement === 0) continue;
    const columns = capi.sqlite3_column_count(statement);
    if (columns > 0) rows = [];
    let code = capi.sqlite3_step(statement);
    for (; code === capi.SQLITE_ROW; code = capi.sqlite3_step(statement)) {
      const row = Array.from({ length: columns }, (_, column) =>
        toJson(capi.sqlite3_column_js(statement, column)),
      );
      meter.count(row.reduce<number>((sum, value) => sum + String(value).length, 1));
      rows.push(row);
    }
    check(code);
    capi.sqlite3_finalize(statement);
  }
  return rows;
}

function toJson(value: unknown): JsonValue {
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value as JsonValue;
}
