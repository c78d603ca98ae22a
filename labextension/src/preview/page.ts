/**
 * A page of unknown origin, made so that it can be looked at: no script, no request, no way out.
 *
 * Three walls, each of which would do: what acts or fetches is taken out of a parsed copy; the frame is sandboxed
 * without any permission; and it stands in a frame of our own whose policy it inherits and cannot leave, so that
 * not even a link that was missed leads anywhere.
 */

import { FETCHING } from '../elements/unfetched';

const POLICY =
  "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; form-action 'none'; frame-src 'none'; base-uri 'none'";
const ACTING =
  'script, base, link, meta[http-equiv], iframe, frame, frameset, object, embed, applet, portal, fencedframe';
const LEADING: readonly string[] = [
  'href',
  'xlink:href',
  'action',
  'formaction',
  'ping',
  'srcdoc',
  'attributionsrc'
];

/** The document to give to a sandboxed frame, and how many scripts were taken out of it. */
export interface QuietPage {
  document: string;
  scripts: number;
}

/** Make a page quiet. */
export function quietPage(html: string): QuietPage {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const scripts = parsed.querySelectorAll('script').length;
  quiet(parsed);
  const inner = parsed.documentElement.outerHTML;
  return { document: framed(inner), scripts };
}

function quiet(root: Document | DocumentFragment): void {
  for (const node of root.querySelectorAll(ACTING)) {
    node.remove();
  }
  for (const node of root.querySelectorAll('*')) {
    for (const { name, value } of [...node.attributes]) {
      const isOut =
        name.startsWith('on') ||
        (LEADING.includes(name) && !value.startsWith('#')) ||
        (FETCHING.includes(name) && !value.startsWith('data:'));
      if (isOut) {
        node.removeAttribute(name);
      }
    }
    if (node instanceof HTMLTemplateElement) {
      quiet(node.content);
    }
  }
}

function framed(inner: string): string {
  const page = document.implementation.createHTMLDocument('');
  const policy = page.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = POLICY;
  const names = page.createElement('meta');
  names.httpEquiv = 'x-dns-prefetch-control';
  names.content = 'off';
  const style = page.createElement('style');
  style.textContent =
    'html, body, iframe { border: 0; height: 100%; margin: 0; width: 100%; } body { overflow: hidden; } iframe { display: block; }';
  page.head.append(policy, names, style);
  const frame = page.createElement('iframe');
  frame.setAttribute('sandbox', '');
  frame.title = 'page';
  frame.srcdoc = `<!doctype html>${inner}`;
  page.body.append(frame);
  return `<!doctype html>${page.documentElement.outerHTML}`;
}
