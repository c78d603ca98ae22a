/** What a model's card says in words and code. */
const assert = require('node:assert/strict');
const test = require('node:test');
const { formatWords, libraryOf, loadCode, missingWords, typeOf } = require('../lib/commonjs/model/modelcard.js');
const { trans } = require('./fakes.cjs');

const model = more => ({ name: 'model', format: 'skops', untrusted: [], ...more });

test('the code that loads a model is what Python takes', () => {
  assert.match(loadCode('3f2a', model({})), /celltrail\.load_model\("3f2a"\)$/);
  assert.match(loadCode('3f2a', model({ name: 'a "b"\n' })), /\("3f2a", "a \\"b\\"\\n"\)$/);
  assert.match(loadCode('3f2a', model({ format: 'pickle' })), /\("3f2a", trusted=True\)$/);
  assert.match(
    loadCode('3f2a', model({ name: 'm', untrusted: ['a.B', '__main__.C'] })),
    /\("3f2a", "m", trusted=\["a\.B", "__main__\.C"\]\)$/
  );
});

test('a pickle says plainly that loading it runs code', () => {
  assert.match(formatWords(model({ format: 'pickle' }), trans), /runs whatever code is in it/);
  assert.match(formatWords(model({}), trans), /only types that skops knows/);
  assert.match(formatWords(model({ untrusted: ['a.B'] }), trans), /types that skops does not know/);
  assert.match(formatWords(model({ format: 'ubj' }), trans), /ubj: the format of its own library/);
  assert.match(formatWords(model({ format: 'onnx' }), trans), /onnxruntime/);
  assert.match(formatWords(model({ format: '' }), trans), /No file was kept/);
});

test('columns say their type, and whether a value may be missing', () => {
  assert.equal(typeOf({ dtype: 'float64', shape: '(-1, 4)' }), 'float64 (-1, 4)');
  assert.equal(typeOf({ dtype: 'int64', shape: '' }), 'int64');
  assert.equal(missingWords({ nullable: 'yes' }, trans), 'some were missing');
  assert.equal(missingWords({ nullable: 'no' }, trans), 'never missing');
  assert.equal(missingWords({ nullable: 'not seen' }, trans), 'none seen missing');
});

test('the library of a class is its first module, and the notebook is none', () => {
  assert.equal(libraryOf('sklearn.svm._classes.SVC'), 'sklearn');
  assert.equal(libraryOf('__main__.Mean'), '');
});
