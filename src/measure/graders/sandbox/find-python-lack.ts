/** Modules of the standard library that this build has not. */
const absentModules =
  /^ModuleNotFoundError: No module named '(_?(?:ssl|ctypes|curses|lzma|multiprocessing|posixshmem|readline|resource|termios|tkinter|dbm|gdbm)(?:\.\w+)?|concurrent\.futures\.(?:thread|process)|concurrent\.interpreters|annotationlib|compression(?:\.\w+)?|string\.templatelib)'/;
/** What modules have since Python 3.12, by module. */
const laterNames: Readonly<Record<string, readonly string[]>> = {
  base64: ['z85encode', 'z85decode'],
  calendar: ['Month', 'Day', 'JANUARY', 'FEBRUARY'],
  'collections.abc': ['Buffer'],
  copy: ['replace'],
  functools: ['Placeholder'],
  heapq: ['heapify_max', 'heappush_max', 'heappop_max', 'heapreplace_max', 'heappushpop_max'],
  inspect: ['markcoroutinefunction', 'BufferFlags'],
  itertools: ['batched'],
  math: ['sumprod', 'fma'],
  operator: ['is_none', 'is_not_none'],
  os: ['process_cpu_count'],
  queue: ['ShutDown'],
  random: ['binomialvariate'],
  statistics: ['kde', 'kde_random'],
  types: ['get_original_bases', 'CapsuleType'],
  typing: ['override', 'NoDefault', 'ReadOnly', 'TypeAliasType', 'TypeIs', 'get_protocol_members'],
  uuid: ['uuid6', 'uuid7', 'uuid8', 'NIL', 'MAX'],
  warnings: ['deprecated'],
};
const unknownName =
  /^(?:ImportError: cannot import name '(\w+)' from '([\w.]+)'|AttributeError: module '([\w.]+)' has no attribute '(\w+)')/;

/** `f"{d["a"]}"`: the quotes of an f-string within it. */
const nestedQuotes =
  /\b[rR]?[fF][rR]?(["'])(?:(?!\1)[^\n]){0,200}\{(?:(?!\1)[^{}\n]){0,100}\1(?:(?!\1)[^{}\n]){0,100}\1(?:(?!\1)[^{}\n]){0,100}\}/;
/** `def f[T](x)`, `class A[T]` and `type X = int`. */
const typeParameters =
  /^[ \t]{0,40}(?:(?:async[ \t]{1,4})?def|class)[ \t]{1,4}\w{1,80}\[|^[ \t]{0,40}type[ \t]{1,4}\w{1,80}(?:\[[^\]\n]{0,100}\])?[ \t]{0,4}=/m;

/**
 * What a program failed for that other Pythons have, or undefined where it failed by itself.
 *
 * @param message of the error
 */
export function findLack(message: string, code: string): string | undefined {
  const absent = absentModules.exec(message)?.[1];
  if (absent !== undefined) return `the module ${absent}`;
  const [, imported, from, module, attribute] = unknownName.exec(message) ?? [];
  const [owner = '', name = ''] = from === undefined ? [module, attribute] : [from, imported];
  if (Object.hasOwn(laterNames, owner) && laterNames[owner]?.includes(name) === true) {
    return `${owner}.${name}`;
  }
  if (message.startsWith('SyntaxError: f-string expression part cannot include'))
    return laterSyntax;
  if (message.startsWith('SyntaxError: f-string') && nestedQuotes.test(code)) return laterSyntax;
  if (message.startsWith('SyntaxError') && typeParameters.test(code)) return laterSyntax;
  if (message.startsWith("RuntimeError: can't start new thread")) return 'a second thread';
  if (message.startsWith('ZoneInfoNotFoundError')) return 'the data of time zones';
  return message.startsWith('OSError: [Errno 58]')
    ? 'what the program asks of its system'
    : undefined;
}

const laterSyntax = 'syntax of Python 3.12';
