/** The history of a cell: page after page, the chosen one kept, sources read once. */
const assert = require('node:assert');
const test = require('node:test');
const { Signal } = require('@lumino/signaling');
const { HistoryModel } = require('../lib/commonjs/model/history.js');
const {
  RestoreModel,
  planChanges,
  placesOf
} = require('../lib/commonjs/model/restore.js');
const { TrailFailure } = require('../lib/commonjs/model/failure.js');
const { crc32 } = require('../lib/commonjs/model/crc32.js');

const past = number => ({
  execution_id: `e${number}`,
  notebook_path: 'a.ipynb',
  source_crc32: crc32(`${number}`),
  source_length: `${number}`.length
});

class FakeServer {
  constructor(count) {
    this.count = count;
    this.reads = 0;
    this.asked = [];
    this.failure = null;
    this.storeChanged = new Signal(this);
  }
  async ask(_, method, args) {
    this.asked.push({ method, args });
    if (this.failure !== null) {
      throw this.failure;
    }
    if (method === 'executed_source') {
      this.reads += 1;
      return { source: `source of ${args.execution_id}` };
    }
    const all = Array.from({ length: this.count }, (_unused, n) =>
      past(this.count - n)
    );
    const start = args.offset ?? 0;
    const executions = all.slice(start, start + args.limit);
    return { executions, total: this.count, elsewhere: 0 };
  }
  async restorePlan(_, question) {
    if (this.failure !== null) {
      throw this.failure;
    }
    return { cells: [], is_full: question.is_full };
  }
}

test('two thousand executions are read a page at a time, and the newest is chosen', async () => {
  const server = new FakeServer(2000);
  const model = new HistoryModel(server);
  await model.open('a.ipynb', 'c');
  assert.strictEqual(model.executions.length, 100);
  assert.strictEqual(model.selected.execution_id, 'e2000');
  await model.more();
  assert.deepStrictEqual([model.executions.length, model.total], [200, 2000]);
  assert.strictEqual(model.executions[199].execution_id, 'e1801');
});

test('a new execution comes on top and the chosen one stays chosen', async () => {
  const server = new FakeServer(3);
  const model = new HistoryModel(server);
  await model.open('a.ipynb', 'c');
  model.select('e2');
  server.count = 4;
  server.storeChanged.emit({
    is_partial: false,
    changed_notebooks: ['a.ipynb']
  });
  await new Promise(resolve => setTimeout(resolve, 400));
  assert.strictEqual(model.executions[0].execution_id, 'e4');
  assert.strictEqual(model.selected.execution_id, 'e2');
  assert.strictEqual(model.next.execution_id, 'e3');
  model.dispose();
});

test('the last execution has no next one: it is held against the cell', async () => {
  const model = new HistoryModel(new FakeServer(2));
  await model.open('a.ipynb', 'c');
  model.compareWith('next');
  assert.strictEqual(model.against, 'now');
  model.select('e1');
  assert.strictEqual(model.against, 'next');
});

test('a source is read once', async () => {
  const server = new FakeServer(2);
  const model = new HistoryModel(server);
  await model.open('a.ipynb', 'c');
  await model.read('e1');
  assert.strictEqual(await model.read('e1'), 'source of e1');
  assert.strictEqual(server.reads, 1);
});

test('whether a text was ever executed is told as far as was read', async () => {
  const model = new HistoryModel(new FakeServer(150));
  await model.open('a.ipynb', 'c');
  assert.deepStrictEqual(
    [model.wasExecuted('150'), model.wasExecuted('1')],
    [true, null]
  );
  await model.more();
  assert.deepStrictEqual(
    [model.wasExecuted('1'), model.wasExecuted('other')],
    [true, false]
  );
});

test('a server that does not answer leaves what was read, with the reason', async () => {
  const server = new FakeServer(2);
  const model = new HistoryModel(server);
  await model.open('a.ipynb', 'c');
  server.failure = new TrailFailure('offline', 'no answer');
  await model.refresh();
  assert.strictEqual(model.failure.message, 'no answer');
  assert.strictEqual(model.executions.length, 2);
  server.failure = null;
  await model.refresh();
  assert.strictEqual(model.failure, null);
});

