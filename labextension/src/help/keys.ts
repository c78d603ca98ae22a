/** The keys of each view, as `?` shows them. */
import type { TranslationBundle } from '@jupyterlab/translation';

/** Keys, and what they do. */
export interface KeyWords {
  keys: string;
  does: string;
}

/** The keys of one view. */
export interface ViewKeys {
  /** Where in the page the view is. */
  selector: string;
  title: string;
  keys: readonly KeyWords[];
  /** The page of the documentation that tells more. */
  page: string;
}

/** Every view of celltrail that takes keys. */
export function viewKeys(trans: TranslationBundle): readonly ViewKeys[] {
  const mark = {
    keys: trans.__('Space'),
    does: trans.__('Mark the run, or take its mark')
  };
  const compare = { keys: 'C', does: trans.__('Compare the marked runs') };
  return [
    {
      selector: '.ct-Table',
      title: trans.__('Runs table'),
      page: 'table',
      keys: [
        { keys: '↑ ↓ ← →', does: trans.__('To another cell') },
        {
          keys: trans.__('Home, End'),
          does: trans.__(
            'First and last column; with Ctrl the first and last run'
          )
        },
        {
          keys: trans.__('Enter'),
          does: trans.__('Open the run, or edit the tag')
        },
        mark,
        {
          keys: trans.__('Shift ↑ ↓, Ctrl A, Escape'),
          does: trans.__('Mark several, all, none')
        },
        compare,
        { keys: 'S', does: trans.__('Star the run, or take its star away') },
        { keys: 'F2', does: trans.__('Edit the tag') },
        {
          keys: trans.__('On a head: Enter, Alt ↓'),
          does: trans.__('Order by it, its menu')
        },
        {
          keys: trans.__('On a head: Alt ← →, Shift ← →'),
          does: trans.__('Move the column, change its width')
        }
      ]
    },
    {
      selector: '.ct-Compare',
      title: trans.__('Comparison'),
      page: 'compare',
      keys: [
        { keys: trans.__('Tab'), does: trans.__('From part to part') },
        {
          keys: trans.__('Enter'),
          does: trans.__('Open what is folded, press a button')
        },
        { keys: trans.__('Page Up, Page Down'), does: trans.__('Scroll') }
      ]
    },
    {
      selector: '.ct-Page',
      title: trans.__('Run page'),
      page: 'run-page',
      keys: [
        { keys: trans.__('Tab'), does: trans.__('From part to part') },
        {
          keys: trans.__('Enter'),
          does: trans.__('Open what is folded, press a button')
        },
        {
          keys: trans.__('Ctrl Enter, Escape'),
          does: trans.__('In a note: keep it; leave it as it was')
        },
        { keys: trans.__('Page Up, Page Down'), does: trans.__('Scroll') }
      ]
    },
    {
      selector: '#celltrail-trail',
      title: trans.__('Trail'),
      page: 'panel',
      keys: [
        { keys: '↑ ↓', does: trans.__('To another run') },
        { keys: '→ ←', does: trans.__('Unfold and fold a search or a loop') },
        { keys: trans.__('Enter'), does: trans.__('Show the run in full') },
        {
          keys: trans.__('Escape'),
          does: trans.__('Back to the list; in the search box: clear it')
        },
        mark,
        compare
      ]
    },
    {
      selector: '.ct-History',
      title: trans.__('Cell history'),
      page: 'restore',
      keys: [
        {
          keys: '↑ ↓',
          does: trans.__(
            'To another execution, which is compared with the cell'
          )
        },
        {
          keys: trans.__('Tab'),
          does: trans.__('To the buttons: restore, insert below, copy')
        }
      ]
    },
    {
      selector: '.ct-Restore',
      title: trans.__('Restore'),
      page: 'restore',
      keys: [
        {
          keys: trans.__('Tab'),
          does: trans.__('From cell to cell, and to the buttons')
        }
      ]
    }
  ];
}
