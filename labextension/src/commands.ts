/** Every command of the extension. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import { Notification } from '@jupyterlab/apputils';
import { refreshIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { RunSummary } from './api';
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
  /** Of the compare view, where it is there: `{run_ids, notebook}`. */
  compare: 'celltrail:compare'
} as const;

/** The code cell that the reader is at. */
export interface ActiveCell {
  notebook: string;
  cellId: string;
}

const RUN_ARGUMENTS = {
  type: 'object',
  properties: {
    run_id: { type: 'string', description: 'The id of the run' }
  }
} as const;
const NO_ARGUMENTS = { type: 'object', properties: {} } as const;

/** Add the commands, and those that need no argument to the palette. */
export function addCommands(
  app: JupyterFrontEnd,
  trail: ITrail,
  goToCell: (run: RunSummary) => void,
  trans: TranslationBundle,
  palette: ICommandPalette | null,
  activeCell: () => ActiveCell | null
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
    describedBy: { args: { ...RUN_ARGUMENTS, required: ['run_id'] } },
    isEnabled: args => typeof args.run_id === 'string',
    execute: ({ run_id: runId }) => {
      if (typeof runId === 'string') {
        trail.reveal(runId);
      }
    }
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
    isEnabled: args => runOf(trail, args.run_id) !== null,
    execute: args => {
      const run = runOf(trail, args.run_id);
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
    describedBy: { args: NO_ARGUMENTS },
    isEnabled: () => activeCell() !== null,
    execute: async () => {
      const active = activeCell();
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

function runOf(trail: ITrail, runId: unknown): RunSummary | null {
  const { model } = trail;
  return model.known(typeof runId === 'string' ? runId : model.detail.runId);
}
