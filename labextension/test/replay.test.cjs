/** The replay model shows before it starts, hears of progress, and knows a replay that its server lost. */
const assert = require('node:assert');
const test = require('node:test');
const { ReplayModel, readReport } = require('../lib/commonjs/model/replay.js');
const { TrailFailure } = require('../lib/commonjs/model/failure.js');

const plan = (...ids) => ({
  steps: ids.map(id => ({ execution_id: id })),
  missing: [],
  reads: ['sales.csv'],
  swaps: []
});
const NONE = { revision: 1, run_id: '', phase: 'none', report: null };

class FakeServer {
  constructor() {
    this.state = NONE;
    this.orders = [];
    this.questions = [];
    this.failure = null;
  }
  async replay() {
    return this.state;
  }
  async replayPlans(_, question) {
    this.questions.push(question);
    if (this.failure !== null) {
      throw this.failure;
    }
    return { needed: plan('a'), full: plan('a', 'b'), timeout_s: 1 };
  }
  async startReplay(_, order) {
    this.orders.push(order);
    this.state = { revision: 2, run_id: order.run_id, phase: 'starting' };
    return this.state;
  }
  async cancelReplay() {
    this.state = { ...this.state, revision: 9, phase: 'cancelled' };
    return this.state;
  }
}

const made = async () => {
  const server = new FakeServer();
  const model = new ReplayModel(server);
  await model.follow('a.ipynb', true);
  return { server, model };
};

test('nothing starts before a plan was shown, and what was shown is what is ordered', async () => {
  const { server, model } = await made();
  await model.start(false);
  assert.deepStrictEqual(server.orders, []);
  await model.ask('r');
  await model.start(true);
  assert.deepStrictEqual(server.orders, [
    {
      run_id: 'r',
      steps: ['a', 'b'],
      is_full: true,
      environment: 'here',
      swaps: []
    }
  ]);
  assert.strictEqual(model.askedFor, '');
  assert.ok(model.isGoingOn);
});

test('another choice asks for another plan, and the order has what that plan names', async () => {
  const { server, model } = await made();
  await model.ask('r');
  assert.deepStrictEqual(model.files, ['sales.csv']);
  const answer = server.replayPlans.bind(server);
  server.replayPlans = async (_, question) => {
    const plans = await answer(_, question);
    plans.needed.swaps = ['seed=12'];
    return plans;
  };
  const chosen = model.choose({ environment: 'recorded', swaps: ['seed'] });
  assert.strictEqual(model.plans, null, 'the plan before cannot be agreed to');
  await chosen;
  assert.deepStrictEqual(server.questions.at(-1), {
    run_id: 'r',
    environment: 'recorded',
    swaps: ['seed']
  });
  await model.start(false);
  assert.strictEqual(server.orders[0].environment, 'recorded');
  assert.deepStrictEqual(server.orders[0].swaps, ['seed=12']);
});

test('a choice that cannot be met is told, and the reader may choose again', async () => {
  const { server, model } = await made();
  await model.ask('r');
  server.failure = new TrailFailure('refused', 'there is no file other.csv');
  await model.choose({ environment: 'here', swaps: ['data:a=other.csv'] });
  assert.strictEqual(model.failure.message, 'there is no file other.csv');
  assert.ok(model.hasAnswered);
  server.failure = null;
  await model.choose({ environment: 'here', swaps: [] });
  assert.strictEqual(model.failure, null);
  assert.ok(model.plans !== null);
});

test('a refusal is kept with the question', async () => {
  const { server, model } = await made();
  server.failure = new TrailFailure('refused', 'tracking is off');
  await model.ask('r');
  assert.strictEqual(model.failure.message, 'tracking is off');
  assert.strictEqual(model.plans, null);
  model.dismiss();
  assert.strictEqual(model.failure, null);
});

test('an event of a revision that is known asks nothing', async () => {
  const { server, model } = await made();
  server.state = { ...NONE, revision: 7 };
  await model.hear(1);
  await model.hear(0);
  assert.strictEqual(model.state.revision, 1);
  await model.hear(7);
  assert.strictEqual(model.state.revision, 7);
});

test('an end is told once, and a server that knows of nothing has lost it', async () => {
  const { server, model } = await made();
  const ends = [];
  model.ended.connect((_, state) => ends.push(state.phase));
  await model.ask('r');
  await model.start(false);
  await model.cancel();
  await model.refresh();
  assert.deepStrictEqual(ends, ['cancelled']);
  assert.strictEqual(model.lost, '');
  await model.ask('r');
  await model.start(false);
  server.state = { ...NONE, revision: 100 };
  await model.refresh();
  assert.strictEqual(model.lost, 'r');
});

test('a report that is none is not shown', () => {
  for (const text of ['', 'null', '[]', '{"status": "identical"}', '{"checklist": 1}']) {
    assert.strictEqual(readReport(text), null);
  }
});
