/** Addresses of a table: what one shows stands in them, so that a colleague on the same server sees it too. */
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { TablePlace } from '../model/table/place';
import type { TableView } from '../model/table/view';
import { readView, writeView } from '../model/table/view';

/** The argument of JupyterLab's address that opens a table. */
export const LINK_ARGUMENT = 'celltrail-table';

/** The address of a table. */
export function linkTo(place: TablePlace, view: TableView): string {
  const shown = JSON.stringify({
    notebook: place.notebook,
    is_notebook_only: place.isNotebookOnly,
    view: JSON.parse(writeView(view)) as unknown
  });
  return `${PageConfig.getUrl({ mode: 'multiple-document' })}?${LINK_ARGUMENT}=${encodeURIComponent(shown)}`;
}

/** What a table's address asks for, as arguments of the command; null where it is none. */
export function readLink(search: string): ReadonlyPartialJSONObject | null {
  const text = URLExt.queryStringToObject(search)[LINK_ARGUMENT];
  if (text === undefined) {
    return null;
  }
  try {
    const found = JSON.parse(text) as Record<string, unknown>;
    return {
      notebook: typeof found.notebook === 'string' ? found.notebook : '',
      is_notebook_only: found.is_notebook_only === true,
      view: JSON.parse(
        writeView(readView(found.view))
      ) as ReadonlyPartialJSONObject
    };
  } catch {
    return {};
  }
}
