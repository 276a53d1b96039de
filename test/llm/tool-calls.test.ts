import { describe, expect, it } from 'vitest';
import {
  createToolCallJoiner,
  readArguments,
  type ToolCallDelta,
  type ToolCallJoiner,
} from '../../src/llm/tool-calls.js';

type Delta = Partial<ToolCallDelta>;

function fill(delta: Delta): ToolCallDelta {
  return { index: undefined, id: '', name: '', argumentText: '', ...delta };
}

/** Joins pieces and gives each call as `name(arguments)`. */
function join(...deltas: readonly Delta[]): string[] {
  return joinWith(createToolCallJoiner(), deltas);
}

function joinWith(joiner: ToolCallJoiner, deltas: readonly Delta[]): string[] {
  const calls: { name: string; argumentText: string }[] = [];
  const joined = deltas.flatMap((delta) => joiner.join(fill(delta), 0));
  for (const piece of [...joined, ...joiner.release(0)]) {
    const call = (calls[piece.call] ??= { name: '', argumentText: '' });
    call.name += piece.name;
    call.argumentText += piece.argumentText;
  }
  return calls.map(({ name, argumentText }) => `${name}(${argumentText})`);
}

describe('a joiner of tool calls', () => {
  it.each<[string, readonly Delta[], readonly string[]]>([
    [
      'by index',
      [
        { index: 0, id: 'a', name: 'f', argumentText: '{"x"' },
        { index: 1, id: 'b', name: 'g', argumentText: '{}' },
        { index: 0, argumentText: ':1}' },
      ],
      ['f({"x":1})', 'g({})'],
    ],
    [
      'by id without an index',
      [
        { id: 'a', name: 'f', argumentText: '{"x"' },
        { id: 'b', name: 'f', argumentText: '{"x"' },
        { id: 'a', argumentText: ':1}' },
        { id: 'b', argumentText: ':2}' },
      ],
      ['f({"x":1})', 'f({"x":2})'],
    ],
    [
      'to the last call without index and id',
      [{ id: 'a', name: 'f' }, { argumentText: '{"x"' }, { argumentText: ':1}' }],
      ['f({"x":1})'],
    ],
    [
      'apart at a new name after complete arguments',
      [
        { index: 0, name: 'f', argumentText: '{}' },
        { index: 0, name: 'f', argumentText: '{}' },
      ],
      ['f({})', 'f({})'],
    ],
    [
      'with a name in pieces',
      [
        { index: 0, id: 'a', name: 'get_' },
        { index: 0, name: 'weather', argumentText: '{}' },
      ],
      ['get_weather({})'],
    ],
    [
      'with a name that is repeated',
      [
        { index: 0, id: 'a', name: 'f', argumentText: '{"x"' },
        { index: 0, id: 'a', name: 'f', argumentText: ':1}' },
      ],
      ['f({"x":1})'],
    ],
    [
      'apart at a name after complete arguments, where one id and index stand for all',
      [
        { index: 0, id: 'a', name: 'f', argumentText: '{"x":1}' },
        { index: 0, id: 'a', name: 'f', argumentText: '{"x":2}' },
        { index: 0, id: 'a', name: 'g', argumentText: '{"x":2}' },
      ],
      ['f({"x":1})', 'f({"x":2})', 'g({"x":2})'],
    ],
    [
      'once, where a whole call is repeated',
      [
        { index: 0, id: 'a', name: 'f', argumentText: '{"x":1}' },
        { index: 0, id: 'a', name: 'f', argumentText: '{"x":1}' },
        { index: 0, id: 'a', name: 'f', argumentText: '' },
      ],
      ['f({"x":1})'],
    ],
    [
      'with ids that change from piece to piece',
      [
        { index: 0, id: 'a', name: 'f', argumentText: '{"x"' },
        { index: 0, id: 'z', argumentText: ':1}' },
      ],
      ['f({"x":1})'],
    ],
  ])('joins %s', (_, deltas, calls) => {
    expect(join(...deltas)).toEqual(calls);
  });

  it.each<[string, readonly Delta[], readonly string[]]>([
    [
      'is dropped where others follow',
      [
        { index: 0, id: 'a', name: 'f', argumentText: '{}' },
        { index: 0, argumentText: '' },
        { index: 0, argumentText: '{"x"' },
        { index: 0, argumentText: ':{}}' },
      ],
      ['f({"x":{}})'],
    ],
    [
      'is dropped where id and name are repeated',
      [
        { index: 0, id: 'a', name: 'f', argumentText: '{ }' },
        { index: 0, id: 'a', name: 'f', argumentText: '{"x":1}' },
      ],
      ['f({"x":1})'],
    ],
    [
      'counts where none follow',
      [
        { index: 0, id: 'a', name: 'f', argumentText: '{}' },
        { index: 1, id: 'b', name: 'g', argumentText: '{}' },
        { index: 1, argumentText: '\n' },
      ],
      ['f({})', 'g({})'],
    ],
    [
      'counts before another call with the same index',
      [
        { index: 0, name: 'f', argumentText: '{}' },
        { index: 0, name: 'f', argumentText: '{"x":1}' },
        { index: 0, name: 'g', argumentText: '{}' },
      ],
      ['f({})', 'f({"x":1})', 'g({})'],
    ],
    [
      'counts before another name with the same id',
      [
        { index: 0, id: 'a', name: 'f', argumentText: '{}' },
        { index: 0, id: 'a', name: 'g', argumentText: '{"x":1}' },
      ],
      ['f({})', 'g({"x":1})'],
    ],
    [
      'is kept where what follows is no object of its own',
      [
        { index: 0, id: 'a', name: 'f', argumentText: '{}' },
        { index: 0, argumentText: '}' },
      ],
      ['f({}})'],
    ],
  ])('an empty object that arguments begin with %s', (_, deltas, calls) => {
    expect(joinWith(createToolCallJoiner(true), deltas)).toEqual(calls);
  });

  it('says the empty arguments of a call before the next one begins', () => {
    const joiner = createToolCallJoiner(true);
    const join = (delta: Delta): string[] =>
      joiner.join(fill(delta), 0).map((piece) => `${piece.call}: ${piece.argumentText}`);
    expect(join({ index: 0, id: 'a', name: 'f', argumentText: '{}' })).toEqual(['0: ']);
    expect(join({ index: 0, argumentText: '' })).toEqual([]);
    expect(join({ index: 1, id: 'b', name: 'g', argumentText: '{"x"' })).toEqual([
      '0: {}',
      '1: {"x"',
    ]);
    expect(join({ index: 0, argumentText: '' })).toEqual([]);
    expect(joiner.release(0)).toEqual([]);
  });

  it('drops calls beyond the 128th', () => {
    const deltas = Array.from({ length: 200 }, (_, index) => ({
      index,
      id: `c${index}`,
      name: 'f',
    }));
    expect(join(...deltas)).toHaveLength(128);
  });
});

describe('readArguments', () => {
  it('writes JSON as a text and takes texts as they are', () => {
    expect(readArguments({ x: 1 })).toBe('{"x":1}');
    expect(readArguments('{"x"')).toBe('{"x"');
    expect([readArguments(null), readArguments(undefined), readArguments(3)]).toEqual(['', '', '']);
  });
});
