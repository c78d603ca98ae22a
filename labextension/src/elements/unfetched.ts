/** Markup that somebody else may have written, drawn without a request or a command; a picture becomes a link to it. */
import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';

/** Attributes that a browser fetches as soon as it meets them. */
export const FETCHING: readonly string[] = [
  'src',
  'srcset',
  'poster',
  'background',
  'data',
  'lowsrc',
  'longdesc'
];
/** By these a click would execute a command of JupyterLab. */
const COMMANDING = 'data-commandlinker-';
/** Of a style attribute: `url(…)`, `image(…)`, and whatever is written by escapes. */
const FETCHING_STYLE = /url|image|\\/i;

/** Renderers that draw as those of a registry do, and neither fetch nor command anything. */
export function unfetched(
  rendermime: IRenderMimeRegistry
): IRenderMimeRegistry {
  const { sanitizer } = rendermime;
  const quiet: IRenderMime.ISanitizer = {
    sanitize: (dirty, options) =>
      withoutRequests(sanitizer.sanitize(dirty, options)),
    getAutolink: () => sanitizer.getAutolink?.() ?? true
  };
  return rendermime.clone({ sanitizer: quiet });
}

/** A parsed document is no page: nothing of it is fetched while it is looked through. */
function withoutRequests(html: string): string {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  for (const node of body.querySelectorAll('*')) {
    const outer = node.getAttribute('src') ?? '';
    for (const { name, value } of [...node.attributes]) {
      const isOut =
        name.startsWith(COMMANDING) ||
        (name === 'style' && FETCHING_STYLE.test(value)) ||
        (FETCHING.includes(name) && !value.startsWith('data:'));
      if (isOut) {
        node.removeAttribute(name);
      }
    }
    if (node instanceof HTMLImageElement && /^https?:/i.test(outer)) {
      node.replaceWith(linkTo(outer, node.alt));
    }
  }
  return body.innerHTML;
}

function linkTo(address: string, text: string): HTMLAnchorElement {
  const link = document.createElement('a');
  link.href = address;
  link.rel = 'noopener noreferrer';
  link.target = '_blank';
  link.textContent = text === '' ? address : text;
  return link;
}
