/** A drawing of a view as a picture of its own, with the colours that it has on the screen. */

const COPIED = [
  'fill',
  'fill-opacity',
  'font-family',
  'font-size',
  'font-weight',
  'opacity',
  'stroke',
  'stroke-linejoin',
  'stroke-opacity',
  'stroke-width'
];
const SCALE = 2;

/** The drawing as an SVG file: nothing in it refers to a style sheet. */
export function svgOf(drawn: SVGSVGElement, title: string): Blob {
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  const originals = drawn.querySelectorAll('*');
  copy.querySelectorAll<SVGElement>('*').forEach((node, place) => {
    const original = originals.item(place);
    const style = getComputedStyle(original);
    for (const name of COPIED) {
      node.style.setProperty(name, style.getPropertyValue(name));
    }
    node.removeAttribute('class');
  });
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.style.background = backgroundOf(drawn);
  const name = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  name.textContent = title;
  copy.prepend(name);
  const text = new XMLSerializer().serializeToString(copy);
  return new Blob([text], { type: 'image/svg+xml' });
}

/** The same as pixels, two for each on the screen. Rejects where the browser draws none. */
export async function pngOf(
  drawn: SVGSVGElement,
  title: string
): Promise<Blob> {
  const url = URL.createObjectURL(svgOf(drawn, title));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = drawn.clientWidth * SCALE;
    canvas.height = drawn.clientHeight * SCALE;
    const pen = canvas.getContext('2d');
    pen?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob(blob => {
        if (blob === null) {
          reject(new Error('the browser made no picture'));
        } else {
          resolve(blob);
        }
      }, 'image/png');
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The colour of the nearest part of the page that has one. */
function backgroundOf(node: Element): string {
  let found: Element | null = node;
  while (found !== null) {
    const { backgroundColor } = getComputedStyle(found);
    if (backgroundColor !== 'rgba(0, 0, 0, 0)') {
      return backgroundColor;
    }
    found = found.parentElement;
  }
  return 'none';
}
