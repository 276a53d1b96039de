/** Modules of Node.js: a program that asks for one of them is right elsewhere. */
export const nodeModules: readonly string[] =
  'assert async_hooks buffer child_process crypto events fs http https net os path perf_hooks process querystring readline stream string_decoder test timers tty url util vm worker_threads zlib'.split(
    ' ',
  );

/** What browsers and Node.js have and QuickJS has not. */
const hostGlobals: readonly string[] =
  'AbortController AbortSignal Atomics Blob BroadcastChannel Buffer CustomEvent DOMException Event EventTarget File FormData Headers Intl MessageChannel ReadableStream Request Response Temporal TextDecoder TextEncoder URL URLSearchParams WebAssembly WritableStream atob btoa clearInterval clearTimeout crypto fetch navigator performance process self setImmediate setInterval setTimeout'.split(
    ' ',
  );

/** English of places that write numbers as the United States do: 1,234,567.5. */
const plainNumberLocales: readonly string[] = [
  'en',
  'en-US',
  'en-GB',
  'en-CA',
  'en-AU',
  'en-NZ',
  'en-IE',
];

/** Printable ASCII before the digits, as the default collation of Unicode sorts it. */
const marks = ' _-,;:!?.\'"()[]{}@*/\\&#%`^+<=>|~$';

/**
 * Source of a function that puts in place what QuickJS lacks, or does in another way than browsers and
 * Node.js. It returns a list, to which is added what a program uses of the rest (unless its `isPaused` is
 * set): its failure may be the sandbox's.
 */
