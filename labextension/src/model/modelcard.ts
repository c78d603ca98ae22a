/** What a model's card says in words and code. */
import type { LoggedModel, ValueSpec } from '../api';
import type { Translate } from './format';

/** How safe it is to load a model, plainly. */
export function formatWords(model: LoggedModel, trans: Translate): string {
  switch (model.format) {
    case 'pickle':
      return trans.__(
        'pickle: loading it runs whatever code is in it. Load it only if you know who wrote it.'
      );
    case 'skops':
      return model.untrusted.length === 0
        ? trans.__('skops: loading it makes only types that skops knows.')
        : trans.__(
            'skops: loading it makes types that skops does not know, and that you must name.'
          );
    case 'onnx':
      return trans.__('ONNX: it loads as a session of onnxruntime.');
    case '':
      return trans.__('No file was kept.');
    default:
      return trans.__(
        '%1: the format of its own library, which loads it.',
        model.format
      );
  }
}

/** Python that loads a model; what must be trusted stands in it. */
export function loadCode(runId: string, model: LoggedModel): string {
  const names = [pythonText(runId)];
  if (model.name !== 'model') {
    names.push(pythonText(model.name));
  }
  if (model.format === 'pickle') {
    names.push('trusted=True');
  } else if (model.untrusted.length > 0) {
    names.push(`trusted=[${model.untrusted.map(pythonText).join(', ')}]`);
  }
  return `import celltrail\n\nmodel = celltrail.load_model(${names.join(', ')})`;
}

/** A text as Python writes it. */
function pythonText(text: string): string {
  return JSON.stringify(text);
}

/** A column's type and shape. */
export function typeOf(spec: ValueSpec): string {
  return [spec.dtype, spec.shape].filter(part => part !== '').join(' ');
}

/** Whether a value may be missing. */
export function missingWords(spec: ValueSpec, trans: Translate): string {
  switch (spec.nullable) {
    case 'yes':
      return trans.__('some were missing');
    case 'no':
      return trans.__('never missing');
    default:
      return trans.__('none seen missing');
  }
}

/** The library that a class comes from. */
export function libraryOf(className: string): string {
  const root = className.split('.')[0] ?? '';
  return root === '__main__' ? '' : root;
}
