/**
 * Source of the functions that stand between the grader and a program inside QuickJS. It runs first,
 * and keeps what it needs of the language, so that a program cannot put its own in place of it.
 */
export const javascriptHarness = `((print) => {
  const { parse, stringify } = JSON;
  const { from } = Array;
  const { keys } = Object;
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
  globalThis.console = { log, info: log, warn: log, error: log, debug: log, table: log };
  globalThis.module = { exports: {} };
  globalThis.exports = globalThis.module.exports;
  globalThis.require = (name) => { throw new Error('there is no module ' + text(name)); };
  globalThis.structuredClone = (value) => parse(stringify(value));
  function replace(key, value) {
    if (value === null && this[key] instanceof Date) return text(this[key]);
    if (value instanceof Set) return from(value);
    if (value instanceof Map) return from(value);
    if (typeof value === 'bigint') return spell(key, Number(value));
    if (value instanceof Number) return spell(key, Number(value));
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return from(value);
    return spell(key, value);
  }
  return {
    parse,
    // What is exported only can be named in an expression all the same.
    publish: () => {
      const { exports } = globalThis.module ?? {};
      if (typeof exports !== 'object' || exports === null) return;
      for (const name of keys(exports)) {
        if (!(name in globalThis)) globalThis[name] = exports[name];
      }
    },
    encode: (value) => stringify(value, replace),
    find: (name, named) => {
      if (typeof named === 'function') return named;
      const { exports } = globalThis.module ?? {};
      if (typeof exports === 'function') return exports;
      const found = exports?.[name];
      return typeof found === 'function' ? found : undefined;
    },
  };
})`;