export const javascriptShims = `() => {
  const lacks = [];
  const { includes, push } = Array.prototype;
  const { charCodeAt, indexOf, normalize, replace, toLowerCase } = String.prototype;
  const { test } = RegExp.prototype;
  const { toFixed } = Number.prototype;
  const { defineProperty, getPrototypeOf, keys } = Object;
  const { isArray } = Array;
  const apply = Reflect.apply;
  const text = String;
  const lack = (name) => {
    // A program must not fill it with texts of its own.
    if (lacks.isPaused || lacks.length >= 10 || apply(includes, lacks, [name])) return;
    apply(push, lacks, [name]);
  };
  const put = (object, name, value) =>
    defineProperty(object, name, { value, writable: true, configurable: true, enumerable: false });
  // Undefined, as it was, until the program puts its own in place.
  const mark = (object, name, label) => {
    if (name in object) return;
    defineProperty(object, name, {
      configurable: true,
      enumerable: false,
      get: () => lack(label),
      set(value) {
        defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true });
      },
    });
  };
  put(globalThis, 'global', globalThis);
  for (const name of ${JSON.stringify(hostGlobals)}) mark(globalThis, name, name);
  mark(Array, 'fromAsync', 'Array.fromAsync');
  mark(Uint8Array, 'fromBase64', 'Uint8Array.fromBase64');
  if (!('captureStackTrace' in Error)) put(Error, 'captureStackTrace', () => {});
  const then = Promise.prototype.then;
  const settled = Promise.resolve();
  put(globalThis, 'queueMicrotask', (run) => { apply(then, settled, [() => { run(); }]); });

  const modules = ${JSON.stringify(nodeModules)};
  globalThis.require = (name) => {
    const bare = apply(replace, text(name), [/^node:|\\/promises$/g, '']);
    if (apply(includes, modules, [bare])) lack('the module ' + bare);
    throw new Error('there is no module ' + text(name));
  };

  const clone = (value, seen) => {
    if (typeof value === 'function' || typeof value === 'symbol') {
      throw new TypeError(text(value) + ' could not be cloned');
    }
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return seen.get(value);
    const keep = (copy) => {
      seen.set(value, copy);
      return copy;
    };
    if (value instanceof Date) return keep(new Date(+value));
    if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
    if (value instanceof Map) {
      const copy = keep(new Map());
      for (const [key, one] of value) copy.set(clone(key, seen), clone(one, seen));
      return copy;
    }
    if (value instanceof Set) {
      const copy = keep(new Set());
      for (const one of value) copy.add(clone(one, seen));
      return copy;
    }
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof Error) {
      lack('structuredClone of a buffer or an error');
      return value;
    }
    const copy = keep(isArray(value) ? new Array(value.length) : {});
    for (const key of keys(value)) copy[key] = clone(value[key], seen);
    return copy;
  };
  put(globalThis, 'structuredClone', (value) => clone(value, new Map()));

  // Regions do not matter to the order of texts. Extensions do: "en-u-kn-true" compares numbers.
  const isEnglish = (locales) =>
    locales === undefined ||
    (typeof locales === 'string' && apply(test, /^en(?:-[A-Za-z]{2})?$/, [locales]));
  // Elsewhere, numbers are written otherwise: 12,34,567.5 in India, 1.234.567,5 in Germany.
  const hasPlainNumbers = (locales) =>
    locales === undefined || apply(includes, ${JSON.stringify(plainNumberLocales)}, [locales]);
  const marks = ${JSON.stringify(marks)};
  const rank = (code, character) => {
    const mark = apply(indexOf, marks, [character]);
    return mark === -1 ? 1000 + code : mark;
  };
  const ownCompare = String.prototype.localeCompare;
  const accents = /[\\u0300-\\u036f]/g;
  const beyond = /[^ -~]/;
  put(String.prototype, 'localeCompare', function localeCompare(other, locales, options) {
    const [a, b] = [text(this), text(other)];
    const { sensitivity, ...others } = options ?? {};
    const isKnown = sensitivity === undefined || sensitivity === 'variant' || sensitivity === 'base';
    const bases = [a, b].map((one) => apply(replace, apply(normalize, one, ['NFD']), [accents, '']));
    const [left, right] = bases.map((one) => apply(toLowerCase, one, []));
    const give = () => {
      lack('localeCompare');
      return apply(ownCompare, a, [b]);
    };
    if (!isEnglish(locales) || !isKnown || keys(others).length > 0) return give();
    if (beyond.test(left) || beyond.test(right)) return a === b ? 0 : give();
    for (let at = 0; at < left.length || at < right.length; at++) {
      if (at >= left.length) return -1;
      if (at >= right.length) return 1;
      const [x, y] = [left, right].map((one) => rank(apply(charCodeAt, one, [at]), one[at]));
      if (x !== y) return x < y ? -1 : 1;
    }
    if (a === b || sensitivity === 'base') return 0;
    const [hasA, hasB] = [a, b].map((one) => beyond.test(one));
    if (hasA && hasB) return give();
    if (hasA || hasB) return hasA ? 1 : -1;
    for (let at = 0; at < a.length; at++) {
      if (a[at] !== b[at]) return a[at] > b[at] ? -1 : 1;
    }
    return 0;
  });

  const ownNumberText = Number.prototype.toLocaleString;
  put(Number.prototype, 'toLocaleString', function toLocaleString(locales, options) {
    const value = Number(this);
    const { minimumFractionDigits: low = 0, maximumFractionDigits: high = low > 3 ? low : 3, ...others } =
      options ?? {};
    const isKnown = hasPlainNumbers(locales) && keys(others).length === 0 && high >= low && high <= 15;
    const size = value < 0 ? -value : value;
    // Beyond it, a digit more decides how the last one is rounded.
    if (!isKnown || !(size * 10 ** high < 2 ** 53)) {
      lack('toLocaleString');
      return apply(ownNumberText, this, []);
    }
    const fixed = roundHalf(size, high);
    const [whole, digits = ''] = apply(text.prototype.split, fixed, ['.']);
    const kept = apply(replace, digits, [new RegExp('0{0,' + (high - low) + '}$'), '']);
    const grouped = apply(replace, whole, [/\\B(?=(?:\\d{3})+$)/g, ',']);
    const sign = value < 0 || Object.is(value, -0) ? '-' : '';
    return sign + grouped + (kept === '' ? '' : '.' + kept);
  });
  // Half is rounded up by the shortest decimal number that is read as the value.
  const roundHalf = (size, digits) => {
    const [head, power = 0] = apply(text.prototype.split, text(size), ['e']);
    const scaled = Math.round(Number(head + 'e' + (Number(power) + digits)));
    const [base, exponent = 0] = apply(text.prototype.split, text(scaled), ['e']);
    return apply(toFixed, Number(base + 'e' + (Number(exponent) - digits)), [digits]);
  };
  const mine = Date.prototype;
  for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
    const own = mine[name];
    put(mine, name, function () {
      lack(name + ' of a date');
      return apply(own, this, []);
    });
  }
  for (const [prototype, label] of [[BigInt.prototype, 'a BigInt'], [Array.prototype, 'an array']]) {
    const own = prototype.toLocaleString;
    put(prototype, 'toLocaleString', function () {
      lack('toLocaleString of ' + label);
      return apply(own, this, []);
    });
  }
  return lacks;
}`;
