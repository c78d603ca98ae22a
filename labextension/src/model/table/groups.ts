/** What runs can be grouped by: parameters, tags, and attributes that are texts. */
import type { RunKeys } from '../../api';
import { OWN_TAGS } from '../words';
import { fieldOf } from './columns';
import type { ViewField } from './view';

const ATTRIBUTES = ['status', 'estimator', 'notebook', 'name', 'kind', 'cell'];

/** The fields, as the grammar writes them. */
export function groupFields(
  keys: RunKeys | null
): { text: string; field: ViewField }[] {
  const fields: ViewField[] = [
    ...(keys?.params ?? []).map(key => ({ source: 'params' as const, key })),
    ...(keys?.tags ?? [])
      .filter(key => !key.startsWith(OWN_TAGS))
      .map(key => ({ source: 'tags' as const, key })),
    ...ATTRIBUTES.map(key => ({ source: 'attributes' as const, key }))
  ];
  return fields.map(field => ({ text: fieldOf(field), field }));
}
