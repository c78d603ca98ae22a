/** The model coalesces what it is told, follows the notebook in front, and comes back from a silence. */
const assert = require('node:assert');
const test = require('node:test');
const { BadgeModel } = require('../lib/commonjs/model/badges.js');
const { TrailFailure } = require('../lib/commonjs/model/failure.js');
const { TrailModel } = require('../lib/commonjs/model/trail.js');
const { FakeSource, run, settle } = require('./fakes.cjs');

const CHANGE = {
  project: 'p',
  state: 'owned',
  is_paused: false,
  changed_run_ids: [],
  changed_notebooks: ['a.ipynb'],
  is_partial: false
};

test('a hundred events are one question', async () => {
  const source = new FakeSource([run('a')]);
  const model = new TrailModel(source);
  await model.follow('a.ipynb');
  await settle(20);
  const before = source.of('search_runs').length;
  for (let count = 0; count < 100; count += 1) {
    source.storeChanged.emit(CHANGE);
  }
  await settle(400);
  assert.strictEqual(source.of('search_runs').length - before, 1);
  model.dispose();
});

test('another project’s events are not ours', async () => {
  const source = new FakeSource([run('a')]);
  const model = new TrailModel(source);
  await model.follow('a.ipynb');
  await settle(20);
  const before = source.asked.length;
  source.storeChanged.emit({ ...CHANGE, project: 'other', is_paused: true });
  await settle(400);
  assert.strictEqual(source.asked.length, before);
  assert.strictEqual(model.tracking.is_paused, false);
  model.dispose();
});

test('typing asks once, after the last keystroke', async () => {
  const source = new FakeSource([run('ridge'), run('lasso')]);
  const model = new TrailModel(source);
  await model.follow('a.ipynb');
  const before = source.of('search_runs').length;
  for (const text of ['l', 'la', 'las']) {
    model.search(text, false);
    await settle(50);
  }
  await settle(350);
  const asked = source.of('search_runs').slice(before);
  assert.deepStrictEqual(asked.map(each => each.args.query.text), ['las']);
  assert.strictEqual(model.runs.total, 1);
  model.dispose();
});

test('without a notebook the whole project is listed', async () => {
  const source = new FakeSource([run('a')]);
  const model = new TrailModel(source);
  await model.follow('');
  assert.strictEqual(model.scope, 'project');
  assert.strictEqual(source.of('search_runs')[0].args.query.notebook_path, undefined);
  model.dispose();
});

test('a silent server is noticed, and what is shown is read again when it answers', async () => {
  const source = new FakeSource([run('a')]);
  const model = new TrailModel(source);
  await model.follow('a.ipynb');
  source.failure = new TrailFailure('offline', 'gone');
  await model.refresh();
  assert.ok(model.isOffline);
  assert.strictEqual(model.runs.total, 1);
  source.failure = null;
  source.runs.push(run('b'));
  await settle(2200);
  assert.ok(!model.isOffline);
  assert.strictEqual(model.runs.total, 2);
  model.dispose();
});

test('badges are asked for once for many events, and only for the notebook’s own', async () => {
  const source = new FakeSource([]);
  const badges = new BadgeModel(source, () => 'a.ipynb');
  for (let count = 0; count < 50; count += 1) {
    source.storeChanged.emit(CHANGE);
    source.storeChanged.emit({ ...CHANGE, changed_notebooks: ['b.ipynb'] });
  }
  await settle(400);
  assert.strictEqual(source.of('list_badges').length, 1);
  source.storeChanged.emit({ ...CHANGE, changed_notebooks: ['b.ipynb'] });
  await settle(400);
  assert.strictEqual(source.of('list_badges').length, 1);
  badges.dispose();
});
