/** Plotly documents in the colours of the theme, and the download that plotly itself offers. */
import type { PartialJSONObject } from '@lumino/coreutils';

/** A document as the renderer takes it, with the theme's colours and our buttons. */
export function themed(
  text: string,
  node: HTMLElement,
  name: string
): PartialJSONObject {
  const style = getComputedStyle(node);
  const color = (variable: string): string =>
    style.getPropertyValue(variable).trim();
  const made = JSON.parse(text) as PartialJSONObject;
  const layout = (made.layout ?? {}) as PartialJSONObject;
  const grid = {
    gridcolor: color('--jp-border-color2'),
    zerolinecolor: color('--jp-border-color1')
  };
  const axis = (which: string): PartialJSONObject => ({
    ...((layout[which] ?? {}) as PartialJSONObject),
    ...grid
  });
  return {
    ...made,
    layout: {
      ...layout,
      xaxis: axis('xaxis'),
      yaxis: axis('yaxis'),
      autosize: true,
      height: 420,
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      modebar: {
        bgcolor: 'rgba(0,0,0,0)',
        color: color('--jp-ui-font-color2'),
        activecolor: color('--jp-ui-font-color0')
      },
      font: {
        color: color('--jp-ui-font-color1'),
        family: color('--jp-ui-font-family')
      }
    },
    config: {
      responsive: true,
      displaylogo: false,
      // plotly's own button would put the figure on a machine of theirs
      showSendToCloud: false,
      plotlyServerURL: '',
      displayModeBar: true,
      toImageButtonOptions: { format: 'png', filename: name, scale: 2 }
    }
  };
}

/** What plotly keeps at its node of how it was configured. */
interface PlotlyNode extends HTMLElement {
  _context?: { toImageButtonOptions: { format: string } };
}

/** Press plotly's own button for a picture of the figure; false where there is none. */
export function pressDownload(
  host: HTMLElement | null,
  format: 'png' | 'svg'
): boolean {
  const plot = host?.querySelector<PlotlyNode>('.js-plotly-plot');
  const button = plot?.querySelector<HTMLElement>(
    '.modebar-btn[data-attr="toImage"], .modebar-group:first-child .modebar-btn'
  );
  if (!plot?._context || !button) {
    return false;
  }
  plot._context.toImageButtonOptions.format = format;
  button.click();
  return true;
}
