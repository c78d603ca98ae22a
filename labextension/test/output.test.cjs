/** What a cell's output shows: read from a notebook that may come from anywhere, ordered and filtered. */
const assert = require('node:assert');
const test = require('node:test');
const {
  arrangeRows,
  nextRowOrder,
  readOutput
} = require('../lib/commonjs/model/output.js');

const NAMES = { nan: 'NaN', '-inf': '-Infinity' };
const value = text => ({
  text,
  tone: 'plain',
  run_id: '',
  number: NAMES[text] ?? (/^[\d.,e-]+$/.test(text) ? Number(text.replace(',', '')) : null)
});
const table = (isNumber, ...texts) => ({
  title: 't',
  columns: [{ name: 'a', is_number: isNumber }],
  rows: texts.map(text => [value(text)]),
  lines: [],
  note: '',
  is_open: true
});
const texts = rows => rows.map(row => row[0].text);

test('numbers are ordered by value, NaN and what is empty come last, both ways', () => {
  const shown = table(true, '10', 'nan', '', '9.5', '1,204', '-inf', '2e-3');
  const up = arrangeRows(shown, '', { column: 0, isDescending: false });
  assert.deepStrictEqual(texts(up).slice(0, 5), ['-inf', '2e-3', '9.5', '10', '1,204']);
  assert.strictEqual(texts(up).at(-1), '');
  const down = arrangeRows(shown, '', { column: 0, isDescending: true });
  assert.strictEqual(texts(down).at(-1), '');
  assert.deepStrictEqual(texts(shown.rows), ['10', 'nan', '', '9.5', '1,204', '-inf', '2e-3']);
});

test('a filter keeps the rows that have every word', () => {
  const shown = table(false, 'Ridge alpha=1', 'Ridge alpha=2', 'Forest');
  assert.deepStrictEqual(texts(arrangeRows(shown, 'ALPHA=2 ridge', null)), ['Ridge alpha=2']);
});

test('a head orders up, then down, then not at all', () => {
  const up = nextRowOrder(null, 1);
  const down = nextRowOrder(up, 1);
  assert.deepStrictEqual([up.isDescending, down.isDescending, nextRowOrder(down, 1)], [false, true, null]);
  assert.deepStrictEqual(nextRowOrder(down, 0), { column: 0, isDescending: false });
});

test('what is no output of ours is none, and what is broken in one is left out', () => {
  for (const data of [null, 3, 'x', [], {}, { sections: 1 }, { kind: 'evil', sections: [] }]) {
    assert.strictEqual(readOutput(data), null);
  }
  const read = readOutput({
    kind: 'runs',
    title: { html: '<b>' },
    sections: [null, { columns: [{ name: 'a' }], rows: [[], [{ text: 7 }], 'no'], lines: [1, 'x'] }]
  });
  assert.strictEqual(read.title, '');
  assert.strictEqual(read.sections.length, 1);
  assert.deepStrictEqual(read.sections[0].rows, [[{ text: '', tone: 'plain', run_id: '', number: null }]]);
  assert.deepStrictEqual(read.sections[0].lines, ['', 'x']);
});
