/** The list asks for pages, not for everything, and never shows two moments at once. */
const assert = require('node:assert');
const test = require('node:test');
const { TrailFailure } = require('../lib/commonjs/model/failure.js');
const { PAGE_SIZE, RunList } = require('../lib/commonjs/model/runlist.js');
const { FakeSource, run, settle } = require('./fakes.cjs');

const QUERY = { notebook: 'a.ipynb', isNotebookOnly: true, text: '', filter: '' };
const many = count => Array.from({ length: count }, (_, index) => run(`r${index}`));

test('opening a list of 100,000 runs reads one page', async () => {
  const source = new FakeSource(many(100_000));
  const list = new RunList(source);
  await list.setQuery(QUERY);
  assert.strictEqual(list.state, 'ready');
  assert.strictEqual(list.rows.count, 100_000);
  assert.strictEqual(source.asked.length, 1);
  assert.strictEqual(source.asked[0].args.query.limit, PAGE_SIZE);
  assert.strictEqual(source.asked[0].args.query.notebook_path, 'a.ipynb');
});

test('a jump reads the page that is jumped to, and no page is asked for twice', async () => {
  const source = new FakeSource(many(100_000));
  const list = new RunList(source);
  await list.setQuery(QUERY);
  list.want(50_090, 50_110);
  list.want(50_090, 50_110);
  await settle();
  assert.strictEqual(list.rows.at(50_100).run.run_id, 'r50100');
  const offsets = source.asked.slice(1).map(each => each.args.query.offset);
  assert.deepStrictEqual(new Set(offsets), new Set([49_800, 50_000, 50_200].filter(o => offsets.includes(o))));
  assert.strictEqual(new Set(offsets).size, offsets.length);
  assert.ok(offsets.includes(50_000));
});

test('scrolling through everything keeps a bounded number of runs', async () => {
  const list = new RunList(new FakeSource(many(20_000)));
  await list.setQuery(QUERY);
  for (let first = 0; first < 20_000; first += 100) {
    list.want(first, first + 30);
    await settle();
    assert.strictEqual(list.rows.at(first).kind, 'run');
  }
  let loaded = 0;
  for (let position = 0; position < 20_000; position += 1) {
    loaded += list.rows.at(position).kind === 'run' ? 1 : 0;
  }
  assert.ok(loaded <= 24 * PAGE_SIZE);
});

test('an answer that comes after another question is dropped', async () => {
  const source = new FakeSource([run('old'), run('new')]);
  const list = new RunList(source);
  let open;
  source.gate = new Promise(resolve => (open = resolve));
  const first = list.setQuery({ ...QUERY, text: 'old' });
  const second = list.setQuery({ ...QUERY, text: 'new' });
  open();
  await Promise.all([first, second]);
  assert.strictEqual(list.total, 1);
  assert.strictEqual(list.rows.at(0).run.run_id, 'new');
  assert.strictEqual(list.queryId, 1);
});

test('a refusal is shown, and the next success takes it away', async () => {
  const source = new FakeSource([run('a')]);
  const list = new RunList(source);
  source.failure = new TrailFailure('refused', 'upgrade celltrail', 'NewerStoreError');
  await list.setQuery(QUERY);
  assert.strictEqual(list.state, 'failed');
  assert.strictEqual(list.failure.message, 'upgrade celltrail');
  source.failure = null;
  await list.refresh();
  assert.strictEqual(list.state, 'ready');
  assert.strictEqual(list.failure, null);
});

test('when the server is gone the last list stays', async () => {
  const source = new FakeSource([run('a')]);
  const list = new RunList(source);
  await list.setQuery(QUERY);
  const failures = [];
  list.failed.connect((_, failure) => failures.push(failure.kind));
  source.failure = new TrailFailure('offline', 'gone');
  await list.refresh();
  assert.deepStrictEqual(failures, ['offline']);
  assert.strictEqual(list.state, 'ready');
  assert.strictEqual(list.rows.at(0).run.run_id, 'a');
});

test('children come in pages on demand', async () => {
  const parent = run('p', { child_count: 450 });
  const kids = many(450).map(each => ({ ...each, parent_run_id: 'p' }));
  const list = new RunList(new FakeSource([parent, ...kids]));
  await list.setQuery(QUERY);
  assert.strictEqual(list.rows.count, 1);
  await list.toggleChildren('p');
  assert.strictEqual(list.rows.count, 1 + 200 + 1);
  assert.strictEqual(list.rows.at(201).missing, 250);
  await list.moreChildren('p');
  await list.moreChildren('p');
  assert.strictEqual(list.rows.count, 451);
  await list.toggleChildren('p');
  assert.strictEqual(list.rows.count, 1);
});
