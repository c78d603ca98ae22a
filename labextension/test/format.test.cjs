/** Numbers, durations and times as the panel writes them. */
const assert = require('node:assert');
const test = require('node:test');
const format = require('../lib/commonjs/model/format.js');
const { trans } = require('./fakes.cjs');

test('a number takes about six characters, whatever its size', () => {
  const cases = [
    [0, '0'],
    [3, '3'],
    [1234567, '1,234,567'],
    [0.93125, '0.9313'],
    [12.3456, '12.35'],
    [123456.7, '123,457'],
    [0.00001234, '1.23e-5'],
    [-0.5, '−0.5000'],
    [-1.5e-12, '−1.50e-12'],
    [2.5e10, '2.50e10']
  ];
  for (const [value, text] of cases) {
    assert.strictEqual(format.formatNumber(value), text);
  }
});

test('what JSON lacks comes as text and is shown as what it is', () => {
  assert.strictEqual(format.formatNumber('NaN'), 'NaN');
  assert.strictEqual(format.formatNumber('Infinity'), '∞');
  assert.strictEqual(format.formatNumber('-Infinity'), '−∞');
});

test('a duration has the two units that matter', () => {
  const cases = [
    [0, '0.0 ms'],
    [0.0042, '4.2 ms'],
    [0.25, '250 ms'],
    [0.99949, '999 ms'],
    [0.9996, '1.0 s'],
    [59.94, '59.9 s'],
    [59.96, '1 min 0 s'],
    [125, '2 min 5 s'],
    [3600, '1 h 0 min'],
    [90061, '1 d 1 h'],
    ['NaN', '–']
  ];
  for (const [seconds, text] of cases) {
    assert.strictEqual(format.formatDuration(seconds), text);
  }
});

test('how long ago is told in one unit, and a clock ahead of ours is just now', () => {
  const now = Date.UTC(2026, 0, 31, 12);
  const ago = seconds =>
    format.formatAgo((now - seconds * 1000) * 1000, now, trans);
  assert.strictEqual(ago(-60), 'just now');
  assert.strictEqual(ago(42), '42 s ago');
  assert.strictEqual(ago(60), '1 min ago');
  assert.strictEqual(ago(7200), '2 h ago');
  assert.strictEqual(ago(3 * 86400), '3 d ago');
  assert.strictEqual(ago(30 * 86400), '2026-01-01');
});

test('a digest is shown without its algorithm, a size in its unit, a path by its end', () => {
  assert.strictEqual(
    format.shortDigest('xxh3-128:0123456789abcdef'),
    '0123456789'
  );
  assert.strictEqual(format.shortDigest('abc'), 'abc');
  assert.strictEqual(format.formatBytes(1023), '1023 B');
  assert.strictEqual(format.formatBytes(1536), '1.5 KB');
  assert.strictEqual(format.formatBytes(300 * 1024 * 1024), '300 MB');
  assert.strictEqual(format.baseName('a/b/c.ipynb'), 'c.ipynb');
});

test('a list of values shows the beginning of a digest or a commit, and every other value in full', () => {
  const commit = '70fcfb2302826d155f2e861199af90eb86281173';
  assert.strictEqual(format.shortValue(commit), '70fcfb2302…');
  assert.strictEqual(format.shortValue(`xxh3-128:${commit}`), '70fcfb2302…');
  for (const value of ['0.1', 'deadbeef', 'cholesky', `${commit} …`, '']) {
    assert.strictEqual(format.shortValue(value), value);
  }
});
