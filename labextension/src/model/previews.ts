/** Artifacts as views look at them: what they look like, and their content. */
import type {
  PredictionQuestion,
  PredictionTable,
  Preview,
  PreviewQuestion
} from '../api';
import type { TrailSource } from './source';

/** Larger content is not fetched to be drawn; it can be downloaded. */
export const DRAWN_BYTES = 8 << 20;

/** The artifacts of one project. Every promise rejects with a TrailFailure. */
export interface Previews {
  /** What an artifact looks like. */
  preview(question: PreviewQuestion): Promise<Preview>;

  /** What a model said of some rows when it was kept. */
  predictions(question: PredictionQuestion): Promise<PredictionTable>;

  /** An artifact's content. */
  blob(digest: string, mediaType: string): Promise<Blob>;
}

/**
 * The artifacts of a notebook's project.
 *
 * @param notebook - Called at each request: the notebook in front may be another by then.
 */
export function previewsOf(
  source: TrailSource,
  notebook: () => string
): Previews {
  return {
    preview: question => source.preview(notebook(), question),
    predictions: question => source.predictions(notebook(), question),
    blob: (digest, mediaType) => source.blob(notebook(), digest, mediaType)
  };
}
