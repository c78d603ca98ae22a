/** How a page is made, and what its buttons do; loaded with the first page that is opened. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { Clipboard, InputDialog, Notification } from '@jupyterlab/apputils';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { RunSummary } from '../api';
import { CommandIDs } from '../commands';
import { mainArea } from '../elements/mainview';
import { trailIcon } from '../icons';
import { TrailFailure } from '../model/failure';
import { formatNumber } from '../model/format';
import type { PagePlace } from '../model/page';
import { PageModel } from '../model/page';
import { fullName, runName, shownMetric } from '../model/words';
import { arrivalNote, goToCell, openCopy } from '../navigate';
import type { ITrail } from '../tokens';
import { linkTo } from './link';
import { RunPage } from './widget';

/** The pages that are open. */
export type Pages = WidgetTracker<MainAreaWidget<RunPage>>;

const OFFERED = 50;
let nextNumber = 1;

/** What pages need of JupyterLab. */
export interface Doors {
  app: JupyterFrontEnd;
  trail: ITrail;
  notebooks: INotebookTracker;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
  languages: IEditorLanguageRegistry | null;
}

/** Show a run in the main area. */
export function openPage(
  doors: Doors,
  pages: Pages,
  place: PagePlace
): MainAreaWidget<RunPage> {
  const { app, trail, trans } = doors;
  const { notebook } = place;
  const open = (runId: string): void => {
    void app.commands.execute(CommandIDs.openRun, { run_id: runId, notebook });
  };
  const model = new PageModel(trail.source, place, open);
  const recover = (): void => void model.refresh();
  trail.model.recovered.connect(recover);
  const content = new RunPage({
    model,
    trans,
    rendermime: doors.rendermime,
    languages: doors.languages,
    goToCell: run => void visit(doors, model, run),
    openReplayNotebook: (name, run) => openReplayed(doors, place, name, run),
    restore: run => {
      void app.commands.execute(CommandIDs.restoreRun, {
        run_id: run.run_id,
        notebook
      });
    },
    compare: run => void compare(doors, place, run),
    showRuns: () => {
      void app.commands.execute(CommandIDs.openTable, { notebook });
    },
    showInTrail: runId => trail.reveal(runId),
    copyLink: () => {
      Clipboard.copyToSystem(linkTo(place));
      Notification.success(trans.__('Link copied'), { autoClose: 2000 });
    },
    copy: text => Clipboard.copyToSystem(text)
  });
  const page = mainArea(content, {
    id: `celltrail-run-${nextNumber++}`,
    icon: trailIcon,
    label: trans.__('Run %1', place.runId.slice(0, 8))
  });
  model.detail.changed.connect(() => {
    const { run } = model;
    if (run !== null) {
      const name = runName(run, trans).slice(0, 40);
      page.title.label = `${name} ${run.run_id.slice(0, 4)}`;
      page.title.caption = `${run.run_id} · ${run.notebook_path}`;
    }
  });
  page.disposed.connect(() => {
    trail.model.recovered.disconnect(recover);
  });
  void pages.add(page);
  void model.start();
  return page;
}

async function visit(
  { app, notebooks, trans }: Doors,
  model: PageModel,
  run: RunSummary
): Promise<void> {
  const arrival = await goToCell(app, notebooks, run);
  model.detail.note = arrivalNote(arrival, run, trans);
}

async function openReplayed(
  { app, trail }: Doors,
  place: PagePlace,
  name: string,
  run: RunSummary
): Promise<string> {
  try {
    const content = await trail.source.replayNotebook(place.notebook, name);
    await openCopy(app, run, content);
    return '';
  } catch (reason) {
    return TrailFailure.of(reason).message;
  }
}

/** Ask with which of the latest runs it is compared. */
async function compare(
  { app, trail, trans }: Doors,
  place: PagePlace,
  run: RunSummary
): Promise<void> {
  let others: readonly RunSummary[];
  try {
    const query = { limit: OFFERED, with_replays: true };
    const found = await trail.source.ask(place.notebook, 'search_runs', {
      query
    });
    others = found.runs.filter(each => each.run_id !== run.run_id);
  } catch (reason) {
    Notification.error(TrailFailure.of(reason).message);
    return;
  }
  if (others.length === 0) {
    Notification.info(
      trans.__('There is no other run in this project to compare it with.'),
      { autoClose: 4000 }
    );
    return;
  }
  const items = others.map(each => {
    const metric = shownMetric(each);
    const value =
      metric === null ? '' : ` · ${metric.key} ${formatNumber(metric.value)}`;
    return `${each.run_id.slice(0, 8)} ${fullName(each, trans)}${value}`;
  });
  const answer = await InputDialog.getItem({
    title: trans.__('Compare %1 with', runName(run, trans)),
    items,
    okLabel: trans.__('Compare')
  });
  const other = others[items.indexOf(answer.value ?? '')];
  if (answer.button.accept && other !== undefined) {
    await app.commands.execute(CommandIDs.compare, {
      notebook: place.notebook,
      run_ids: [other.run_id, run.run_id]
    });
  }
}
