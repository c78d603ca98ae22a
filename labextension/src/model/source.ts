/** What the model needs of the server; the client fulfils it, tests fake it. */
import type { ProjectList, StoreApi, StoreChanged, Tracking } from '../api';
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

  /** Live events. */
  readonly storeChanged: ISignal<TrailSource, StoreChanged>;
}
