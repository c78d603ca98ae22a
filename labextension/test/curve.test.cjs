/** Curves of a run: as logged, and as the server smoothed them. */
const assert = require('node:assert');
const test = require('node:test');
const { figurePoints, loggedPoints } = require('../lib/commonjs/model/curve.js');

const points = [
  { step: 0, at: 3e6, value: 1 },
  { step: 1, at: 1e6, value: 'NaN' },
  { step: 2, at: 2e6, value: 3 }
];

test('over steps points keep their order, over time they are seconds since the first', () => {
  assert.deepStrictEqual(loggedPoints({ points }, 'step'), [
    [0, 1],
    [1, NaN],
    [2, 3]
  ]);
  assert.deepStrictEqual(loggedPoints({ points }, 'time'), [
    [0, NaN],
    [1, 3],
    [2, 1]
  ]);
});

test('the gaps of a smoothed curve stay gaps, and an empty figure has no points', () => {
  const document = JSON.stringify({ data: [{ x: [0, 1], y: [0.5, null] }] });
  assert.deepStrictEqual(figurePoints({ document }), [
    [0, 0.5],
    [1, NaN]
  ]);
  assert.deepStrictEqual(figurePoints({ document: '' }), []);
});
