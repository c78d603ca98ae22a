/** Addresses of run pages, for a colleague on the same server. */
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { PagePlace } from '../model/page';

/** The argument of JupyterLab's address that opens a run's page. */
export const LINK_ARGUMENT = 'celltrail-run';

/** The address of a page. */
export function linkTo(place: PagePlace): string {
  const shown = JSON.stringify({
    notebook: place.notebook,
    run_id: place.runId
  });
  return `${PageConfig.getUrl({ mode: 'multiple-document' })}?${LINK_ARGUMENT}=${encodeURIComponent(shown)}`;
}

/** What a page's address asks for, as arguments of the command; null where it is none. */
export function readLink(search: string): ReadonlyPartialJSONObject | null {
  const text = URLExt.queryStringToObject(search)[LINK_ARGUMENT];
  if (text === undefined) {
    return null;
  }
  try {
    const found = JSON.parse(text) as Record<string, unknown>;
    return typeof found.run_id === 'string'
      ? {
          notebook: typeof found.notebook === 'string' ? found.notebook : '',
          run_id: found.run_id
        }
      : null;
  } catch {
    // an id alone, as one writes it by hand
    return /^[\w-]+$/.test(text) ? { notebook: '', run_id: text } : null;
  }
}
