/** What the Trail panel, the badges and the status bar show: one project's runs, its tracking and its health. */
import type {
  AmbiguousMetric,
  Project,
  RunSummary,
  StoreChanged,
  StoreStatus,
  Tracking
} from '../api';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { DetailModel } from './detail';
import { TrailFailure } from './failure';
import { Later } from './later';
import { ReplayModel } from './replay';
import { RunList } from './runlist';
import { Selection } from './table/selection';
import type { TrailSource } from './source';

/** Which runs are listed. */
export type Scope = 'notebook' | 'project';

const REFRESH_MS = 300;
const HEALTH_MS = 3000;
const SEARCH_MS = 250;
const RETRY_MS = 2000;
/** After a silence the live events come back later than the answers: until then the list is asked for. */
const CATCH_UP_MS = 60_000;
/** Events can be lost without a sign, as when a laptop slept. */
const DOUBT_MS = 60_000;

/** The model of the extension. Its owner disposes of it. */
export class TrailModel {
  readonly runs: RunList;
  readonly detail: DetailModel;
  readonly replay: ReplayModel;
  /** The runs that are marked to be compared. */
  readonly marked = new Selection();
  private _notebook = '';
  private _language = '';
  private _scope: Scope = 'notebook';
  private _text = '';
  private _isFilter = false;
  private _withReplays = false;
  private _isOffline = false;
  private _project: Project | null = null;
  private _tracking: Tracking | null = null;
  private _health: StoreStatus | null = null;
  private _unclear: readonly AmbiguousMetric[] = [];
  private readonly later = new Later();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _projectChanged = new Signal<this, Project>(this);
  private readonly _recovered = new Signal<this, void>(this);
  private isDisposed = false;
  private doubtedUntil = 0;
  private listedAt = 0;

  constructor(private readonly source: TrailSource) {
    this.runs = new RunList(source);
    this.detail = new DetailModel(source);
    this.replay = new ReplayModel(source);
    source.storeChanged.connect(this.onStoreChanged, this);
    this.runs.failed.connect(this.onFailed, this);
    this.runs.answered.connect(this.onAnswered, this);
    this.detail.failed.connect(this.onFailed, this);
    this.replay.failed.connect(this.onFailed, this);
    this.replay.ended.connect(this.onReplayed, this);
  }

  /** Something other than the list or the detail changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Another project is in front. */
  get projectChanged(): ISignal<this, Project> {
    return this._projectChanged;
  }

  /** The server answers again; what was told in between was not heard. */
  get recovered(): ISignal<this, void> {
    return this._recovered;
  }

  /** The notebook in front, as a contents path; empty when there is none. */
  get notebook(): string {
    return this._notebook;
  }

  /** The language of its kernel where that is known not to be Python; celltrail records nothing there. */
  get foreignLanguage(): string {
    return this._notebook === '' ? '' : this._language;
  }

  /** Its kernel speaks this language; empty where nobody knows. */
  hearLanguage(language: string): void {
    const foreign = /^(i?python\d?)?$/i.test(language) ? '' : language;
    if (foreign !== this._language) {
      this._language = foreign;
      this._changed.emit();
    }
  }

  /** The scope that holds: without a notebook it is the project. */
  get scope(): Scope {
    return this._notebook === '' ? 'project' : this._scope;
  }

  get text(): string {
    return this._text;
  }

  /** Whether `text` is a filter expression, not words. */
  get isFilter(): boolean {
    return this._isFilter;
  }

  /** Whether the runs that replays made are listed too. */
  get withReplays(): boolean {
    return this._withReplays;
  }

  /** The server does not answer; what is shown is the last that it said. */
  get isOffline(): boolean {
    return this._isOffline;
  }

  get project(): Project | null {
    return this._project;
  }

  /** Null until the server told. */
  get tracking(): Tracking | null {
    return this._tracking;
  }

  /** Null until the server told. */
  get health(): StoreStatus | null {
    return this._health;
  }

  /** Metrics of the listed notebook or project that more than one run may own, newest first. */
  get unclear(): readonly AmbiguousMetric[] {
    return this._unclear;
  }

  /** Follow a notebook; empty for none. */
  async follow(notebook: string): Promise<void> {
    if (notebook === this._notebook && this._project !== null) {
      return;
    }
    this._notebook = notebook;
    this._changed.emit();
    await Promise.all([this.list(), this.look()]);
  }

  /** List this notebook's runs or the project's. */
  async setScope(scope: Scope): Promise<void> {
    if (scope !== this._scope) {
      this._scope = scope;
      this._changed.emit();
      this.later.do('health', 0, () => this.lookAtHealth(), true);
      await this.list();
    }
  }

  /** Search; asked soon after the last keystroke. */
  search(text: string, isFilter: boolean): void {
    if (text === this._text && isFilter === this._isFilter) {
      return;
    }
    this._text = text;
    this._isFilter = isFilter;
    this._changed.emit();
    this.later.do('search', SEARCH_MS, () => this.list(), true);
  }

  /** List the runs that replays made too, or leave them out. */
  async showReplays(withReplays: boolean): Promise<void> {
    this._withReplays = withReplays;
    this._changed.emit();
    await this.list();
  }

  /** Ask again for everything that is shown. */
  async refresh(): Promise<void> {
    await Promise.all([
      this.runs.refresh(),
      this.detail.refresh(),
      this.look()
    ]);
  }

  /** Look at one run. */
  async openRun(runId: string): Promise<void> {
    await this.detail.open(this._notebook, runId);
  }

