import { javascriptShims } from './javascript-shims.js';

/**
 * Source of the functions that stand between the grader and a program inside QuickJS. It runs first,
 * and keeps what it needs of the language, so that a program cannot put its own in place of it.
 */
export const javascriptHarness = `((print) => {
  const { parse, stringify } = JSON;
  const { from, isArray } = Array;
  const { sort, indexOf } = Array.prototype;
  const { getOwnPropertyDescriptor, keys } = Object;
  const apply = Reflect.apply;
  const { toString } = Object.prototype;
  const text = String;
  const { isFinite } = Number;
  const join = Array.prototype.join;
  const map = Array.prototype.map;
  // JSON would write null, which is another value.
  const spell = (key, value) => typeof value === 'number' && !isFinite(value) ? text(value) : value;
  const show = (value) => {
    if (typeof value === 'string') return value;
    if (typeof value !== 'object' || value === null) return text(value);
    try { return stringify(value, spell) ?? text(value); } catch { return apply(toString, value, []); }
  };
  const log = (...values) => print(apply(join, apply(map, values, [show]), [' ']));
  const quiet = () => {};
  const counts = new Map();
  const { get, set } = Map.prototype;
  const count = (label = 'default') => {
    const name = text(label);
    const next = (apply(get, counts, [name]) ?? 0) + 1;
    apply(set, counts, [name, next]);
    print(name + ': ' + next);
  };
  const countReset = (label = 'default') => { apply(set, counts, [text(label), 0]); };
  globalThis.console = {
    log, info: log, warn: log, error: log, debug: log, table: log, group: log, groupCollapsed: log,
    dir: (value) => log(value), dirxml: log, count, countReset,
    assert: quiet, groupEnd: quiet, time: quiet, timeEnd: quiet, timeLog: quiet, trace: quiet,
    timeStamp: quiet, profile: quiet, profileEnd: quiet,
  };
  globalThis.module = { exports: {} };
  globalThis.exports = globalThis.module.exports;
  const lacks = (${javascriptShims})();
  // By kind, then by value, as Python's sets are sorted.
  const plain = (value) => {
    const encoded = stringify([value], replace);
    return parse(encoded)[0];
  };
  const kinds = ['null', 'boolean', 'object', 'list', 'number', 'string'];
  const kindOf = (value) =>
    apply(indexOf, kinds, [value === null ? 'null' : isArray(value) ? 'list' : typeof value]);
  function compare(a, b) {
    const kind = kindOf(a);
    if (kind !== kindOf(b)) return kind - kindOf(b);
    if (isArray(a)) {
      for (let at = 0; at < a.length && at < b.length; at++) {
        const order = compare(a[at], b[at]);
        if (order !== 0) return order;
      }
      return a.length - b.length;
    }
    const [left, right] = kind === 2 ? [stringify(a), stringify(b)] : [a, b];
    return left < right ? -1 : left > right ? 1 : 0;
  }
  function replace(key, value) {
    if (value === null && this[key] instanceof Date) return text(this[key]);
    if (value instanceof Set) return apply(sort, from(value, plain), [compare]);
    if (value instanceof Map) return from(value);
    if (typeof value === 'bigint') return spell(key, Number(value));
    if (value instanceof Number) return spell(key, Number(value));
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return from(value);
    return spell(key, value);
  }
  return {
    parse,
    // What the program used that other hosts have, for its failure is not its own then.
    lacks: () => apply(join, lacks, ['\\n']),
    // What is exported only can be named in an expression all the same.
    publish: () => {
      const { exports } = globalThis.module ?? {};
      if (typeof exports !== 'object' || exports === null) return;
      for (const name of keys(exports)) {
        const found = getOwnPropertyDescriptor(globalThis, name);
        if (!(name in globalThis) || found?.get !== undefined) globalThis[name] = exports[name];
      }
    },
    encode: (value) => stringify(value, replace),
    // Looking for the function to call is no use that the program makes of a name.
    pause: (isPaused) => { lacks.isPaused = isPaused; },
    find: (name, named) => {
      if (typeof named === 'function') return named;
      const { exports } = globalThis.module ?? {};
      if (typeof exports === 'function') return exports;
      const found = exports?.[name];
      return typeof found === 'function' ? found : undefined;
    },
  };
})`;
