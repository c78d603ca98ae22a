/** What rows and screen readers say of a run. */
const assert = require('node:assert');
const test = require('node:test');
const words = require('../lib/commonjs/model/words.js');
const { run, trans } = require('./fakes.cjs');

const metric = { key: 'r2', value: 0.5 };

test('a run is told apart from its neighbours by name and by what differs', () => {
  const fold = run('1', { title: 'Ridge', differs: 'fold=3' });
  assert.strictEqual(words.fullName(fold, trans), 'Ridge fold=3');
  assert.strictEqual(words.fullName(run('2', { title: ' ', name: 'B' }), trans), 'B');
  assert.match(words.rowLabel(fold, 0, trans), /^Ridge fold=3, finished, cell 1, /);
});

test('a run that ended well tells how its cell ended', () => {
  const of = (cell_status, cell_error = '') =>
    words.cellProblem(run('1', { cell_status, cell_error }), trans);
  assert.strictEqual(of(null), '');
  assert.strictEqual(of('failed', 'ValueError'), 'cell failed: ValueError');
  assert.strictEqual(of('failed'), 'cell failed');
  assert.strictEqual(of('interrupted'), 'cell interrupted');
  assert.strictEqual(of('killed'), 'kernel killed');
  assert.match(
    words.rowLabel(run('1', { cell_status: 'killed' }), 0, trans),
    /^1, finished, kernel killed, cell 1, /
  );
});

test('a parent without a metric shows its latest child’s as such', () => {
  const parent = run('p', { child_metric: metric });
  assert.strictEqual(words.shownMetric(parent), metric);
  assert.strictEqual(words.shownKey(parent, trans), 'r2 of its last run');
  assert.strictEqual(words.shownKey(run('q', { key_metric: metric }), trans), 'r2');
  assert.strictEqual(words.shownKey(run('r'), trans), '');
});
