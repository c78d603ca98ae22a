/** The one place that speaks with the server. */
import type { Event, ServiceManager } from '@jupyterlab/services';
import { ServerConnection } from '@jupyterlab/services';
import { URLExt } from '@jupyterlab/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type {
  CompareQuestion,
  ComparisonPage,
  DocsContents,
  DocsPage,
  Explanation,
  Figure,
  FigureQuestion,
  KeepWish,
  KeptRun,
  LetGoWish,
  PairQuestion,
  PredictionQuestion,
  PredictionTable,
  Preview,
  PreviewQuestion,
  ProjectList,
  ProofPlan,
  ProofQuestion,
  Refusal,
  ReplayOrder,
  ReplayPlans,
  ReplayQuestion,
  ReplayState,
  RunCells,
  RunResources,
  RunResourcesQuestion,
  RunCellsQuestion,
  RunComparison,
  RunEdit,
  RunsEdited,
  SavedView,
  RestorePlan,
  RestoreQuestion,
  StoreApi,
  StoreChanged,
  Tracking,
  TrackingChange,
  ViewWish
} from '../api';
import { STORE_CHANGED_SCHEMA } from '../api';
import { TrailFailure } from '../model/failure';
import type { Method, TrailSource } from '../model/source';

const ROOT = 'celltrail/api';
/** A proxy's answers, without a body of ours, when the server behind it is gone. */
const GATEWAY_STATUSES: readonly number[] = [502, 503, 504];

/** The server extension of celltrail. Its owner disposes of it. */
export class TrailClient implements TrailSource {
  private readonly _storeChanged = new Signal<TrailSource, StoreChanged>(this);

  /**
   * @param services - The application's own connection and event stream.
   * @param unreachable - What to say when no answer comes.
   */
  constructor(
    private readonly services: ServiceManager.IManager,
    private readonly unreachable: string
  ) {
    services.events.stream.connect(this.onEvent, this);
  }

  get storeChanged(): ISignal<TrailSource, StoreChanged> {
    return this._storeChanged;
  }

  ask<M extends Method>(
    notebook: string,
    method: M,
    args: StoreApi[M]['arguments'],
    abort?: AbortSignal
  ): Promise<StoreApi[M]['result']> {
    const init: RequestInit = {
      method: 'POST',
      body: JSON.stringify(args),
      signal: abort ?? null
    };
    return this.json(`store/${method}`, notebook, init);
  }

  projects(notebook: string): Promise<ProjectList> {
    return this.json('projects', notebook, {});
  }

  tracking(notebook: string): Promise<Tracking> {
    return this.json('tracking', notebook, {});
  }

  setPaused(notebook: string, isPaused: boolean): Promise<Tracking> {
    const change: TrackingChange = { is_paused: isPaused };
    const init = { method: 'POST', body: JSON.stringify(change) };
    return this.json('tracking', notebook, init);
  }

  keep(notebook: string, wish: KeepWish): Promise<KeptRun> {
    const init = { method: 'POST', body: JSON.stringify(wish) };
    return this.json('keep', notebook, init);
  }

  letGo(notebook: string, runId: string): Promise<KeptRun> {
    const wish: LetGoWish = { run_id: runId };
    const init = { method: 'DELETE', body: JSON.stringify(wish) };
    return this.json('keep', notebook, init);
  }

  edit(notebook: string, edit: RunEdit): Promise<RunsEdited> {
    const init = { method: 'POST', body: JSON.stringify(edit) };
    return this.json('edit', notebook, init);
  }

  saveView(notebook: string, wish: ViewWish): Promise<SavedView> {
    const init = { method: 'POST', body: JSON.stringify(wish) };
    return this.json('views', notebook, init);
  }

  replay(notebook: string): Promise<ReplayState> {
    return this.json('replay', notebook, {});
  }

  replayPlans(
    notebook: string,
    question: ReplayQuestion
  ): Promise<ReplayPlans> {
    const init = { method: 'POST', body: JSON.stringify(question) };
    return this.json('replay/plan', notebook, init);
  }

  startReplay(notebook: string, order: ReplayOrder): Promise<ReplayState> {
    const init = { method: 'POST', body: JSON.stringify(order) };
    return this.json('replay', notebook, init);
  }

  cancelReplay(notebook: string): Promise<ReplayState> {
    return this.json('replay', notebook, { method: 'DELETE' });
  }

  replayNotebook(notebook: string, name: string): Promise<unknown> {
    const path = `replay/notebook/${encodeURIComponent(name)}`;
    return this.json(path, notebook, {});
  }

