/** The table asks for the columns it shows, keeps its place, and reads whatever was kept of a view. */
const assert = require('node:assert');
const test = require('node:test');
const { Signal } = require('@lumino/signaling');
const columns = require('../lib/commonjs/model/table/columns.js');
const { offerColumns, MAX_OFFERS } = require('../lib/commonjs/model/table/offer.js');
const { SectionRows } = require('../lib/commonjs/model/table/sections.js');
const { MAX_SELECTED } = require('../lib/commonjs/model/table/selection.js');
const { TableModel } = require('../lib/commonjs/model/table/table.js');
const { cellValue } = require('../lib/commonjs/model/table/values.js');
const { FIRST_VIEW, nextOrder, parseView, readView, writeView } = require('../lib/commonjs/model/table/view.js');
const { TrailFailure } = require('../lib/commonjs/model/failure.js');
const { FakeSource, run, settle, trans } = require('./fakes.cjs');

const PLACE = { notebook: 'a.ipynb', isNotebookOnly: false };
const many = count => Array.from({ length: count }, (_, index) => run(`r${index}`));

class Connection {
  constructor() {
    this.isOffline = false;
    this.changed = new Signal(this);
    this.recovered = new Signal(this);
    this.suspected = 0;
  }
  suspectOffline() {
    this.suspected += 1;
  }
}

async function opened(runs, view = FIRST_VIEW) {
  const source = new FakeSource(runs);
  const connection = new Connection();
  const model = new TableModel(source, PLACE, connection, view);
  await model.start();
  await settle();
  return { source, connection, model };
}

test('the runs that are in view come first, and once the keys are known one page with what most runs have', async () => {
  const { source, model } = await opened(many(100_000));
  const asked = source.of('search_runs').map(each => each.args.query);
  assert.deepStrictEqual(
    asked.map(query => query.limit),
    [50, 200]
  );
  assert.deepStrictEqual(asked[0].keys, []);
  const query = asked[1];
  assert.deepStrictEqual(query.keys, ['metrics.rmse', 'metrics.r2', 'params.alpha', 'tags.team']);
  assert.strictEqual(model.rows.count, 100_000);
  assert.ok(!model.view.columns.some(each => each.key === 'celltrail.kept'));
  model.dispose();
});

test('a view with columns of its own is asked for at once and in full', async () => {
  const view = { ...FIRST_VIEW, columns: [columns.newColumn('metrics', 'rmse')] };
  const { source, model } = await opened(many(300), view);
  const asked = source.of('search_runs').map(each => each.args.query);
  assert.deepStrictEqual(
    asked.map(query => [query.limit, query.keys]),
    [[200, ['metrics.rmse']]]
  );
  model.dispose();
});

test('a new column asks for its values and leaves the reader where they are', async () => {
  const { source, model } = await opened(many(10));
  const { queryId } = model;
  const column = columns.newColumn('metrics', 'loss');
  model.setView({ columns: columns.withColumn(model.view.columns, column) });
  await settle(5);
  assert.ok(source.of('search_runs').at(-1).args.query.keys.includes('metrics.loss'));
  assert.strictEqual(model.queryId, queryId);
  const before = source.of('search_runs').length;
  model.setView({ columns: columns.moveColumn(model.view.columns, 'metrics.loss', 0) });
  await settle(5);
  assert.strictEqual(source.of('search_runs').length, before);
  model.dispose();
});

test('an order and a filter are the server’s to apply, and a new question forgets what was marked', async () => {
  const { source, model } = await opened(many(10));
  model.selection.toggle('r1');
  model.setView({ order: { source: 'metrics', key: 'a b', isDescending: true }, filter: 'metrics.rmse < 1' });
  await settle(5);
  const { query } = source.of('search_runs').at(-1).args;
  assert.deepStrictEqual(query.order_by, ['metrics.`a b` DESC']);
  assert.strictEqual(query.filter, 'metrics.rmse < 1');
  assert.strictEqual(model.selection.size, 0);
  model.dispose();
});

