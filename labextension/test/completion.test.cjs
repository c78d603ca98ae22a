/** The filter box proposes what the grammar takes next, and nothing that it does not. */
const assert = require('node:assert');
const test = require('node:test');
const { accept, complete } = require('../lib/commonjs/model/table/completion.js');

const KEYS = {
  metrics: ['rmse', 'val_loss', 'f1 (macro)'],
  params: ['alpha', 'model'],
  tags: ['team', 'celltrail.kept']
};
const texts = (filter, cursor = filter.length) => complete(filter, cursor, KEYS).map(each => each.text);

test('an empty filter begins with an entity or an attribute', () => {
  assert.ok(texts('').includes('metrics.'));
  assert.ok(texts('').includes('status'));
  assert.deepStrictEqual(texts('met'), ['metrics.']);
});

test('after the dot come the keys, those that begin so first, quoted where they must be', () => {
  assert.deepStrictEqual(texts('metrics.'), ['rmse', 'val_loss', '`f1 (macro)`']);
  assert.deepStrictEqual(texts('metric.l'), ['val_loss']);
  assert.deepStrictEqual(texts('metrics.`f1'), ['`f1 (macro)`']);
  assert.deepStrictEqual(texts('tags.'), ['team']);
  assert.deepStrictEqual(texts('nothing.'), []);
});

test('after a field come the operators that fit it', () => {
  assert.ok(texts('metrics.rmse ').includes('<'));
  assert.ok(!texts('metrics.rmse ').includes('LIKE'));
  assert.ok(!texts('tags.team ').includes('<'));
  assert.ok(texts('params.alpha ').includes('<') && texts('params.alpha ').includes('LIKE'));
  assert.ok(texts('duration ').includes('>'));
  assert.ok(!texts('status ').includes('>'));
  assert.ok(texts('metrics.`f1 (macro)` ').includes('<'));
});

test('a state is one of five, and other values are the reader’s', () => {
  assert.deepStrictEqual(texts('status = '), ["'running'", "'finished'", "'failed'", "'interrupted'", "'killed'"]);
  assert.deepStrictEqual(texts('metrics.rmse < '), []);
});

test('after a condition come AND and OR, and then fields again', () => {
  assert.deepStrictEqual(texts('metrics.rmse < 1 '), ['AND', 'OR']);
  assert.deepStrictEqual(texts("params.model = 'a' a"), ['AND']);
  assert.deepStrictEqual(texts('params.model IS NULL '), ['AND', 'OR']);
  assert.ok(texts('(metrics.rmse < 1) AND ').includes('params.'));
  assert.deepStrictEqual(texts("status IN ('failed'"), []);
});

test('in the middle of a text what stands before the cursor counts', () => {
  assert.deepStrictEqual(texts('metrics.v < 1', 'metrics.v'.length), ['val_loss']);
});

test('a proposal replaces what was typed, and the cursor goes behind it', () => {
  const [proposal] = complete('metrics.v < 1', 9, KEYS);
  assert.deepStrictEqual(accept('metrics.v < 1', proposal), { text: 'metrics.val_loss < 1', cursor: 16 });
  const [entity] = complete('me', 2, KEYS);
  assert.deepStrictEqual(accept('me', entity), { text: 'metrics.', cursor: 8 });
});

test('hostile and endless text is completed in no time', () => {
  for (const text of ['`'.repeat(10_000), "'".repeat(9_999), '('.repeat(10_000), 'a.'.repeat(5_000), '\u202e<script>']) {
    assert.ok(Array.isArray(complete(text, text.length, KEYS)));
  }
});
