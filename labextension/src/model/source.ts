/** What the model needs of the server; the client fulfils it, tests fake it. */
import type {
  ComparisonPage,
  DocsContents,
  DocsPage,
  Explanation,
  Figure,
  FigureQuestion,
  KeepWish,
  KeptRun,
  PairQuestion,
  PredictionQuestion,
  PredictionTable,
  Preview,
  PreviewQuestion,
  ProjectList,
  ProofPlan,
  ProofQuestion,
  ReplayOrder,
  ReplayPlans,
  ReplayQuestion,
  ReplayState,
  RunCells,
  RunResources,
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
  ViewWish
} from '../api';
import type { ISignal } from '@lumino/signaling';

/** A method of the store. */
export type Method = keyof StoreApi;

/** The server, as the model sees it. Every promise rejects with a TrailFailure. */
export interface TrailSource {
  /**
   * Ask the store of the project that a notebook belongs to.
   *
   * @param notebook - Contents path; empty for the project of the server's root.
   */
  ask<M extends Method>(
    notebook: string,
    method: M,
    args: StoreApi[M]['arguments'],
    abort?: AbortSignal
  ): Promise<StoreApi[M]['result']>;

  /** The projects that the server knows, and the notebook's own. */
  projects(notebook: string): Promise<ProjectList>;

  /** Whether cells of the notebook's project are recorded. */
  tracking(notebook: string): Promise<Tracking>;

  /** Pause or resume recording in the notebook's project. */
  setPaused(notebook: string, isPaused: boolean): Promise<Tracking>;

  /** An artifact's content. */
  blob(notebook: string, digest: string, mediaType: string): Promise<Blob>;

  /** What an artifact looks like, in bounds; nothing in it is executed. */
  preview(notebook: string, question: PreviewQuestion): Promise<Preview>;

  /** What a model said of some rows when it was kept. */
  predictions(
    notebook: string,
    question: PredictionQuestion
  ): Promise<PredictionTable>;

  /** Make a run of a cell's last execution, or of an earlier one. */
  keep(notebook: string, wish: KeepWish): Promise<KeptRun>;

  /** Take a kept run out of the lists; nothing is deleted. */
  letGo(notebook: string, runId: string): Promise<KeptRun>;

  /** Tag, star or archive runs, or keep a note of them. */
  edit(notebook: string, edit: RunEdit): Promise<RunsEdited>;

  /** Keep a view of the runs table under a name; an empty definition takes it away. */
  saveView(notebook: string, wish: ViewWish): Promise<SavedView>;

  /** The replay of the notebook's project that goes on, else the last one. */
  replay(notebook: string): Promise<ReplayState>;

  /** What a replay of a run would execute; nothing is. */
  replayPlans(notebook: string, question: ReplayQuestion): Promise<ReplayPlans>;

  /** Execute a plan that the reader has agreed to. */
  startReplay(notebook: string, order: ReplayOrder): Promise<ReplayState>;

  /** Stop the replay that goes on. */
  cancelReplay(notebook: string): Promise<ReplayState>;

  /** A notebook that a replay wrote, by its file name. */
  replayNotebook(notebook: string, name: string): Promise<unknown>;

  /** What differs between two to twenty runs; the first is the baseline. */
  compare(notebook: string, runIds: string[]): Promise<RunComparison>;

  /** The whole comparison as an HTML document. */
  comparePage(notebook: string, runIds: string[]): Promise<ComparisonPage>;

  /** Why two runs differ. */
  comparePair(notebook: string, question: PairQuestion): Promise<Explanation>;

  /** What would be executed to prove a cause; nothing is. */
  proofPlan(notebook: string, question: ProofQuestion): Promise<ProofPlan>;

  /** A figure of two to twenty runs. */
  compareFigure(notebook: string, question: FigureQuestion): Promise<Figure>;

  /** What led to a run, with what it needs marked. */
  runCells(notebook: string, question: RunCellsQuestion): Promise<RunCells>;

  /** What the cells that led to a run took of the machine. */
  runResources(notebook: string, runId: string): Promise<RunResources>;

  /** What a run executed; nothing is. */
  restorePlan(
    notebook: string,
    question: RestoreQuestion
  ): Promise<RestorePlan>;

  /** The same as a notebook, which is not saved yet. */
  restoredNotebook(
    notebook: string,
    question: RestoreQuestion
  ): Promise<unknown>;

  /** The pages of the documentation that was installed. */
  docs(): Promise<DocsContents>;

  /** One of them, as Markdown. */
  docsPage(name: string): Promise<DocsPage>;

  /** Live events. */
  readonly storeChanged: ISignal<TrailSource, StoreChanged>;
}
