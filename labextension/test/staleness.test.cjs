/** A badge is stale for what the trail and the open notebook say, and for nothing else. */
const assert = require('node:assert');
const test = require('node:test');
const { provenances, staleness, staleMarks } = require('../lib/commonjs/model/staleness.js');
const { crc32 } = require('../lib/commonjs/model/crc32.js');
const { trans } = require('./fakes.cjs');

const link = (id, cell, count, inputs, source = id) => ({
  execution_id: id,
  cell_id: cell,
  execution_count: count,
  at: count * 1e6,
  source_crc32: crc32(source),
  source_length: source.length,
  inputs: inputs.map(([name, from]) => ({ name, execution_id: from }))
});
const present = (...ids) => ids.map(id => ({ id, source: '' }));
const LINKS = [
  link('load', 'a', 1, []),
  link('clean', 'b', 2, [['rows', 'load']]),
  link('fit', 'c', 3, [['table', 'clean']])
];

test('a notebook that shows all from top to bottom gives no reason', () => {
  const { outOfOrder, deleted } = provenances(LINKS, present('a', 'b', 'c')).get('fit');
  assert.deepStrictEqual([outOfOrder, deleted], [null, null]);
});

test('a cell that is gone is told by whom it was used, also two steps before', () => {
  const found = provenances(LINKS, present('b', 'c')).get('fit');
  assert.deepStrictEqual(found.deleted, { name: 'rows', usedBy: 2, madeBy: 1, at: 1e6 });
  assert.strictEqual(found.outOfOrder, null);
});

test('a cell that stands below its reader is out of order', () => {
  const found = provenances(LINKS, present('b', 'a', 'c')).get('fit');
  assert.deepStrictEqual(found.outOfOrder, { name: 'rows', usedBy: 2, madeBy: 1, at: 1e6 });
});

test('a cell that was cut and pasted is known by its text, and one without an id is not called deleted', () => {
  const pasted = [{ id: 'new', source: 'load' }, ...present('b', 'c')];
  assert.strictEqual(provenances(LINKS, pasted).get('fit').deleted, null);
  const nameless = [link('load', '', 1, []), ...LINKS.slice(1)];
  assert.strictEqual(provenances(nameless, present('b', 'c')).get('fit').deleted, null);
});

test('a cell that reads what it made itself before is not out of order', () => {
  const counter = [link('one', 'a', 1, []), link('two', 'a', 2, [['n', 'one']])];
  assert.deepStrictEqual(provenances(counter, present('a')).get('two'), { outOfOrder: null, deleted: null });
});

test('two thousand executions that rest on each other are looked through at once', () => {
  const chain = Array.from({ length: 2000 }, (_, n) => link(`${n}`, `c${n}`, n + 1, n ? [['x', `${n - 1}`]] : []));
  const ids = present(...chain.slice(1).map(one => one.cell_id));
  assert.strictEqual(provenances(chain, ids).get('1999').deleted.madeBy, 1);
});

test('each reason is said with which name, which cell and when', () => {
  const badge = {
    execution_count: 4,
    at: 0,
    source_crc32: crc32('x'),
    source_length: 1,
    input_changes: [{ name: 'rows', cell_id: 'a', execution_count: 7, at: 0 }]
  };
  const found = provenances(LINKS, present('c', 'b')).get('fit');
  const marks = staleMarks(staleness(badge, 'y', found), trans);
  assert.deepStrictEqual(
    marks.map(mark => mark.text),
    ['code changed', 'input changed', 'out of order', 'deleted source']
  );
  assert.match(marks[0].caption, /than \[4\] executed/);
  assert.match(marks[1].caption, /Input changed: rows was changed by \[7\]/);
  assert.match(marks[2].caption, /\[3\] used table of \[2\], whose cell stands below/);
  assert.match(marks[3].caption, /\[2\] used rows of \[1\], whose cell is no longer in the notebook/);
  assert.deepStrictEqual(staleMarks(staleness({ ...badge, input_changes: [] }, 'x'), trans), []);
});
