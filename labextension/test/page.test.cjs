/** A run's page reads its cells page by page, follows its own run only, and lays cells on one line of time. */
const assert = require('node:assert');
const test = require('node:test');
const { Signal } = require('@lumino/signaling');
const { PageModel } = require('../lib/commonjs/model/page.js');
const { partsOf, timelineOf } = require('../lib/commonjs/model/timeline.js');
const { TrailFailure } = require('../lib/commonjs/model/failure.js');
const { run } = require('./fakes.cjs');

const soon = () => new Promise(resolve => setTimeout(resolve, 350));

class FakeServer {
  constructor(total) {
    this.total = total;
    this.asked = [];
    this.failure = null;
    this.storeChanged = new Signal(this);
  }
  async ask(_, method, args) {
    this.asked.push(method);
    if (this.failure !== null) {
      throw this.failure;
    }
    return method === 'get_run' ? { run: run(args.run_id), tags: [] } : null;
  }
  async replay() {
    return { revision: 1, run_id: '', phase: 'none', report: null };
  }
  async runCells(_, question) {
    this.asked.push(question);
    const { offset, limit } = question;
    const cells = Array.from({ length: Math.min(limit, this.total - offset) }, (_each, n) => ({
      execution_id: `e${offset + n}`
    }));
    return { total: this.total, needed: this.total, offset, cells, problem: '' };
  }
  async runResources() {
    return { cells: [], notes: [] };
  }
  async edit(_, edit) {
    this.asked.push(edit);
  }
}

const start = async total => {
  const server = new FakeServer(total);
  const model = new PageModel(server, { notebook: 'a.ipynb', runId: 'abc123' }, () => undefined);
  await model.start();
  return { server, model };
};

test('cells come fifty at a time, in their order', async () => {
  const { model } = await start(120);
  assert.strictEqual(model.list.cells.length, 50);
  await model.moreCells();
  await model.moreCells();
  assert.strictEqual(model.list.cells.length, 120);
  assert.strictEqual(model.list.cells[119].execution_id, 'e119');
  model.dispose();
});

test('a change of this run is read, that of another is not', async () => {
  const { server, model } = await start(3);
  const change = { changed_run_ids: ['other'], is_partial: false, replay_revision: 0 };
  server.asked = [];
  server.storeChanged.emit(change);
  await soon();
  assert.deepStrictEqual(server.asked, []);
  server.storeChanged.emit({ ...change, changed_run_ids: ['abc123'] });
  await soon();
  assert.ok(server.asked.includes('get_run'));
  model.dispose();
});

test('what is edited names this run, and is read again once it is folded', async () => {
  const { server, model } = await start(1);
  server.asked = [];
  await model.edit({ note: 'kept' });
  assert.deepStrictEqual(server.asked[0], { run_ids: ['abc123'], note: 'kept' });
  assert.deepStrictEqual(server.asked.slice(1), ['fold', 'get_run']);
  model.dispose();
});

test('a server that does not answer is told, and what was read stays', async () => {
  const { server, model } = await start(2);
  server.failure = new TrailFailure('offline', 'gone');
  await model.detail.refresh();
  assert.strictEqual(model.isOffline, true);
  assert.strictEqual(model.run.run_id, 'abc123');
  server.failure = null;
  await model.detail.refresh();
  assert.strictEqual(model.isOffline, false);
  model.dispose();
});

const cell = (id, from, to, course = null) => ({
  execution_id: id,
  started_at: from * 1e6,
  ended_at: to === null ? null : to * 1e6,
  course
});

test('breaks between cells are short on the line of time, and counted', () => {
  const line = timelineOf([cell('b', 1000, 1010), cell('a', 0, 10)]);
  assert.deepStrictEqual(
    line.spans.map(span => span.cell.execution_id),
    ['a', 'b']
  );
  assert.ok(Math.abs(line.spans[1].from - 10.6) < 1e-6); // three per cent of twenty seconds
  assert.ok(Math.abs(line.idle - 989.4) < 1e-6);
  assert.ok(Math.abs(line.length - 20.6) < 1e-6);
});

test('a cell that never ended is as long as it was seen, and has its samples', () => {
  const course = { offset_ms: [500, 2000], cpu_percent: [50, 'NaN'], memory_bytes: [1, 2] };
  const line = timelineOf([cell('a', 5, null, course), cell('b', 7, 8)]);
  assert.strictEqual(line.spans[0].to, 2);
  assert.deepStrictEqual(partsOf(line, each => each.memory_bytes), [
    [
      [0.5, 1],
      [2, 2]
    ]
  ]);
  assert.ok(Number.isNaN(partsOf(line, each => each.cpu_percent)[0][1][1]));
  assert.strictEqual(timelineOf([]).length, 0);
});