  compare(notebook: string, runIds: string[]): Promise<RunComparison> {
    const question: CompareQuestion = { run_ids: runIds };
    const init = { method: 'POST', body: JSON.stringify(question) };
    return this.json('compare', notebook, init);
  }

  comparePage(notebook: string, runIds: string[]): Promise<ComparisonPage> {
    const question: CompareQuestion = { run_ids: runIds };
    const init = { method: 'POST', body: JSON.stringify(question) };
    return this.json('compare/page', notebook, init);
  }

  comparePair(notebook: string, question: PairQuestion): Promise<Explanation> {
    const init = { method: 'POST', body: JSON.stringify(question) };
    return this.json('compare/pair', notebook, init);
  }

  proofPlan(notebook: string, question: ProofQuestion): Promise<ProofPlan> {
    const init = { method: 'POST', body: JSON.stringify(question) };
    return this.json('compare/proof', notebook, init);
  }

  compareFigure(notebook: string, question: FigureQuestion): Promise<Figure> {
    const init = { method: 'POST', body: JSON.stringify(question) };
    return this.json('compare/figure', notebook, init);
  }

  runCells(notebook: string, question: RunCellsQuestion): Promise<RunCells> {
    const init = { method: 'POST', body: JSON.stringify(question) };
    return this.json('run/cells', notebook, init);
  }

  runResources(notebook: string, runId: string): Promise<RunResources> {
    const question: RunResourcesQuestion = { run_id: runId };
    const init = { method: 'POST', body: JSON.stringify(question) };
    return this.json('run/resources', notebook, init);
  }

  restorePlan(
    notebook: string,
    question: RestoreQuestion
  ): Promise<RestorePlan> {
    const init = { method: 'POST', body: JSON.stringify(question) };
    return this.json('restore/plan', notebook, init);
  }

  restoredNotebook(
    notebook: string,
    question: RestoreQuestion
  ): Promise<unknown> {
    const init = { method: 'POST', body: JSON.stringify(question) };
    return this.json('restore/notebook', notebook, init);
  }

  preview(notebook: string, question: PreviewQuestion): Promise<Preview> {
    const init = { method: 'POST', body: JSON.stringify(question) };
    return this.json('preview', notebook, init);
  }

  predictions(
    notebook: string,
    question: PredictionQuestion
  ): Promise<PredictionTable> {
    const init = { method: 'POST', body: JSON.stringify(question) };
    return this.json('preview/predictions', notebook, init);
  }

  docs(): Promise<DocsContents> {
    return this.json('docs', '', {});
  }

  docsPage(name: string): Promise<DocsPage> {
    return this.json(`docs/${encodeURIComponent(name)}`, '', {});
  }

  async blob(
    notebook: string,
    digest: string,
    mediaType: string
  ): Promise<Blob> {
    const path = `blob/${encodeURIComponent(digest)}`;
    const response = await this.request(
      path,
      notebook,
      {},
      { type: mediaType }
    );
    return response.blob();
  }

  dispose(): void {
    this.services.events.stream.disconnect(this.onEvent, this);
    Signal.clearData(this);
  }

  private async json<T>(
    path: string,
    notebook: string,
    init: RequestInit
  ): Promise<T> {
    const response = await this.request(path, notebook, init);
    return (await response.json()) as T;
  }

  private async request(
    path: string,
    notebook: string,
    init: RequestInit,
    more: Record<string, string> = {}
  ): Promise<Response> {
    const settings = this.services.serverSettings;
    const query = notebook === '' ? more : { notebook, ...more };
    const url =
      URLExt.join(settings.baseUrl, ROOT, path) +
      URLExt.objectToQueryString(query);
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, settings);
    } catch {
      throw new TrailFailure('offline', this.unreachable);
    }
    if (!response.ok) {
      throw await this.toFailure(response);
    }
    return response;
  }

  /** The server's own words, or what a proxy says when the server behind it is gone. */
  private async toFailure(response: Response): Promise<TrailFailure> {
    const status = `${response.status} ${response.statusText}`;
    try {
      const refusal = (await response.json()) as Partial<Refusal>;
      return new TrailFailure(
        'refused',
        refusal.message ?? status,
        refusal.error ?? '',
        refusal.position ?? null
      );
    } catch {
      return GATEWAY_STATUSES.includes(response.status)
        ? new TrailFailure('offline', this.unreachable)
        : new TrailFailure('refused', status);
    }
  }

  private onEvent(_: Event.IManager, emission: Event.Emission): void {
    if (emission.schema_id === STORE_CHANGED_SCHEMA) {
      this._storeChanged.emit(emission as unknown as StoreChanged);
    }
  }
}