  /** Make a run of a cell's last execution in a notebook; its id. */
  async keepCell(notebook: string, cellId: string): Promise<string> {
    const wish = { notebook_path: notebook, cell_id: cellId };
    const kept = await this.source.keep(notebook, wish);
    this.later.do('runs', REFRESH_MS, () => this.runs.refresh());
    return kept.run_id;
  }

  /** Take a kept run out of the lists, and go back to them. */
  async letGo(runId: string): Promise<void> {
    await this.source.letGo(this._notebook, runId);
    await this.detail.back();
    this.later.do('runs', REFRESH_MS, () => this.runs.refresh());
  }

  /** Pause or resume recording in the project. */
  async setPaused(isPaused: boolean): Promise<void> {
    try {
      this._tracking = await this.source.setPaused(this._notebook, isPaused);
      this._changed.emit();
    } catch (reason) {
      this.onFailed(this, TrailFailure.of(reason));
      throw reason;
    }
  }

  /** The server may be gone: find out, and come back when it does. */
  suspectOffline(): void {
    void this.look();
  }

  /** To be called every few seconds while the panel is seen: notices a lost server, and makes up for lost events. */
  pulse(): void {
    void this.look();
    const now = Date.now();
    if (now < this.doubtedUntil || now - this.listedAt > DOUBT_MS) {
      this.listedAt = now;
      this.later.do('runs', 0, () => this.runs.refresh());
      this._recovered.emit();
    }
  }

  /** A run that is known without asking. */
  known(runId: string): RunSummary | null {
    const detail = this.detail.detail;
    return detail?.run.run_id === runId ? detail.run : this.runs.get(runId);
  }

  dispose(): void {
    this.isDisposed = true;
    this.later.dispose();
    this.source.storeChanged.disconnect(this.onStoreChanged, this);
    this.runs.dispose();
    this.detail.dispose();
    this.replay.dispose();
    this.marked.dispose();
    Signal.clearData(this);
  }

  private async list(): Promise<void> {
    const text = this._text.trim();
    await this.runs.setQuery({
      notebook: this._notebook,
      isNotebookOnly: this.scope === 'notebook',
      text: this._isFilter ? '' : text,
      filter: this._isFilter ? text : '',
      more: this._withReplays ? { with_replays: true } : {}
    });
  }

  /** Ask which project this is and whether it records. */
  private async look(): Promise<void> {
    const notebook = this._notebook;
    try {
      const [list, tracking] = await Promise.all([
        this.source.projects(notebook),
        this.source.tracking(notebook)
      ]);
      if (notebook !== this._notebook || this.isDisposed) {
        return;
      }
      this.takeProject(list.projects.find(each => each.key === list.current));
      this._tracking = tracking;
      this.online();
      this._changed.emit();
      this.later.do('health', 0, () => this.lookAtHealth());
    } catch (reason) {
      this.onFailed(this, TrailFailure.of(reason));
    }
  }

  private takeProject(project: Project | undefined): void {
    const before = this._project?.key;
    this._project = project ?? null;
    if (project !== undefined && project.key !== before) {
      this._health = null;
      this._unclear = [];
      this._projectChanged.emit(project);
      void this.replay.follow(this._notebook, true);
    }
  }

  private async lookAtHealth(): Promise<void> {
    if (this._project?.state === 'failed') {
      return;
    }
    const notebook = this._notebook;
    const { scope } = this;
    try {
      const [health, unclear] = await Promise.all([
        this.source.ask(notebook, 'status', {}),
        this.source.ask(notebook, 'list_ambiguous', {
          notebook_path: scope === 'notebook' ? notebook : ''
        })
      ]);
      if (notebook === this._notebook && scope === this.scope) {
        this._health = health;
        this._unclear = unclear;
        this._changed.emit();
      }
    } catch (reason) {
      this.onFailed(this, TrailFailure.of(reason));
    }
  }

  private onStoreChanged(_: TrailSource, change: StoreChanged): void {
    if (change.project !== this._project?.key) {
      return;
    }
    if (change.state !== this._project.state) {
      this.later.do('look', REFRESH_MS, () => this.look());
    }
    if (this._tracking && this._tracking.is_paused !== change.is_paused) {
      this._tracking = { ...this._tracking, is_paused: change.is_paused };
      this._changed.emit();
    }
    this.later.do('runs', REFRESH_MS, () => this.runs.refresh());
    if (
      change.is_partial ||
      change.changed_run_ids.includes(this.detail.runId)
    ) {
      this.later.do('detail', REFRESH_MS, () => this.detail.refresh());
    }
    this.later.do('health', HEALTH_MS, () => this.lookAtHealth());
    void this.replay.hear(change.replay_revision);
  }

  /** The verdict is on the run once its store has it. */
  private onReplayed(): void {
    this.later.do('detail', REFRESH_MS, () => this.detail.refresh());
  }

  private onFailed(_: unknown, failure: TrailFailure): void {
    if (failure.kind !== 'offline' || this.isDisposed) {
      return;
    }
    if (!this._isOffline) {
      this._isOffline = true;
      this._changed.emit();
    }
    this.later.do('retry', RETRY_MS, () => this.look());
  }

  private onAnswered(): void {
    this.listedAt = Date.now();
    if (this._isOffline) {
      this.online();
      this._changed.emit();
    }
  }

  /** The server answers; after a silence all that is shown may be old. */
  private online(): void {
    if (this._isOffline) {
      this._isOffline = false;
      this.doubtedUntil = Date.now() + CATCH_UP_MS;
      this._recovered.emit();
      this.later.do('runs', 0, () => this.runs.refresh());
      this.later.do('detail', 0, () => this.detail.refresh());
      void this.replay.follow(this._notebook, false);
    }
  }
}
