/** The badge's checksum is Python's. */
const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const test = require('node:test');
const zlib = require('node:zlib');
const { codePointLength, crc32 } = require('../lib/commonjs/model/crc32.js');
const { isCodeChanged } = require('../lib/commonjs/model/badges.js');

const TEXTS = ['', 'a', '123456789', 'x = 1\n', 'π = "🙂"', 'שלום\u202e', '\u0000'];

test('the checksum of a text is the published one and zlib’s own', () => {
  assert.strictEqual(crc32('123456789'), 0xcbf43926);
  if (typeof zlib.crc32 === 'function') {
    TEXTS.forEach(text => assert.strictEqual(crc32(text), zlib.crc32(text)));
  }
});

test('checksum and length are those that Python gives', () => {
  const program =
    'import json,sys,zlib; print(json.dumps([[zlib.crc32(t.encode()), len(t)] for t in json.load(sys.stdin)]))';
  const output = execFileSync('python3', ['-c', program], {
    input: JSON.stringify(TEXTS)
  });
  const expected = JSON.parse(output.toString());
  TEXTS.forEach((text, index) => {
    assert.deepStrictEqual([crc32(text), codePointLength(text)], expected[index]);
  });
});

test('a badge is stale as soon as one character differs', () => {
  const source = 'model.fit(X, "é🙂")';
  const badge = {
    source_crc32: crc32(source),
    source_length: codePointLength(source)
  };
  assert.ok(!isCodeChanged(badge, source));
  assert.ok(isCodeChanged(badge, source + ' '));
  assert.ok(isCodeChanged(badge, source.replace('X', 'Y')));
});
