/** The extension's own icons; a state is told by its shape, colour only helps. */
import { LabIcon } from '@jupyterlab/ui-components';
import type { Status } from './api';

/** The panel's icon: a trail of steps. */
export const trailIcon = new LabIcon({
  name: 'celltrail:trail',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M6 3a3 3 0 0 0-1 5.83V12a5 5 0 0 0 5 5h4.17a3 3 0 1 0 0-2H10a3 3 0 0 1-3-3V8.83A3 3 0 0 0 6 3z"/>
    <path d="M13 5h8v2h-8zM13 9h6v2h-6z"/>
  </g></svg>`
});

/** The icon of the runs table: rows of a trail. */
export const tableIcon = new LabIcon({
  name: 'celltrail:table',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" fill-rule="evenodd" d="M3 4h18v16H3zm2 2v3h4V6zm6 0v3h8V6zm-6 5v3h4v-3zm6 0v3h8v-3zm-6 5v2h4v-2zm6 0v2h8v-2z"/>
</svg>`
});

/** The icon of a comparison: two runs side by side. */
export const compareIcon = new LabIcon({
  name: 'celltrail:compare',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" fill-rule="evenodd" d="M3 4h8v16H3zm2 2v12h4V6zm8-2h8v16h-8zm2 4v2h4V8zm0 4v2h4v-2z"/>
</svg>`
});

/** A star that is filled where a run has one. */
export const starIcon = new LabIcon({
  name: 'celltrail:star',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="14" viewBox="0 0 24 24">
  <path class="jp-icon3 ct-Star-shape" d="m12 2.6 2.9 6 6.6.9-4.8 4.6 1.2 6.5-5.9-3.1-5.9 3.1 1.2-6.5L2.5 9.5l6.6-.9z"/>
</svg>`
});

function stateIcon(status: Status, className: string, shape: string): LabIcon {
  return new LabIcon({
    name: `celltrail:${status}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="14" viewBox="0 0 16 16"><g class="${className}">${shape}</g></svg>`
  });
}

const RING =
  'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zm0 1.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z';

/** One icon for each state of a run. */
export const stateIcons: Readonly<Record<Status, LabIcon>> = {
  running: stateIcon(
    'running',
    'ct-mod-running',
    '<path opacity=".3" d="M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zm0 2a5 5 0 1 0 0 10A5 5 0 0 0 8 3z"/><path d="M8 1a7 7 0 0 1 7 7h-2a5 5 0 0 0-5-5z"/>'
  ),
  finished: stateIcon(
    'finished',
    'ct-mod-finished',
    '<path d="M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zm3.3 4.2L7 9.5 4.9 7.4 3.8 8.5 7 11.7l5.4-5.4z" fill-rule="evenodd"/>'
  ),
  failed: stateIcon(
    'failed',
    'ct-mod-failed',
    '<path d="M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zM5.6 4.5 4.5 5.6 6.9 8l-2.4 2.4 1.1 1.1L8 9.1l2.4 2.4 1.1-1.1L9.1 8l2.4-2.4-1.1-1.1L8 6.9z" fill-rule="evenodd"/>'
  ),
  interrupted: stateIcon(
    'interrupted',
    'ct-mod-interrupted',
    `<path d="${RING}"/><path d="M5.5 5.5h5v5h-5z"/>`
  ),
  killed: stateIcon(
    'killed',
    'ct-mod-killed',
    `<path d="${RING}"/><path d="M3.6 11.3 11.3 3.6l1.1 1.1-7.7 7.7z"/>`
  )
};
