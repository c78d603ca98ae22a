/** Positions of the list and the runs behind them. */
const assert = require('node:assert');
const test = require('node:test');
const { Rows } = require('../lib/commonjs/model/rows.js');
const { run } = require('./fakes.cjs');

const make = (runs, options = {}) =>
  new Rows({
    total: options.total ?? runs.length,
    loaded: new Map(runs.map((each, index) => [(options.from ?? 0) + index, each])),
    opened: new Map(Object.entries(options.opened ?? {})),
    folded: new Set(options.folded ?? [])
  });

const children = (ids, more = {}) => ({
  runs: ids.map(id => run(id)),
  total: ids.length,
  cursor: '',
  isLoading: false,
  problem: '',
  ...more
});

const names = rows =>
  Array.from({ length: rows.count }, (_, position) => {
    const row = rows.at(position);
    return 'run' in row ? row.run.run_id : row.kind;
  });

test('runs that are not loaded keep their place', () => {
  const rows = make([run('a'), run('b')], { total: 100_000, from: 50_000 });
  assert.strictEqual(rows.count, 100_000);
  assert.strictEqual(rows.at(49_999).kind, 'pending');
  assert.strictEqual(rows.at(50_001).run.run_id, 'b');
  assert.strictEqual(rows.find('b'), 50_001);
  assert.strictEqual(rows.find('none'), -1);
  assert.strictEqual(rows.at(100_000), null);
  assert.strictEqual(rows.at(-1), null);
});

test('children stand below their parent, and a last row asks for more', () => {
  const rows = make([run('a'), run('b', { child_count: 5 }), run('c')], {
    opened: { b: children(['b1', 'b2'], { cursor: 'next', total: 5 }) }
  });
  assert.deepStrictEqual(names(rows), ['a', 'b', 'b1', 'b2', 'more', 'c']);
  assert.strictEqual(rows.at(4).missing, 3);
  assert.strictEqual(rows.find('b2'), 3);
  assert.strictEqual(rows.find('c'), 5);
});

test('a loop that is folded shows its newest run only', () => {
  const loop = ['l1', 'l2', 'l3'].map(id => run(id, { group_id: 'g' }));
  const runs = [run('a'), ...loop, run('z')];
  const open = make(runs);
  assert.deepStrictEqual(names(open), ['a', 'l1', 'l2', 'l3', 'z']);
  assert.deepStrictEqual(
    [1, 2, 3].map(position => {
      const { isFirst, isLast, size } = open.at(position).group;
      return [isFirst, isLast, size];
    }),
    [
      [true, false, 3],
      [false, false, 3],
      [false, true, 3]
    ]
  );
  const folded = make(runs, { folded: ['g'] });
  assert.deepStrictEqual(names(folded), ['a', 'l1', 'z']);
  assert.strictEqual(folded.find('l3'), 1);
  assert.strictEqual(folded.find('z'), 2);
});

test('a run alone in its loop is no group, nor are loops that touch one', () => {
  const rows = make([
    run('a', { group_id: 'g' }),
    run('b', { group_id: 'h' }),
    run('c', { group_id: 'h' })
  ]);
  assert.strictEqual(rows.at(0).group, null);
  assert.strictEqual(rows.at(1).group.id, 'h');
});

test('every position leads to a run and back, for any mixture', () => {
  let seed = 7;
  const random = limit => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % limit;
  };
  for (let round = 0; round < 200; round += 1) {
    const runs = Array.from({ length: 1 + random(12) }, (_, index) =>
      run(`r${index}`, { group_id: ['', 'g', 'h'][random(3)] })
    );
    const opened = {};
    runs.forEach(each => {
      if (random(4) === 0) {
        opened[each.run_id] = children(
          Array.from({ length: random(4) }, (_, k) => `${each.run_id}.${k}`)
        );
      }
    });
    const folded = ['g', 'h'].filter(() => random(2) === 0);
    const rows = make(runs, { opened, folded });
    const shown = names(rows);
    assert.ok(shown.every(name => name !== undefined));
    assert.strictEqual(new Set(shown).size, shown.length);
    shown.forEach((name, position) =>
      assert.strictEqual(rows.find(name), position)
    );
  }
});