const executed = (count, cellId, source, more = {}) => ({
  execution_id: `e${count}`,
  execution_count: count,
  cell_id: cellId,
  source,
  is_last: true,
  tags: [],
  ...more
});
const there = (id, source, takesCode = true) => ({ id, source, takesCode });
const kinds = changes => changes.map(change => change.kind);

test('a restore replaces, inserts or leaves a cell, and takes its last execution', () => {
  const cells = [
    executed(1, 'a', 'x = 0', { is_last: false }),
    executed(2, 'a', 'x = 1'),
    executed(3, 'b', 'y = 1'),
    executed(4, 'gone', 'z = 1')
  ];
  const present = [there('b', 'y = 1'), there('a', 'edited')];
  const changes = planChanges(cells, present);
  assert.deepStrictEqual(kinds(changes), ['replace', 'same', 'insert']);
  assert.strictEqual(changes[0].before, 'edited');
});

test('a cell without an id is known by its text, else inserted', () => {
  const cells = [executed(1, '', 'x = 1'), executed(2, '', 'y = 1')];
  const changes = planChanges(cells, [there('n', 'x = 1')]);
  assert.deepStrictEqual(kinds(changes), ['same', 'insert']);
  assert.strictEqual(changes[1].cellId, 'e2');
});

test('a cell that is locked or became Markdown is left as it is: the code gets a cell of its own, once', () => {
  const cells = [
    executed(1, 'locked', 'x = 1'),
    executed(2, 'text', 'y = 1'),
    executed(3, 'kept', 'z = 1')
  ];
  const present = [
    there('locked', 'x = 0', false),
    there('text', '# Notes', false),
    there('kept', 'z = 1', false)
  ];
  const changes = planChanges(cells, present);
  assert.deepStrictEqual(kinds(changes), ['insert', 'insert', 'same']);
  assert.deepStrictEqual(
    changes.map(change => change.cellId),
    ['e1', 'e2', 'kept']
  );
  const again = planChanges(cells, [
    ...present,
    there('e1', 'x = 1'),
    there('e2', 'edited since')
  ]);
  assert.deepStrictEqual(kinds(again), ['same', 'replace', 'same']);
});

test('cells that are gone go after the one that was executed before them, else to the top', () => {
  const cells = [
    executed(1, 'g1', 'a'),
    executed(2, 'x', 'b'),
    executed(3, 'g2', 'c'),
    executed(4, 'g3', 'd')
  ];
  const changes = planChanges(cells, [
    there('m', ''),
    there('x', 'b'),
    there('y', '')
  ]);
  const places = placesOf(changes, ['m', 'x', 'y']);
  assert.deepStrictEqual([...places.values()], [0, 3, 4]);
});

test('only cells whose text would go and that no execution has are called unexecuted', async () => {
  const server = new FakeServer(3);
  const model = new RestoreModel(server, 'a.ipynb', { run_id: 'r' });
  await model.load(true);
  const cells = [
    executed(1, 'a', 'new'),
    executed(2, 'b', 'new'),
    executed(3, 'c', 'new')
  ];
  const present = [there('a', '3'), there('b', 'an idea'), there('c', 'new')];
  await model.lookForUnexecuted('a.ipynb', planChanges(cells, present));
  assert.deepStrictEqual([...model.unexecuted], ['b']);
  assert.strictEqual(server.asked.length, 2);
  assert.ok(model.isKnown(planChanges(cells, present)));
  const edited = [there('a', 'typed since')];
  assert.ok(!model.isKnown(planChanges(cells, edited)));
  server.failure = new TrailFailure('refused', 'gone');
  await model.lookForUnexecuted('a.ipynb', planChanges(cells, present));
  assert.deepStrictEqual([...model.unexecuted], ['a', 'b']);
  await model.load(false);
  assert.deepStrictEqual([model.plan, model.failure.message], [null, 'gone']);
});