test('a filter that cannot be read keeps the rows of the question before', async () => {
  const { source, model } = await opened(many(3));
  source.failure = new TrailFailure('refused', 'no', 'FilterError', 3);
  model.setView({ filter: 'abc' });
  await settle(5);
  assert.ok(model.isMisread);
  assert.strictEqual(model.rows.count, 3);
  assert.strictEqual(model.failure.position, 3);
  source.failure = null;
  model.setView({ filter: '' });
  await settle(5);
  assert.strictEqual(model.state, 'ready');
  model.dispose();
});

test('a lost server is told to the trail, and the table reads again once it is back', async () => {
  const { source, connection, model } = await opened(many(3));
  source.failure = new TrailFailure('offline', 'gone');
  await model.refresh();
  assert.ok(connection.suspected > 0);
  assert.strictEqual(model.rows.count, 3);
  source.failure = null;
  source.runs = many(4);
  connection.recovered.emit();
  await settle(20);
  assert.strictEqual(model.rows.count, 4);
  model.dispose();
});

test('a change in the store is read soon, and one of another project is not', async () => {
  const { source, model } = await opened(many(3));
  source.runs = many(5);
  source.storeChanged.emit({ project: 'other' });
  await settle(400);
  assert.strictEqual(model.rows.count, 3);
  source.storeChanged.emit({ project: 'p' });
  source.storeChanged.emit({ project: 'p' });
  await settle(400);
  assert.strictEqual(model.rows.count, 5);
  model.dispose();
});

test('a head orders by its column, then the other way, then not at all; times begin with the newest', () => {
  const field = { source: 'metrics', key: 'rmse' };
  const first = nextOrder(null, field);
  assert.deepStrictEqual(first, { ...field, isDescending: false });
  const second = nextOrder(first, field);
  assert.strictEqual(second.isDescending, true);
  assert.strictEqual(nextOrder(second, field), null);
  assert.strictEqual(nextOrder(null, { source: 'attributes', key: 'start_time' }).isDescending, true);
});

test('a view comes back as it was written, and what nobody can read is as at first', () => {
  const view = {
    ...FIRST_VIEW,
    columns: [columns.newColumn('metrics', 'rmse'), { ...columns.newColumn('params', 'a'), width: 333 }],
    order: { source: 'params', key: 'a', isDescending: true },
    filter: "params.a = '1'",
    shelf: 'archived'
  };
  assert.deepStrictEqual(parseView(writeView(view)), view);
  for (const harm of ['', '{', '[]', 'null', '{"columns": 3}', '{"columns": [null, {"source": "x", "key": "y"}]}']) {
    const read = parseView(harm);
    assert.strictEqual(read.filter, '');
    assert.ok(read.columns === null || read.columns.length === 0);
  }
  const huge = Array.from({ length: 5000 }, (_, index) => ({ source: 'metrics', key: `m${index}`, width: 1e9 }));
  const bounded = readView({ columns: huge, nameWidth: -5, filter: 'x'.repeat(1e6), shelf: 'nowhere' });
  assert.strictEqual(bounded.columns.length, columns.MAX_COLUMNS);
  assert.ok(bounded.columns.every(each => each.width <= columns.MAX_WIDTH));
  assert.ok(bounded.nameWidth >= columns.MIN_WIDTH && bounded.filter.length < 1e5);
  assert.strictEqual(bounded.shelf, 'active');
});

test('keys that are no plain names are quoted in orders and filters', () => {
  const of = key => columns.fieldOf({ source: 'metrics', key });
  assert.strictEqual(of('val_loss'), 'metrics.val_loss');
  assert.strictEqual(of('a.b'), 'metrics.a.b');
  assert.strictEqual(of('f1 (macro)'), 'metrics.`f1 (macro)`');
  assert.strictEqual(of('a`b'), 'metrics.`a``b`');
  assert.strictEqual(of('1st'), 'metrics.`1st`');
});

