/** Every command of the extension. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import { Notification } from '@jupyterlab/apputils';
import { refreshIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { RunSummary } from './api';
import { pointedRun } from './elements/pointed';
import { trailIcon } from './icons';
import { TrailFailure } from './model/failure';
import type { ITrail } from './tokens';

/** The ids of the commands. */
export const CommandIDs = {
  open: 'celltrail:open',
  /** A run's page: `{run_id, notebook}`. */
  openRun: 'celltrail:open-run',
  /** The same run in the panel. */
  showRun: 'celltrail:show-run',
  toggleTracking: 'celltrail:toggle-tracking',
  refresh: 'celltrail:refresh',
  goToCell: 'celltrail:go-to-cell',
  keepCell: 'celltrail:keep-cell',
  cellHistory: 'celltrail:cell-history',
  restoreRun: 'celltrail:restore-run',
  openTable: 'celltrail:open-table',
  openLink: 'celltrail:open-link',
  openRunLink: 'celltrail:open-run-link',
  notebookRuns: 'celltrail:notebook-runs',
  compareMarked: 'celltrail:compare-marked',
  compareCell: 'celltrail:compare-cell',
  copyRunLink: 'celltrail:copy-run-link',
  copyRunId: 'celltrail:copy-run-id',
  keys: 'celltrail:keys',
  documentation: 'celltrail:documentation',
  /** Of the compare view, where it is there: `{run_ids, notebook}`. */
  compare: 'celltrail:compare'
} as const;

/** The code cell that the reader is at. */
export interface ActiveCell {
  notebook: string;
  cellId: string;
}

/** Of commands in context menus. */
export const AT_POINTER = {
  type: 'boolean',
  description: 'What the context menu was opened on'
} as const;
const RUN_ARGUMENTS = {
  type: 'object',
  properties: {
    run_id: { type: 'string', description: 'The id of the run' },
    at_pointer: AT_POINTER
  }
} as const;
const CELL_ARGUMENTS = {
  type: 'object',
  properties: { at_pointer: AT_POINTER }
} as const;
const NO_ARGUMENTS = { type: 'object', properties: {} } as const;

/** Add the commands, and those that need no argument to the palette. */
export function addCommands(
  app: JupyterFrontEnd,
  trail: ITrail,
  goToCell: (run: RunSummary) => void,
  trans: TranslationBundle,
  palette: ICommandPalette | null,
  activeCell: (isAtPointer: boolean) => ActiveCell | null
): void {
  const { commands } = app;
  const { model } = trail;
  commands.addCommand(CommandIDs.open, {
    label: trans.__('Show Trail'),
    caption: trans.__('Show the runs of the notebook in front'),
    icon: trailIcon,
    describedBy: { args: NO_ARGUMENTS },
    execute: () => trail.reveal()
  });
  commands.addCommand(CommandIDs.showRun, {
    label: trans.__('Show Run in Trail'),
    caption: trans.__('Show one run in the panel'),
    describedBy: { args: RUN_ARGUMENTS },
    isEnabled: args => idOf(app, args) !== '',
    execute: args => trail.reveal(idOf(app, args))
  });
  commands.addCommand(CommandIDs.toggleTracking, {
    label: trans.__('Track Cells'),
    caption: trans.__('Pause or resume tracking in this project'),
    describedBy: { args: NO_ARGUMENTS },
    isToggled: () => model.tracking?.is_paused === false,
    isEnabled: () => model.tracking?.is_enabled ?? false,
    execute: async () => {
      try {
        await model.setPaused(!(model.tracking?.is_paused ?? false));
      } catch (reason) {
        Notification.error(
          trans.__(
            'Tracking was not switched: %1',
            TrailFailure.of(reason).message
          )
        );
      }
    }
  });
  commands.addCommand(CommandIDs.refresh, {
    label: trans.__('Refresh Trail'),
    caption: trans.__('Ask the server again for what the panel shows'),
    icon: refreshIcon,
    describedBy: { args: NO_ARGUMENTS },
    execute: () => model.refresh()
  });
  commands.addCommand(CommandIDs.goToCell, {
    label: trans.__('Go to the Cell of the Run'),
    caption: trans.__(
      'Select the cell of a run, by default of the run that the panel shows'
    ),
    describedBy: { args: RUN_ARGUMENTS },
    isEnabled: args => runOf(app, trail, args) !== null,
    execute: args => {
      const run = runOf(app, trail, args);
      if (run !== null) {
        goToCell(run);
      }
    }
  });
  commands.addCommand(CommandIDs.keepCell, {
    label: trans.__('Keep Cell as Run'),
    caption: trans.__(
      'Make a run of what this cell executed last, to compare, export or replay it'
    ),
    icon: trailIcon,
    describedBy: { args: CELL_ARGUMENTS },
    isEnabled: args => activeCell(args.at_pointer === true) !== null,
    execute: async args => {
      const active = activeCell(args.at_pointer === true);
      if (active === null) {
        return;
      }
      try {
        trail.reveal(await model.keepCell(active.notebook, active.cellId));
      } catch (reason) {
        Notification.warning(
          trans.__('Not kept: %1', TrailFailure.of(reason).message)
        );
      }
    }
  });
  model.changed.connect(() => {
    commands.notifyCommandChanged(CommandIDs.toggleTracking);
  });
  const category = trans.__('Trail');
  for (const command of [
    CommandIDs.open,
    CommandIDs.toggleTracking,
    CommandIDs.refresh,
    CommandIDs.goToCell,
    CommandIDs.keepCell
  ]) {
    palette?.addItem({ command, category });
  }
}

/** The arguments of a command; in a context menu with the run that it was opened on. */
export function given(
  app: JupyterFrontEnd,
  args: ReadonlyPartialJSONObject
): ReadonlyPartialJSONObject {
  return args.at_pointer === true ? { ...args, ...pointedRun(app) } : args;
}

/** The id of the run that a command is about; empty where there is none. */
export function idOf(
  app: JupyterFrontEnd,
  args: ReadonlyPartialJSONObject
): string {
  const { run_id: runId } = given(app, args);
  return typeof runId === 'string' ? runId : '';
}

function runOf(
  app: JupyterFrontEnd,
  trail: ITrail,
  args: ReadonlyPartialJSONObject
): RunSummary | null {
  const { model } = trail;
  return model.known(idOf(app, args) || model.detail.runId);
}
