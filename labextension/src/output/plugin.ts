/** What `celltrail.run_table`, `compare` and `lineage` show, as a plugin: the renderer of their outputs. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commands';
import { OutputView } from './widget';

const MIME = 'application/vnd.celltrail.view+json';
/** Before text/html (50), which says the same to front ends without celltrail. */
const RANK = 10;

export const outputPlugin: JupyterFrontEndPlugin<void> = {
  id: '@celltrail/labextension:output',
  description:
    'Shows tables of runs, comparisons and lineages in outputs of cells.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('celltrail');
    rendermime.addFactory(
      {
        safe: true,
        mimeTypes: [MIME],
        createRenderer: () =>
          new OutputView({
            mime: MIME,
            trans,
            openRun: runId => {
              void app.commands.execute(CommandIDs.showRun, { run_id: runId });
            }
          })
      },
      RANK
    );
  }
};