test('of 12,000 columns a hundred are offered, and a search finds the others', () => {
  const metrics = Array.from({ length: 12_000 }, (_, index) => `metric_${index}`);
  const keys = { metrics, params: [], tags: ['celltrail.kept'], stepped_metrics: [] };
  const all = offerColumns(keys, [], '', trans);
  assert.strictEqual(all.offers.length, MAX_OFFERS);
  assert.strictEqual(all.total, 12_000 + columns.ATTRIBUTES.length);
  const few = offerColumns(keys, [columns.newColumn('metrics', 'metric_1199')], 'METRIC_1199', trans);
  assert.deepStrictEqual(few.offers.map(each => each.key).slice(0, 2), ['metric_11990', 'metric_11991']);
});

test('only the columns in view are drawn', () => {
  const widths = Array.from({ length: 100 }, () => 100);
  assert.deepStrictEqual(columns.visibleColumns(widths, 0, 350), { first: 0, end: 4, start: 0 });
  assert.deepStrictEqual(columns.visibleColumns(widths, 1050, 1350), { first: 10, end: 14, start: 1000 });
  assert.deepStrictEqual(columns.visibleColumns(widths, 1e9, 1e9 + 500), { first: 99, end: 100, start: 9900 });
  assert.deepStrictEqual(columns.visibleColumns([], 0, 500), { first: 0, end: 0, start: 0 });
});

test('at most so many runs are marked at once', async () => {
  const { model } = await opened(many(3));
  model.selection.add(many(MAX_SELECTED + 50).map(each => each.run_id));
  assert.strictEqual(model.selection.size, MAX_SELECTED);
  model.selection.toggle('r0');
  assert.strictEqual(model.selection.size, MAX_SELECTED - 1);
  model.dispose();
});

test('a cell says NaN, cuts nothing of a number in its title, and is one line', () => {
  const shown = run('a', {
    metrics: { loss: 'NaN', rmse: 0.123456789, up: 'Infinity' },
    params: { alpha: '1e-3', note: 'two\nlines', model: 'Ridge' }
  });
  const value = (source, key) => cellValue(shown, columns.newColumn(source, key), 0, trans);
  assert.deepStrictEqual(value('metrics', 'loss'), { text: 'NaN', full: 'NaN', isNumber: true });
  assert.deepStrictEqual(value('metrics', 'rmse'), { text: '0.1235', full: '0.123456789', isNumber: true });
  assert.strictEqual(value('metrics', 'up').text, '∞');
  assert.strictEqual(value('metrics', 'absent').text, '');
  assert.ok(value('params', 'alpha').isNumber);
  assert.strictEqual(value('params', 'note').text, 'two lines');
  assert.ok(!value('params', 'model').isNumber);
});

test('rows of groups are found by position and by run', () => {
  const list = (ids, rows = ids.map((id, index) => ({ kind: 'run', index, run: run(id), group: null }))) => ({
    rows: { count: rows.length, at: at => rows[at] ?? null, find: id => ids.indexOf(id) }
  });
  const rows = new SectionRows([
    { head: 'A', list: list(['a', 'b']) },
    { head: 'B', list: null },
    { head: 'C', list: list(['c']) }
  ]);
  assert.strictEqual(rows.count, 6);
  const kinds = Array.from({ length: 6 }, (_, index) => rows.at(index).head ?? rows.at(index).run.run_id);
  assert.deepStrictEqual(kinds, ['A', 'a', 'b', 'B', 'C', 'c']);
  assert.strictEqual(rows.find('c'), 5);
  assert.strictEqual(rows.find('zzz'), -1);
  assert.deepStrictEqual(rows.within(2, 5).map(({ from, to }) => [from, to]), [[1, 1], [0, 0]]);
  assert.strictEqual(rows.at(6), null);
});
