import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeLabels } from '../../../../src/learn/report/charts/place-labels.js';

const area = { width: 400, height: 300, fontSize: 12 };

describe('labels beside points', () => {
  it('stand to the right of a lone point', () => {
    const [label] = placeLabels([{ text: 'one', x: 100, y: 100, priority: 0 }], area);
    expect(label).toMatchObject({ anchor: 'start', dy: 0 });
  });

  it('stay inside the chart', () => {
    const [label] = placeLabels([{ text: 'at the edge', x: 395, y: 100, priority: 0 }], area);
    expect(label).toMatchObject({ anchor: 'end' });
  });

  it('give way to the more important', () => {
    const crowd = Array.from({ length: 30 }, (_, index) => ({
      text: `point number ${index}`,
      x: 200 + (index % 6),
      y: 150 + (index % 5),
      priority: index === 29 ? 0 : 1,
    }));
    const placed = placeLabels(crowd, area);
    expect(placed.length).toBeLessThan(30);
    expect(placed[0]?.request).toBe(crowd[29]);
  });

  it('are each placed once at most, whatever the points', () => {
    const request = fc.record({
      text: fc.string({ maxLength: 40 }),
      x: fc.double({ min: 0, max: 400, noNaN: true }),
      y: fc.double({ min: 0, max: 300, noNaN: true }),
      priority: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 25 }), (requests) => {
        const placed = placeLabels(requests, area).map((label) => label.request);
        expect(new Set(placed).size).toBe(placed.length);
        for (const one of placed) expect(requests).toContain(one);
      }),
    );
  });
});
