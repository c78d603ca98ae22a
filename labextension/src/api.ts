// Generated from the Python records by `python -m celltrail.labserver.typescript`: do not edit.

/*
 * The server's answers, below its base URL (docs/server.md):
 *   POST celltrail/api/store/<method>   arguments and result as in StoreApi
 *   GET  celltrail/api/blob/<digest>    an artifact's content; ?name=<path> names
 *                                       the file, ?type=<media type> shows it
 *   POST celltrail/api/preview          Preview, of a PreviewQuestion
 *   POST celltrail/api/preview/predictions   PredictionTable, of a
 *                                       PredictionQuestion
 *   GET  celltrail/api/projects         ProjectList
 *   GET, POST celltrail/api/tracking    Tracking; POST takes a TrackingChange
 *   POST, DELETE celltrail/api/keep     KeptRun; POST takes a KeepWish,
 *                                       DELETE a LetGoWish
 *   POST celltrail/api/edit            RunsEdited, of a RunEdit
 *   POST celltrail/api/views           SavedView, of a ViewWish
 *   POST celltrail/api/run/cells        RunCells, of a RunCellsQuestion
 *   GET  celltrail/api/docs            DocsContents
 *   GET  celltrail/api/docs/<name>      DocsPage
 *   POST celltrail/api/run/resources    RunResources, of a RunResourcesQuestion
 *   POST celltrail/api/replay/plan      ReplayPlans, of a ReplayQuestion
 *   GET, POST, DELETE celltrail/api/replay   ReplayState; POST takes a
 *                                       ReplayOrder and executes it
 *   GET  celltrail/api/replay/notebook/<name>   what a replay wrote
 *   POST celltrail/api/restore/plan     RestorePlan, of a RestoreQuestion
 *   POST celltrail/api/restore/notebook the same as a notebook
 *   POST celltrail/api/compare          RunComparison, of a CompareQuestion
 *   POST celltrail/api/compare/page     ComparisonPage, of a CompareQuestion
 *   POST celltrail/api/compare/pair     Explanation, of a PairQuestion
 *   POST celltrail/api/compare/proof    ProofPlan, of a ProofQuestion
 *   POST celltrail/api/compare/figure   Figure, of a FigureQuestion
 * Each takes ?notebook=<contents path> or ?project=<key>; neither is the
 * project of the server's root. What is no success has a Refusal as its body.
 * Every notebook_path is a contents path, as in JupyterLab; a notebook outside
 * the server's root has an absolute path and cannot be opened from here.
 */

/** The id of the live events whose data is `StoreChanged`. */
export const STORE_CHANGED_SCHEMA = 'urn:celltrail:events:store-changed:v1';

/** A floating-point number as JSON carries it: what JSON lacks is text. */
export type Float = number | 'NaN' | 'Infinity' | '-Infinity';

/**
 * A metric that more than one run may own; `candidate_names` are those runs as
 * lists show them.
 */
export interface AmbiguousMetric {
  key: string;
  value: Float;
  at: number;
  execution_id: string;
  candidate_run_ids: string[];
  reason: string;
  dataset_name: string;
  candidate_names: string[];
}

/** A file of a run. */
export interface Artifact {
  path: string;
  digest: string;
  size_bytes: number;
  media_type: string;
  kind: string;
  at: number;
}

/**
 * The runs with one value; `value` is null for those that have none, and is cut
 * at 1,000 characters.
 */
export interface Bucket {
  value: string | null;
  count: number;
  latest_at: number;
  metrics: BucketMetric[];
}

/**
 * A metric over the runs of a group: of how many, its extremes without NaN, and
 * which way it gets better.
 */
export interface BucketMetric {
  key: string;
  count: number;
  minimum: Float | null;
  maximum: Float | null;
  direction: Direction;
}

/** The groups, of at most as many as were asked for; `total` counts all. */
export interface Buckets {
  buckets: Bucket[];
  total: number;
}

/** celltrail's own failure in a kernel, by place; `count` over all sessions. */
export interface CaptureFailure {
  where: string;
  message: string;
  count: number;
  last_at: number;
}

/** What may differ, in the order in which equals are listed. */
export type CauseKind =
  | 'parameter'
  | 'code'
  | 'data'
  | 'seed'
  | 'order'
  | 'chance'
  | 'package'
  | 'environment'
  | 'hardware';

/** What a replay with one cause swapped showed. */
export interface CauseProof {
  /** The metric's value in the replay; null where it has none. */
  metric: Float | null;
  /**
   * The part of the difference between the runs that it explains: 1 is all;
   * null where that means nothing.
   */
  share: Float | null;
  /** The run that came out. */
  replayed_run_id: string;
  /** In words. */
  text: string;
  /** Why the swap may not be all that made the difference. */
  doubts: string[];
  /**
   * Whether all else was as recorded; else the replay proves nothing of this
   * cause alone.
   */
  is_isolated: boolean;
}

/**
 * What the badge of one notebook cell shows: its last execution and that
 * execution's last run.
 *
 * `source_crc32` (of the executed source in UTF-8) and `source_length`
 * (characters) tell whether the code has changed since. `input_changes` are
 * what the cell read and another cell has written since.
 */
export interface CellBadge {
  cell_id: string;
  execution_id: string;
  execution_count: number;
  status: Status;
  at: number;
  source_crc32: number;
  source_length: number;
  input_changes: InputChange[];
  run_count: number;
  run: RunSummary | null;
}

/** What became of a cell from the first run to the second. */
export type CellChange = 'same' | 'edited' | 'added' | 'removed';

/**
 * One cell run once. `source` is cut at the number of characters that the query
 * allows; `source_length` tells.
 */
export interface CellExecution {
  execution_id: string;
  session_id: string;
  notebook_path: string;
  cell_id: string;
  execution_count: number;
  status: Status;
  source: string;
  source_length: number;
  started_at: number;
  ended_at: number | null;
  duration_s: Float | null;
  cpu_s: Float;
  peak_memory_bytes: number;
  error: ErrorInfo | null;
  tags: string[];
  names_read: string[];
  names_written: string[];
  files: FileUse[];
  outputs: OutputDigest[];
  notes: string[];
  run_ids: string[];
  sources: SourceUse[];
  /** else the peak is the largest that was seen */
  peak_is_exact: boolean;
}

/** A page of a cell's executions, newest first. */
export interface CellHistory {
  /** The page. */
  executions: PastExecution[];
  /** How many there are in all, of those that were asked for. */
  total: number;
  /**
   * How many there are of a cell with this id in notebooks of other names:
   * before a rename, or in copies.
   */
  elsewhere: number;
}

/**
 * An execution that the badges of a notebook rest on, and where what it read
 * came from.
 *
 * Whether a cell is still in the notebook, and above or below another, only the
 * open notebook knows.
 */
export interface CellLink {
  execution_id: string;
  cell_id: string;
  execution_count: number;
  at: number;
  source_crc32: number;
  source_length: number;
  inputs: LinkInput[];
}

/** One cell in both runs, or in one. */
export interface CellPair {
  change: CellChange;
  before: CellSide | null;
  after: CellSide | null;
  /** The unified difference without its head; empty where it is the same. */
  lines: string[];
  /** cell id, source or similarity; empty of a cell that one run has alone. */
  aligned_by: string;
}

/**
 * An executed cell in one of the runs; `source` is left empty where both have
 * the same.
 */
export interface CellSide {
  execution_id: string;
  cell_id: string;
  execution_count: number;
  label: string;
  source: string;
}

/**
 * One execution on the time line; `course` is null where it was too short to be
 * sampled.
 */
export interface CellUse {
  execution_id: string;
  execution_count: number;
  status: Status;
  started_at: number;
  ended_at: number | null;
  is_target: boolean;
  course: SystemCourse | null;
}

/**
 * One of code, data, environment, seed and hardware; `findings` are what does
 * not speak for itself.
 */
export interface CheckItem {
  name: string;
  status: Verdict;
  note: string;
  findings: Finding[];
}

/** The cells that two runs need, in the order in which they were executed. */
export interface CodeComparison {
  /**
   * Each cell once; those of the second run that the first lacks stand where
   * they were executed.
   */
  cells: CellPair[];
  /** How many have the same source. */
  same_count: number;
  /** Cells that ran in another order, in words: `[3] ran after [5]`. */
  moved: string[];
  /** What could not be told. */
  notes: string[];
}

/**
 * The repository's state: commit and dirty difference; both empty where there
 * is no git.
 */
export interface CodeVersion {
  digest: string;
  commit: string;
  branch: string;
  is_dirty: boolean;
  /** a blob */
  diff_digest: string;
}

/** One column that differs. */
export interface ColumnChange {
  name: string;
  /** added, removed, changed, retyped or not known. */
  change: string;
  /** Its type in the first run; empty where it has none. */
  before: string;
  after: string;
  /** Rows with another value; null where they were not compared. */
  changed_values: number | null;
  before_profile: ColumnProfile | null;
  after_profile: ColumnProfile | null;
  /**
   * Of numbers, how far the mean moved in standard deviations of the first;
   * null where not known.
   */
  shift: Float | null;
}

/**
 * One column of a dataset: its name as text, its type, and a digest of its
 * values, validity and type.
 *
 * Of a file the digest is empty, and `profile` is how the values were spread in
 * the frame that it was read into.
 */
export interface ColumnInfo {
  name: string;
  dtype: string;
  digest: string;
  profile: ColumnProfile | null;
}

/**
 * How the values of a column are spread.
 *
 * `count` are rows, `missing` those without a value. `mean` and `std` are of
 * numbers, as `quantiles`: minimum, quartiles, maximum. Of what is no number
 * `top` are the most frequent values, `distinct` is how many different ones
 * there are. `sample` is how many rows were looked at, where not all; then
 * `missing` is reckoned from them.
 */
export interface ColumnProfile {
  count: number;
  missing: number;
  mean: Float | null;
  std: Float | null;
  quantiles: Float[];
  top: TopValue[];
  distinct: number | null;
  sample: number | null;
}

/** The body of a comparison: two to twenty runs, the first is the baseline. */
export interface CompareQuestion {
  run_ids: string[];
}

/** A comparison as an HTML document of its own, without scripts. */
export interface ComparisonPage {
  html: string;
}

/** Labels that are (rows) against labels that were said (columns). */
export interface Confusion {
  labels: string[];
  rows: ConfusionRow[];
  right: number;
  total: number;
}

/** How often each label was said of the rows of one. */
export interface ConfusionRow {
  label: string;
  counts: number[];
}

/**
 * What a curve runs over.
 *
 * - time: seconds since the first point of each run
 */
export type CurveAxis = 'step' | 'time';

/** Data of two runs that has another content. */
export interface DataChange {
  /** What the dataset is called, or the file's path. */
  name: string;
  /** What it was used for; input of a file that the cells read. */
  role: string;
  /** The file or URI that it is of; empty of a value that cells made. */
  source: string;
  /** The digest in the first run; empty where it has none. */
  before: string;
  after: string;
  rows_before: number | null;
  rows_after: number | null;
  /** Those that differ; empty where they are not known. */
  columns: ColumnChange[];
  /**
   * Whether the cells that made the metric read it from outside: then no other
   * cell has made it.
   */
  is_read: boolean;
  /** What could not be compared, and why. */
  notes: string[];
}

/** A dataset, by role and name, whose content differs. */
export interface DatasetDifference {
  name: string;
  role: string;
  digests: (string | null)[];
  /**
   * That several have, with another content or type; empty where no columns are
   * known.
   */
  changed_columns: string[];
  /** Per run; null where it is not known. */
  rows: (number | null)[];
  /** That the first run lacks and another has. */
  added_columns: string[];
  /** That the first run has and another lacks. */
  removed_columns: string[];
  /** Whether a digest covers a sample only. */
  is_sampled: boolean;
}

/** One version of a dataset and what was done with it. */
export interface DatasetEntry {
  /** What `celltrail.dataset` called it, else the variable, else the source. */
  name: string;
  /** The version; what is not known of it is empty. */
  dataset: DatasetVersion;
  /** What was done with it: named, read, write, or a `DatasetRole` in a run. */
  roles: string[];
  /** When it was used first. */
  first_at: number;
  /** And last. */
  last_at: number;
  /** Runs that used it, newest first, at most 20; `run_count` counts all. */
  run_ids: string[];
  run_count: number;
  /**
   * The blob with its content, where that was kept for it; a file's own digest
   * may be one besides.
   */
  blob: string;
  /** Of the blob. */
  media_type: string;
  /** What is partial, or why the content was not kept. */
  note: string;
  /** Whether replays alone used it. */
  is_replayed: boolean;
  /** Those of `run_ids` that replays made. */
  replay_ids: string[];
}

/** Which versions of data. */
export interface DatasetQuery {
  /** A dataset's name, or its source as the trail has it; all where empty. */
  name: string;
  /**
   * What the digest begins with, with or without its algorithm; all where
   * empty.
   */
  digest: string;
  /** Only those that this run used; a whole id. */
  run_id: string;
  /** 1 to 10,000. */
  limit: number;
  /** Also what only replays used, and their runs. */
  with_replays: boolean;
}

/**
 * What a dataset was used for.
 *
 * - input: a file that the run's cells read
 */
export type DatasetRole = 'train' | 'target' | 'evaluate' | 'predict' | 'input';

/**
 * One dataset: its versions, those who used it, and the digest of the version
 * that was used last, at `last_at`.
 */
export interface DatasetSummary {
  name: string;
  sources: string[];
  roles: string[];
  is_named: boolean;
  version_count: number;
  run_count: number;
  latest_digest: string;
  last_at: number;
}

/** A dataset version in a run, by role and name. */
export interface DatasetUse {
  name: string;
  role: DatasetRole;
  dataset: DatasetVersion;
}

/**
 * What a dataset is: equal digests mean equal content.
 *
 * `kind` is dataframe, series, ndarray, sparse, list or file. `rows` and
 * `columns` are null where they mean nothing. `source` is a path relative to
 * the project's root, or a URI; `version` is the source's own id of the version
 * (a commit, a snapshot), where it has one. `is_sampled` says that the digest
 * covers a sample.
 */
export interface DatasetVersion {
  digest: string;
  kind: string;
  rows: number | null;
  column_count: number | null;
  columns: ColumnInfo[];
  size_bytes: number | null;
  source: string;
  is_sampled: boolean;
  version: string;
}

/**
 * One thing that differs; `values` has one text per run, null where the run
 * lacks it.
 */
export interface Difference {
  name: string;
  values: (string | null)[];
}

/** Which way a metric gets better. */
export type Direction = 'higher' | 'lower' | 'unknown';

/**
 * The first cell, in the order of execution, that did not do what it did
 * before; `what` names the thing.
 */
export interface Divergence {
  execution_id: string;
  execution_count: number;
  label: string;
  what: string;
  before: string;
  after: string;
}

/** The pages of the documentation that was installed with celltrail. */
export interface DocsContents {
  pages: DocsTitle[];
}

/** One page, as Markdown. */
export interface DocsPage {
  name: string;
  text: string;
}

/** A page of the documentation: its name in requests, and its heading. */
export interface DocsTitle {
  name: string;
  title: string;
}

/**
 * Python, the operating system and every installed distribution.
 *
 * `notes` say in words what capture lacks there: where celltrail is lent by
 * another environment.
 */
export interface Environment {
  digest: string;
  python: string;
  implementation: string;
  os: string;
  packages: Package[];
  notes: string[];
}

/**
 * An exception as the user saw it; `traceback` is plain text without colours.
 */
export interface ErrorInfo {
  name: string;
  message: string;
  traceback: string;
}

/**
 * Why a metric belongs to a run, strongest first.
 *
 * - logged: the user logged it to this run
 * - own: the run's own code measured it: cross-validation, a search's
 * best_score_
 * - same-object: an argument is what this run's model predicted, or a view of
 * it
 * - model-argument: the fitted model itself was passed
 * - name-lineage: an argument was computed from the prediction's name
 * - equal-content: an argument equals exactly one run's prediction
 */
export type Evidence =
  | 'logged'
  | 'own'
  | 'same-object'
  | 'model-argument'
  | 'name-lineage'
  | 'equal-content';

/** What one execution executed, whole. */
export interface ExecutedSource {
  execution_id: string;
  session_id: string;
  notebook_path: string;
  cell_id: string;
  execution_count: number;
  started_at: number;
  source: string;
}

/** Why the second of two runs came out otherwise than the first. */
export interface Explanation {
  /** The first run's id. */
  before: string;
  /** The second's. */
  after: string;
  /**
   * The name of the metric that is explained; empty where no metric differs.
   */
  metric: string;
  /** That metric in both. */
  values: (Float | null)[];
  /** Likeliest first. */
  causes: LikelyCause[];
  /** The cells that both need. */
  code: CodeComparison;
  /** What has another content. */
  data: DataChange[];
  /** What could not be told, in words. */
  notes: string[];
}

/** A figure. */
export interface Figure {
  /** The plotly document as JSON text; empty where there is nothing to draw. */
  document: string;
  /** What was drawn. */
  metric: string;
  /** Empty where the figure has none. */
  param: string;
  /** What else could be drawn. */
  metrics: string[];
  /** The parameters that differ. */
  params: string[];
  /** The source of a cell that draws it again. */
  cell: string;
  /** What is partial, or why there is nothing to draw. */
  notes: string[];
}

/**
 * The figures that compare runs.
 *
 * - parallel: parallel coordinates: parameters that differ, and metrics
 * - scatter: a parameter and a metric
 * - curves: a stepped metric of each run
 * - box: a metric by the values of a parameter
 */
export type FigureKind = 'parallel' | 'scatter' | 'curves' | 'box';

/** Which figure. */
export interface FigureQuestion {
  kind: FigureKind;
  /** Two to twenty runs; of curves also one. */
  run_ids: string[];
  /** The key of a metric; the first that differs if empty. */
  metric?: string;
  /** For a scatter or boxes, the parameter; the first that differs if empty. */
  param?: string;
  /** Of curves. */
  axis?: CurveAxis;
  /**
   * Of curves, from 0 (as logged) to 0.99: the weight of what came before in an
   * exponential mean.
   */
  smoothing?: Float;
}

/**
 * A file that a cell opened; `path` is relative to the project's root where it
 * lies within.
 */
export interface FileUse {
  path: string;
  /** "read" or "write" */
  mode: string;
  /**
   * of the content after the cell; empty where it could not be read within the
   * budget
   */
  digest: string;
  size_bytes: number | null;
}

/** One thing that was compared. */
export interface Finding {
  /** What: `metric rmse on X_test`, `data.csv`, `numpy 2.4`. */
  name: string;
  /** What the comparison came to. */
  status: Verdict;
  /** What the trail has; empty where it has nothing. */
  before: string;
  /** What the replay has; empty where it has nothing. */
  after: string;
  /** Why, or what is missing, in words for the user. */
  note: string;
}

/**
 * What one fold did: `changed_run_ids` has the runs that any event named, at
 * most 1,000 of them.
 */
export interface FoldReport {
  event_count: number;
  metric_count: number;
  segment_count: number;
  changed_run_ids: string[];
  changed_notebooks: string[];
  quarantined: string[];
  refused: string[];
  duration_s: Float;
}

/**
 * The state of one global random generator before a cell: python, numpy or
 * torch.
 */
export interface GeneratorState {
  name: string;
  digest: string;
}

/**
 * One graphics card while a run went on: how busy (percent) and its memory in
 * use, by whoever used it.
 */
export interface GpuUse {
  name: string;
  busy_percent: Spread;
  memory_bytes: Spread;
}

/**
 * A metric over several runs; `std` is the population's, as in scikit-learn's
 * `std_test_score`.
 */
export interface GroupMetric {
  key: string;
  count: number;
  mean: Float;
  std: Float;
  minimum: Float;
  maximum: Float;
}

/**
 * The machine: `threads` are the settings of thread pools, as (variable or
 * library, count) in text.
 */
export interface Hardware {
  digest: string;
  cpu: string;
  cores: number;
  memory_bytes: number;
  gpus: string[];
  blas: string;
  threads: string[];
}

/**
 * A name or a file that a cell read and that another cell wrote since: which
 * cell, as which number, and when.
 */
export interface InputChange {
  name: string;
  cell_id: string;
  execution_count: number;
  at: number;
}

/**
 * The body that makes a run of a cell's last execution, or of an earlier one.
 */
export interface KeepWish {
  /** The notebook, as a contents path. */
  notebook_path: string;
  /** The cell. */
  cell_id: string;
  /** The run's name; the cell's first line if empty. */
  name?: string;
  /**
   * The execution that is meant, whatever the cell; the cell's last one if
   * empty.
   */
  execution_id?: string;
}

/** A run that was kept, or let go. */
export interface KeptRun {
  run_id: string;
  is_kept: boolean;
}

/** The body that takes a kept run out of the lists. */
export interface LetGoWish {
  run_id: string;
}

/** One thing that may have made the difference. */
export interface LikelyCause {
  kind: CauseKind;
  standing: Standing;
  /** In one line: `random_state changed 0 → 1`. */
  title: string;
  /** What was recorded that says so. */
  evidence: string[];
  /** Among causes of one kind, how much of it changed; from 0 to 1. */
  weight: Float;
  /**
   * As `celltrail replay --swap` takes it: what makes the first run again with
   * the second's; empty where none can.
   */
  swap: string;
  /** Why none can. */
  no_swap: string;
  /** What a replay showed. */
  proof: CauseProof | null;
}

/**
 * A name or a file that an execution read, and the execution that had written
 * it last before.
 */
export interface LinkInput {
  name: string;
  execution_id: string;
}

/**
 * A model of a run: its file, and what somebody has to know before loading it.
 */
export interface LoggedModel {
  /** Its name in the run. */
  name: string;
  state: ModelState;
  /** The qualified name of its class. */
  class_name: string;
  /**
   * skops, onnx, a library's own, or pickle; a pickle runs code when it is
   * loaded.
   */
  format: string;
  /**
   * The artifact that it is in; `example_path` and `predictions_path` are
   * artifacts too, or empty.
   */
  path: string;
  digest: string;
  size_bytes: number;
  signature: ModelSignature | null;
  example_path: string;
  predictions_path: string;
  /** Rows of the sample predictions. */
  prediction_count: number;
  /** The distributions that its classes come from. */
  packages: Package[];
  /** Classes and functions that skops asks for before it loads the model. */
  untrusted: string[];
  /** Whether it was kept by the setting, not by `log_model`. */
  is_automatic: boolean;
  /** What was cut or left out, in words for the user. */
  notes: string[];
}

/**
 * What makes an execution hard to repeat from the notebook as it is.
 *
 * - out-of-order: it ran after a cell that stands below it
 * - edited: its cell ran again with another source
 * - deleted: its cell is no longer in the notebook
 * - rebound: a later execution bound a name that it used
 */
export type MarkKind = 'out-of-order' | 'edited' | 'deleted' | 'rebound';

/**
 * A metric of a run and of its replay; `after` and `difference` are null where
 * the replay has no such metric.
 */
export interface MetricChange {
  name: string;
  before: Float;
  after: Float | null;
  difference: Float | null;
}

/** A metric that differs. */
export interface MetricDifference {
  /** Its key, the dataset and the slice that it was measured on. */
  name: string;
  /** Its key alone. */
  key: string;
  /** One per run; null where the run lacks it. */
  values: (Float | null)[];
  /**
   * To the first run that is compared; null where either lacks it or is no
   * number.
   */
  differences: (Float | null)[];
  /**
   * Per run 1 where it is better than the first, -1 where worse, 0 where
   * neither or not known.
   */
  better: number[];
  /** Which way it gets better, as far as its name tells. */
  direction: Direction;
  /** The places of the best runs; empty where the direction is not known. */
  best: number[];
  /** The points of its series, per run. */
  counts: number[];
  /** The cells that measured it, per run; empty where the run lacks it. */
  execution_ids: string[];
}

/**
 * A metric over its steps; `is_decimated` when only the extremes of each bucket
 * are in it, of `count` points.
 */
export interface MetricHistory {
  run_id: string;
  key: string;
  points: MetricPoint[];
  count: number;
  is_decimated: boolean;
}

/** One logged value. */
export interface MetricPoint {
  step: number;
  at: number;
  value: Float;
}

/**
 * A metric's last value and where it comes from. `count`, `minimum` and
 * `maximum` are over its whole series.
 */
export interface MetricValue {
  key: string;
  value: Float;
  step: number;
  at: number;
  count: number;
  minimum: Float | null;
  maximum: Float | null;
  evidence: Evidence;
  dataset_name: string;
  dataset_digest: string;
  slice_name: string;
  execution_id: string;
}

/**
 * What a model takes and gives; `inputs` is empty where the data was of no kind
 * that can be described.
 */
export interface ModelSignature {
  inputs: ValueSpec[];
  outputs: ValueSpec[];
}

/**
 * What became of a model that was to be kept.
 *
 * - pending: its cell has ended and it is being written; stays where the kernel
 * was killed meanwhile
 * - not kept: its notes say why
 */
export type ModelState = 'pending' | 'kept' | 'not kept';

/**
 * A cell of a notebook as text; `output` has the texts of its outputs, pictures
 * are named only.
 */
export interface NotebookCell {
  kind: string;
  source: string;
  output: string;
}

/**
 * Where a parameter's value comes from.
 *
 * - estimator: get_params() of what was fitted
 * - grid: the candidate of a search
 * - notebook: a papermill parameter
 * - variable: a scalar that the run's cells read
 * - logged: log_param, log_params
 */
export type Origin = 'estimator' | 'grid' | 'notebook' | 'variable' | 'logged';

/**
 * An artifact whose content differs; null where the run lacks it. `is_shown`
 * says that a browser can show it.
 */
export interface OutputDifference {
  path: string;
  artifacts: (Artifact | null)[];
  is_shown: boolean;
}

/**
 * One output of a cell: `kind` is stream, display_data, execute_result or
 * error.
 */
export interface OutputDigest {
  kind: string;
  media_types: string[];
  digest: string;
  size_bytes: number;
}

/**
 * One installed distribution.
 *
 * `source` says where it is from if from no index: editable, local, vcs or
 * archive. The address itself is not kept.
 */
export interface Package {
  name: string;
  version: string;
  source: string;
}

/** The body that asks why two runs differ. */
export interface PairQuestion {
  /** The baseline. */
  before: string;
  /** The run that is compared with it. */
  after: string;
  /** A metric that differs; the runs' key metric if empty. */
  metric?: string;
}

/**
 * One parameter of a run.
 *
 * `value` is its text: `str` of a scalar, `repr` of anything else, cut at 6,000
 * characters with a note that says so. `source` names the variable or estimator
 * step that it came from; `is_default` marks an estimator's default.
 */
export interface Param {
  key: string;
  value: string;
  kind: ParamKind;
  origin: Origin;
  source: string;
  is_default: boolean;
}

/** What a parameter's text stands for. */
export type ParamKind = 'number' | 'text' | 'boolean' | 'none' | 'object';

/** One earlier execution of a cell. */
export interface PastExecution {
  /** Its id. */
  execution_id: string;
  /**
   * The notebook as the trail has it; another one where it was renamed or
   * copied since.
   */
  notebook_path: string;
  /** The number in brackets. */
  execution_count: number;
  /** How it ended. */
  status: Status;
  /** When. */
  started_at: number;
  /** null while it runs, and where nobody saw its end. */
  duration_s: Float | null;
  /** The name of the exception that ended it; empty elsewhere. */
  error: string;
  /** The first line that says what it does. */
  label: string;
  /** Of the executed source in UTF-8. */
  source_crc32: number;
  /** In characters. */
  source_length: number;
  /** Its runs, without their children and those that were let go. */
  run_count: number;
  /** The last of them. */
  run: PastRun | null;
}

/** A text that the note of a run had, and since when. */
export interface PastNote {
  noted_at: number;
  text: string;
}

/**
 * The last run of an earlier execution, in few words; `metric_key` is empty
 * where it has no metric.
 */
export interface PastRun {
  run_id: string;
  title: string;
  kind: string;
  metric_key: string;
  metric_value: Float;
}

/** The body that asks for the sample predictions of a run's model. */
export interface PredictionQuestion {
  run_id: string;
  name: string;
}

/**
 * One row that a model was asked on: what went in, what it said, and what it
 * was to learn, as texts.
 */
export interface PredictionRow {
  inputs: (string | null)[];
  outputs: (string | null)[];
  truth: string | null;
}

/** The sample predictions of a model. */
export interface PredictionTable {
  /** The names of the columns that went in, at most 50. */
  inputs: string[];
  /** How many there are; 0 where the rows were not kept. */
  input_count: number;
  /** The names of what it said. */
  outputs: string[];
  /** What it was to learn of the rows is known. */
  has_truth: boolean;
  /** At most 1,000. */
  rows: PredictionRow[];
  /** How many rows it was asked on. */
  row_count: number;
  /** Of how many they were taken. */
  total_rows: number;
  /** Of numbers: truth and prediction; without those that are missing. */
  points: TruthPoint[];
  /** Of at most 20 classes. */
  confusion: Confusion | null;
}

/** What is shown of an artifact. */
export interface Preview {
  /** How. */
  kind: PreviewKind;
  /**
   * What the content is, by its first bytes, its name and what was recorded, in
   * this order.
   */
  media_type: string;
  /** Of the file as it is now; -1 where there is none. */
  size_bytes: number;
  /** Its beginning, for text and JSON; of a table that cannot be read too. */
  text: string;
  /** There is more than is shown. */
  is_cut: boolean;
  /** The first 256 bytes, two digits each, where nothing else is shown. */
  hex: string;
  table: TablePreview | null;
  cells: NotebookCell[];
  /** Why it is not shown as what it seems to be. */
  problem: string;
  /**
   * Where the file is, or would be: relative to the project's root where it is
   * within.
   */
  place: string;
}

/**
 * How an artifact is shown.
 *
 * - picture: as an <img>, of the blob's bytes
 * - page: HTML: in a sandbox, of the blob's bytes
 * - pdf: a download
 * - binary: the first bytes
 * - missing: there is no such file in the store
 * - damaged: there is one, and it is not what was recorded
 */
export type PreviewKind =
  | 'picture'
  | 'page'
  | 'table'
  | 'notebook'
  | 'json'
  | 'text'
  | 'pdf'
  | 'binary'
  | 'missing'
  | 'damaged';

/** The body that asks for a preview. */
export interface PreviewQuestion {
  /** The artifact's. */
  digest: string;
  /** Its path in the run; only its ending is looked at. */
  path?: string;
  /** As it was recorded. */
  media_type?: string;
  /** As it was recorded; -1 where nobody knows. */
  size_bytes?: number;
  /** How many rows of a table, at most 1,000. */
  rows?: number;
  /** The first column of the 50 whose values are wanted. */
  first_column?: number;
}

/** One project that this server knows. */
export interface Project {
  /** Opaque name of the project in requests and events. */
  key: string;
  /** The name of its root folder, for people. */
  name: string;
  /** Its root folder. */
  root: string;
  /** Its store's folder. */
  store: string;
  /** How this server reaches the store. */
  state: ProjectState;
  /** Why the state is failed and what to do; empty otherwise. */
  message: string;
  /** False where `CELLTRAIL=off` or `enabled = false` switched capture off. */
  is_enabled: boolean;
}

/**
 * The projects of the notebooks open in this server; `current` is the key of
 * the one that was asked about.
 */
export interface ProjectList {
  projects: Project[];
  current: string;
}

/**
 * How this server reaches a project's store.
 *
 * - opening: being opened
 * - empty: nothing was ever recorded: there is no store yet
 * - owned: this server folds it
 * - remote: another process holds it and answers for it
 * - failed: it cannot be opened; the message says why
 */
export type ProjectState = 'opening' | 'empty' | 'owned' | 'remote' | 'failed';

/** What a proof would execute: `swap` is what a `ReplayOrder` takes. */
export interface ProofPlan {
  swap: string;
  plans: ReplayPlans;
}

/** The body that asks what a proof of a cause would execute. */
export interface ProofQuestion {
  /** The run that would be made again. */
  before: string;
  /** The run whose value of the cause it would take. */
  after: string;
  /** The cause's, as the explanation has it. */
  swap: string;
  /** The metric that is explained; the runs' key metric if empty. */
  metric?: string;
}

/** The body of every answer that is not a success. */
export interface Refusal {
  /**
   * What was wrong and what to do next, for people; plain text, never markup.
   */
  message: string;
  /**
   * The name of celltrail's error (FilterError, RunNotFoundError,
   * NewerStoreError, …); empty for others.
   */
  error: string;
  /** Where in a filter the problem is, in characters from 0; null elsewhere. */
  position: number | null;
}

/**
 * One execution of a replay's notebook; `replayed_run_id` is empty where the
 * run was not made again.
 *
 * `put_back` are files that its cells overwrote or removed, and that are again
 * what they were; `notes` say what else happened to files.
 */
export interface ReplayAttempt {
  is_full: boolean;
  step_count: number;
  status: Verdict;
  notebook: string;
  output: string;
  replayed_run_id: string;
  duration_s: Float;
  put_back: string[];
  notes: string[];
}

/** The body that starts a replay. */
export interface ReplayOrder {
  /** The run. */
  run_id: string;
  /**
   * The execution ids of the plan that the user has agreed to; another plan is
   * not run.
   */
  steps: string[];
  /** Whether that was the plan of all that the session executed. */
  is_full?: boolean;
  /** That of the plan. */
  environment?: string;
  /** Those of the plan, as it names them. */
  swaps?: string[];
}

/**
 * How far a replay is.
 *
 * - none: there was none in this project since the server started
 * - running: cells are being executed
 * - comparing: a notebook has ended
 * - ended: there is a report
 * - failed: the message says why
 */
export type ReplayPhase =
  | 'none'
  | 'starting'
  | 'running'
  | 'comparing'
  | 'ended'
  | 'cancelled'
  | 'failed';

/** What a replay is going to run. */
export interface ReplayPlan {
  /** The run that is to be made again. */
  run_id: string;
  /** The cells, in the order of their execution. */
  steps: ReplayStep[];
  /** How many cells the session executed up to the last of them. */
  total: number;
  /** Whether that is all that can be repeated of the session. */
  is_full: boolean;
  /** Where the kernel starts. */
  working_directory: string;
  /**
   * Files that the cells read and did not make themselves, as the trail names
   * them.
   */
  reads: string[];
  /** Files that they wrote, and may write again. */
  writes: string[];
  /** What the replay would need and is gone, in words; nothing is run then. */
  missing: string[];
  /** What the user should know: what is left out, or is not known. */
  notes: string[];
  /**
   * Whether it runs in a folder of its own, made like the project's: nothing in
   * the user's is written.
   */
  is_apart: boolean;
  /**
   * Files that are found as they were recorded, not as they are now, in words;
   * or as a swap has them.
   */
  restored: string[];
  /** What is not as recorded on purpose, as the user wrote it. */
  swaps: string[];
}

/**
 * What a replay would run: first the slice; all that the session executed where
 * that is not enough.
 */
export interface ReplayPlans {
  /** What the run needs. */
  needed: ReplayPlan;
  /** All. */
  full: ReplayPlan;
  /** How long each may take. */
  timeout_s: Float;
}

/** The body of a question for a plan. */
export interface ReplayQuestion {
  /** The run. */
  run_id: string;
  /** `here` or `recorded`. */
  environment?: string;
  /**
   * What is not to be as recorded, in the words of `--swap`; files are relative
   * to the project's root.
   */
  swaps?: string[];
}

/** A replay from its plan to its verdict. */
export interface ReplayReport {
  /** The run that was replayed. */
  run_id: string;
  /** The run that came out; empty where none did. */
  replayed_run_id: string;
  /** The verdict. */
  status: Verdict;
  /** Why, in one line. */
  reason: string;
  /**
   * Code, data, environment, seed, hardware: what was the same, whatever came
   * out.
   */
  checklist: CheckItem[];
  /** Parameters, metrics, datasets and outputs, compared. */
  results: Finding[];
  /** Where the replay left the recorded way first; null where it did not. */
  first_divergent: Divergence | null;
  /** What was run: of the last attempt. */
  plan: ReplayPlan;
  /** The slice, and the full history where the slice was not enough. */
  attempts: ReplayAttempt[];
  /** Whether the full history was run after the slice. */
  was_widened: boolean;
  /** The relative difference up to which numbers count as within tolerance. */
  tolerance: Float;
  /** When. */
  started_at: number;
  /** How long all attempts took. */
  duration_s: Float;
  /**
   * Of a replay with swaps: its metrics beside the recorded ones. Such a replay
   * is no verdict on the run.
   */
  changes: MetricChange[];
  /** Why a swap may not be all that made the difference. */
  doubts: string[];
}

/**
 * The replay of a project: the one that goes on, else the last one since the
 * server started.
 */
export interface ReplayState {
  /** Grows with each change; live events carry it. */
  revision: number;
  /** The run; empty where there was none. */
  run_id: string;
  /** How far it is. */
  phase: ReplayPhase;
  /** Whether all that the session executed is being run. */
  is_full: boolean;
  /** The cell that runs, counted from 1; 0 before the first. */
  cell: number;
  /** How many there are. */
  cell_count: number;
  /** The first line of that cell; before the first, what is being prepared. */
  label: string;
  /** How many raised so far. */
  failed_cells: number;
  /** When; 0 where there was none. */
  started_at: number;
  /** Why it failed; empty otherwise. */
  message: string;
  /** What it came to. */
  report: ReplayReport | null;
}

/** A cell execution that is repeated, and why the run needs it. */
export interface ReplayStep {
  execution_id: string;
  execution_count: number;
  label: string;
  reasons: string[];
}

/**
 * One execution of a run: its whole source, the cell that it was in, and why it
 * belongs to the run.
 */
export interface RestoreCell {
  execution_id: string;
  execution_count: number;
  cell_id: string;
  status: Status;
  started_at: number;
  source: string;
  tags: string[];
  reasons: string[];
  /**
   * No later execution of the plan is of the same cell: what the cell gets
   * where it can have one only.
   */
  is_last: boolean;
}

/** What would be put back. */
export interface RestorePlan {
  /** The run. */
  run_id: string;
  /** The notebook that executed it. */
  notebook_path: string;
  /** The kernel that a new notebook gets. */
  kernel_name: string;
  /** Whether it is all that the session executed up to the run. */
  is_full: boolean;
  /** How many executions that is. */
  total: number;
  /** What is put back, in executed order. */
  cells: RestoreCell[];
  /** What the reader should know of it. */
  notes: string[];
}

/**
 * The body of a question for what a run executed: what it needs, or all that
 * its session executed up to it.
 */
export interface RestoreQuestion {
  run_id: string;
  is_full?: boolean;
}

/** One execution of a run's session. */
export interface RunCell {
  execution_id: string;
  cell_id: string;
  execution_count: number;
  status: Status;
  started_at: number;
  ended_at: number | null;
  duration_s: Float | null;
  peak_memory_bytes: number;
  /**
   * The beginning of what was executed; `source_length` tells how long it is.
   */
  source: string;
  source_length: number;
  /** The run needs it, as far as that is known; without a slice all are. */
  is_needed: boolean;
  /** The run itself, or one of its metrics, was made here. */
  is_target: boolean;
  /** Why it is needed; an execution whose effects are not known says so. */
  reasons: string[];
  /** What the notebook as it is does not tell of it. */
  marks: Sign[];
  outputs: OutputDigest[];
  error: ErrorInfo | null;
  notes: string[];
  /** The runs that it opened. */
  run_ids: string[];
}

/** A page of them. */
export interface RunCells {
  run_id: string;
  /** Executions of the session up to the run's last. */
  total: number;
  /** How many of them the run needs; null where that is not known. */
  needed: number | null;
  /** Of the first of `cells` among those that were asked for. */
  offset: number;
  cells: RunCell[];
  /** Why it is not known what the run needs; empty where it is. */
  problem: string;
  /**
   * Whether the notebook could be read; else no mark tells what became of a
   * cell.
   */
  is_notebook_known: boolean;
}

/** The body of a question for the cells of a run. */
export interface RunCellsQuestion {
  /** The run. */
  run_id: string;
  /** Only those that it needs. */
  only_needed?: boolean;
  /** Cells to skip. */
  offset?: number;
  /** At most 200. */
  limit?: number;
}

/**
 * What differs between runs, in the order in which they were given; what is
 * empty is the same in all.
 */
export interface RunComparison {
  /** The runs; the first is the baseline. */
  runs: RunSummary[];
  params: Difference[];
  metrics: MetricDifference[];
  tags: Difference[];
  datasets: DatasetDifference[];
  packages: Difference[];
  environment: Difference[];
  hardware: Difference[];
  seed: Difference[];
  code: Difference[];
  /** The cell that opened each run, where the sources differ. */
  source: Difference[];
  outputs: OutputDifference[];
  /** What does not differ, by part. */
  same: SamePart[];
  /** What could not be compared, or what one should know, in words. */
  notes: string[];
}

/** Everything that is kept of one run. */
export interface RunDetail {
  run: RunSummary;
  error: ErrorInfo | null;
  params: Param[];
  metrics: MetricValue[];
  ambiguous_metrics: AmbiguousMetric[];
  tags: Tag[];
  datasets: DatasetUse[];
  artifacts: Artifact[];
  environment: Environment | null;
  hardware: Hardware | null;
  code: CodeVersion | null;
  seed: Seed | null;
  peak_memory_bytes: number;
  execution: CellExecution | null;
  /** the first 200; child_count tells how many there are */
  children: RunSummary[];
  group: RunGroup | null;
  models: LoggedModel[];
  system: SystemUse | null;
}

/**
 * Changes of runs, all of them on each; what is null or empty stays as it is.
 */
export interface RunEdit {
  /** The runs, by their whole ids; at most 1,000. */
  run_ids: string[];
  /** Tags to set. */
  tags?: Tag[];
  /** Keys of tags to take off. */
  removed_tags?: string[];
  /** Star them, or take the star away. */
  is_starred?: boolean | null;
  /** Put them into the archive, or back. */
  is_archived?: boolean | null;
  /** A note in Markdown; an empty one takes it away. */
  note?: string | null;
}

/** The runs of one loop. */
export interface RunGroup {
  group_id: string;
  run_count: number;
  /**
   * Those with the same model and the same parameters of it, but for random
   * states: the folds.
   */
  like_count: number;
  /** What two or more of those have, over them. */
  metrics: GroupMetric[];
}

/**
 * The keys that occur in the store, most used first, at most 10,000 of each;
 * the counts are exact.
 */
export interface RunKeys {
  params: string[];
  metrics: string[];
  tags: string[];
  param_count: number;
  metric_count: number;
  tag_count: number;
  /** those with more than one point in some run */
  stepped_metrics: string[];
}

/**
 * A page of runs; `next_cursor` is empty on the last one, `total` counts all
 * that match.
 *
 * `replay_count` counts the runs of replays that match besides and were left
 * out.
 */
export interface RunPage {
  runs: RunSummary[];
  next_cursor: string;
  total: number;
  replay_count: number;
}

/** Which runs, in which order, how many. */
export interface RunQuery {
  /**
   * MLflow's search_runs grammar: `metrics.rmse < 1 and params.model = 'ridge'
   * and tags.team LIKE 'a%'`; attributes are run_id, name, status, kind,
   * estimator, notebook, cell, start_time, end_time, duration, replay_of.
   */
  filter?: string;
  /**
   * Words that the name, estimator, notebook, a parameter or a tag must
   * contain; for a search box.
   */
  text?: string;
  /**
   * `metrics.rmse`, `params.alpha DESC`, `attributes.start_time`; newest first
   * where empty.
   */
  order_by?: string[];
  /** 1 to 10,000. */
  limit?: number;
  /** `next_cursor` of the page before; the empty text is the first page. */
  cursor?: string;
  /** Only this notebook's runs, where not empty. */
  notebook_path?: string;
  /**
   * Only this run's children, where not empty; else children are left out
   * unless `with_children`.
   */
  parent_run_id?: string;
  with_children?: boolean;
  /**
   * The parameter, metric and tag keys to return, as `metrics.rmse`; null is
   * all of them.
   */
  keys?: string[] | null;
  /**
   * Runs to skip after the cursor: for a jump in a scrolled list, where the
   * pages between are not wanted.
   */
  offset?: number;
  /**
   * Only runs of notebooks with this file name, in whatever folder, where not
   * empty.
   */
  notebook_name?: string;
  /**
   * Also the runs that replays made; else they are left out, but where the
   * question is for them: by a run's id, a parent, their notebook,
   * `attributes.replay_of` or a tag that only they have.
   */
  with_replays?: boolean;
  /** The runs at hand, the archived ones, or both. */
  shelf?: Shelf;
  /** Only those that somebody starred. */
  is_starred_only?: boolean;
  /**
   * What `group_runs` groups by, as `params.model`, `tags.team` or
   * `attributes.notebook`.
   */
  group_by?: string;
  /**
   * With `is_any_group` false, only the runs that have this value of it (null:
   * that have none).
   */
  group_value?: string | null;
  /** Runs of all groups. */
  is_any_group?: boolean;
  /**
   * Parameters and tags that are longer are cut there, and say how long they
   * are; 0 cuts nothing.
   */
  max_value_length?: number;
}

/** The time line. */
export interface RunResources {
  run_id: string;
  /** Of the run. */
  started_at: number;
  /** Of the run; null while it goes on, or where nobody saw its end. */
  ended_at: number | null;
  /** Executions up to the run's last; `cells` has the latest 1,000 of them. */
  total: number;
  cells: CellUse[];
  /** What is partial, or why there is nothing. */
  notes: string[];
}

/** The body of a question for what a run took of the machine over time. */
export interface RunResourcesQuestion {
  run_id: string;
}

/**
 * One row of a table of runs. `ended_at` and `duration_s` are null while it
 * runs.
 */
export interface RunSummary {
  run_id: string;
  name: string;
  status: Status;
  kind: string;
  session_id: string;
  execution_id: string;
  notebook_path: string;
  cell_id: string;
  execution_count: number;
  started_at: number;
  ended_at: number | null;
  /** null also where nobody saw its end: its process was killed. */
  duration_s: Float | null;
  estimator: string;
  variable: string;
  parent_run_id: string;
  group_id: string;
  child_count: number;
  key_metric: MetricValue | null;
  params: Record<string, string>;
  metrics: Record<string, Float>;
  tags: Record<string, string>;
  /**
   * The name as lists show it: a pipeline with its last step, a cell's own run
   * with the cell's first line.
   */
  title: string;
  /**
   * What tells it from its neighbours, in few words: `alpha=0.1, fold=3`; may
   * be empty.
   */
  differs: string;
  /**
   * How its cell ended, where the run ended well and the cell did not; null
   * elsewhere.
   */
  cell_status: Status | null;
  /** The name of the exception that ended that cell. */
  cell_error: string;
  /**
   * Where it has children and no metric of its own: the key metric of the
   * latest child that has one.
   */
  child_metric: MetricValue | null;
  /**
   * The id of the run that it makes again, else the beginning of the id of the
   * one whose replay made it on the way; empty where no replay made it.
   */
  replay_of: string;
  /** Somebody starred it. */
  is_starred: boolean;
  /** Somebody put it into the archive. */
  is_archived: boolean;
}

/**
 * The runs that were changed; the lists show it once the events are folded, a
 * moment later.
 */
export interface RunsEdited {
  run_ids: string[];
}

/**
 * What is the same in all runs of one part: `names` are at most 500 of `count`.
 */
export interface SamePart {
  part: string;
  count: number;
  names: string[];
}

/**
 * A view of the runs table under a name; `definition` is the JSON of whoever
 * kept it.
 */
export interface SavedView {
  name: string;
  saved_at: number;
  definition: string;
}

/**
 * All that is known of randomness: random_state parameters, seeding calls seen,
 * generators before the cell.
 */
export interface Seed {
  random_states: Param[];
  /** "numpy.random.seed(0)" */
  seeding_calls: string[];
  generators: GeneratorState[];
  /** generators whose state changed in the cell */
  drew_from: string[];
}

/**
 * Which runs a question is about; an archived run is in no list that does not
 * ask for it, and is never deleted.
 */
export type Shelf = 'active' | 'archived' | 'all';

/** What the notebook does not tell of an execution. */
export interface Sign {
  kind: MarkKind;
  text: string;
}

/**
 * A read (or write) of data that is no plain file, or a version of one.
 *
 * `uri` names the data without password, token or signed query parameters; for
 * a file that is more than a file (a DuckDB database, a Delta table) it is the
 * path as `FileUse` has it. `kind` is sql, http, s3, loader, delta, iceberg,
 * ducklake, dvc, lakefs, nessie or another protocol's name. `version` is the
 * source's own id of the version that was read, empty where it has none or says
 * none. `query` is the text as executed, cut with a note above 64 KiB.
 */
export interface SourceUse {
  uri: string;
  kind: string;
  /** "read" or "write" */
  mode: string;
  version: string;
  query: string;
  /** of the result, where they were counted anyway */
  rows: number | null;
  /** of the result, as fingerprints are made; empty where it was not made */
  digest: string;
  /** what `celltrail.dataset` called it */
  name: string;
  size_bytes: number | null;
  /**
   * what is partial or went wrong: "HTTP 404", "query cut at 65536 of 90000
   * characters"
   */
  note: string;
  /** the code itself named the version */
  is_asked: boolean;
}

/** Samples of one quantity, in three numbers. */
export interface Spread {
  minimum: Float;
  mean: Float;
  maximum: Float;
}

/**
 * How sure a cause is, surest first.
 *
 * - proven: a replay with this one swapped moved the metric
 * - direct: the cells that made the metric use it
 * - indirect: it works below or around them
 * - follows: another cause on the list explains it
 * - refuted: a replay with this one swapped left the metric as it was
 */
export type Standing = 'proven' | 'direct' | 'indirect' | 'follows' | 'refuted';

/**
 * The state of a session, a cell execution or a run; a metric or a late event
 * never changes it back.
 *
 * - failed: it raised
 * - interrupted: the user stopped it
 * - killed: its process is gone without a word
 */
export type Status =
  'running' | 'finished' | 'failed' | 'interrupted' | 'killed';

/**
 * The data of a live event: what a fold changed, or that the project's state is
 * another.
 */
export interface StoreChanged {
  /** The project's key. */
  project: string;
  /** How this server reaches the store now. */
  state: ProjectState;
  /** Tracking is switched off for the project. */
  is_paused: boolean;
  /** At most 100 of the runs that changed. */
  changed_run_ids: string[];
  /** At most 100 notebooks with new executions or runs, as contents paths. */
  changed_notebooks: string[];
  /** More changed than is listed: ask again for whatever is shown. */
  is_partial: boolean;
  /**
   * That of the replay that the panel asked for, where it is another now; else
   * 0.
   */
  replay_revision: number;
}

/** The store's health. `root` is the store's folder. */
export interface StoreStatus {
  root: string;
  schema_version: number;
  run_count: number;
  cell_execution_count: number;
  session_count: number;
  live_session_count: number;
  segment_count: number;
  quarantined: string[];
  /** segments of a newer format, left alone */
  refused: string[];
  is_paused: boolean;
  capture_failures: CaptureFailure[];
  /** "this process", or the owner's address */
  owner: string;
  size_bytes: number;
}

/**
 * How a cell's use of the machine went: samples in their order, each list as
 * long as the first or empty.
 *
 * Where it took long a point stands for several samples: the mean of what was
 * busy, the most of what was held.
 */
export interface SystemCourse {
  /** Milliseconds since the cell began. */
  offset_ms: number[];
  /** 100 is one core; of this process and its children. */
  cpu_percent: Float[];
  /** Resident. */
  memory_bytes: number[];
  /** The mean of the graphics cards; empty without one. */
  gpu_percent: Float[];
  /** Of all cards together; empty without one. */
  gpu_memory_bytes: number[];
}

/**
 * What a run took of the machine: this process and its children; of the GPUs,
 * all that happened on them.
 */
export interface SystemUse {
  /** The time that this is about. */
  duration_s: Float;
  /** Samples taken in it, at least 0.15 s apart; a short run has none. */
  sample_count: number;
  /**
   * 100 is one core; the mean is over the whole run, extremes are of single
   * samples.
   */
  cpu_percent: Spread | null;
  /** Resident memory over the samples; null without any. */
  memory_bytes: Spread | null;
  /** The most that was resident. */
  peak_memory_bytes: number;
  /**
   * Whether that is the system's own figure; else it is the largest that was
   * seen.
   */
  peak_is_exact: boolean;
  /**
   * From the disk, not from the cache of files; null where the system does not
   * say.
   */
  disk_read_bytes: number | null;
  /** To the disk. */
  disk_written_bytes: number | null;
  /** The graphics cards. */
  gpus: GpuUse[];
}

/** One column as it was read: `dtype` is the reader's word for its type. */
export interface TableColumn {
  name: string;
  dtype: string;
  is_number: boolean;
}

/** Some rows and columns of a table. */
export interface TablePreview {
  /** All columns, at most 5,000. */
  columns: TableColumn[];
  /** How many there are. */
  column_count: number;
  /**
   * How many rows; null where counting them would mean to read a large file.
   */
  row_count: number | null;
  /** The first column of the rows. */
  first_column: number;
  /** Values longer than 300 characters end in `…`. */
  rows: TableRow[];
  /** What was left out or guessed, in words. */
  notes: string[];
}

/**
 * The values of a row as text, in the order of the columns that are shown; null
 * is a missing value.
 */
export interface TableRow {
  cells: (string | null)[];
}

/** One tag of a run. */
export interface Tag {
  key: string;
  value: string;
}

/** A value that is not a number, as text, and how often it occurs. */
export interface TopValue {
  text: string;
  count: number;
}

/**
 * Whether cells are recorded: `is_paused` is the switch in JupyterLab,
 * `is_enabled` the project's setting.
 */
export interface Tracking {
  project: string;
  is_paused: boolean;
  is_enabled: boolean;
}

/** The body of a change of tracking. */
export interface TrackingChange {
  is_paused: boolean;
}

/** What a row's value is, and what the model said. */
export interface TruthPoint {
  truth: Float;
  predicted: Float;
}

/**
 * One column of a model's input or output, or a whole array, whose name is
 * empty.
 *
 * `shape` is of an array, with -1 for the rows: "(-1, 4)". `nullable` is yes (a
 * missing value was seen), no (the type has none) or "not seen" (none was among
 * the rows that were looked at).
 */
export interface ValueSpec {
  name: string;
  dtype: string;
  shape: string;
  nullable: string;
}

/**
 * What a comparison came to, of one value or of a whole replay.
 *
 * - within tolerance: numbers that differ by no more than one part in 1e9
 * - not compared: what is known of both is equal, but it is not the content
 * - cannot: something that it takes is missing, and is named
 */
export type Verdict =
  'identical' | 'within tolerance' | 'not compared' | 'differs' | 'cannot';

/** What a cell shows. */
export interface View {
  kind: ViewKind;
  /** In one line. */
  title: string;
  /** The answer in a sentence; may be empty. */
  summary: string;
  /** From top to bottom. */
  sections: ViewSection[];
  /** The runs that it is about. */
  run_ids: string[];
}

/**
 * A column of a table; numbers are aligned to the right and sorted by value.
 */
export interface ViewColumn {
  name: string;
  is_number: boolean;
}

/** What is shown. */
export type ViewKind = 'runs' | 'comparison' | 'lineage';

/** A titled part of a view: a table, lines of text, or both. */
export interface ViewSection {
  title: string;
  columns: ViewColumn[];
  rows: ViewValue[][];
  /**
   * Text in a fixed-width face: the difference of a cell's source, or its
   * source.
   */
  lines: string[];
  /** What one should know of it. */
  note: string;
  /** Whether it is unfolded at first. */
  is_open: boolean;
}

/** What a cell of a table says besides its text; never by colour alone. */
export type ViewTone = 'plain' | 'better' | 'worse' | 'quiet';

/** One cell of a table. */
export interface ViewValue {
  /** As it is shown. */
  text: string;
  tone: ViewTone;
  /** The run that a click opens; empty where it is none. */
  run_id: string;
  /** Its value, by which rows are ordered; null of a text. */
  number: Float | null;
}

/**
 * The body that keeps a view of the runs table under a name; an empty
 * definition takes it away.
 */
export interface ViewWish {
  name: string;
  definition?: string;
}

/**
 * The store's methods: `POST celltrail/api/store/<name>` with the arguments as
 * a JSON object.
 */
export interface StoreApi {
  /**
   * Take in all that journals hold and the store does not; then end the runs of
   * dead kernels as killed.
   */
  fold: {
    arguments: Record<string, never>;
    result: FoldReport;
  };
  /** The store's health and size. */
  status: {
    arguments: Record<string, never>;
    result: StoreStatus;
  };
  /**
   * A page of runs.
   *
   * Raises:
   *     FilterError: The filter, an ordering or the cursor cannot be
   *     understood.
   */
  search_runs: {
    arguments: { query: RunQuery };
    result: RunPage;
  };
  /**
   * Everything of one run, by its id or the first four or more characters of
   * it.
   *
   * Raises:
   *     RunNotFoundError: No run or more than one matches.
   */
  get_run: {
    arguments: { run_id: string };
    result: RunDetail;
  };
  /**
   * Several runs in the order given, in one reading: for comparisons.
   *
   * Their children, group and ambiguous metrics are left empty: `get_run` has
   * them.
   *
   * Raises:
   *     RunNotFoundError: For one of the ids no run or more than one matches.
   */
  get_runs: {
    arguments: { run_ids: string[] };
    result: RunDetail[];
  };
  /**
   * Metrics that more than one run may own, newest first; of a cell that ran
   * again only the latest.
   */
  list_ambiguous: {
    arguments: { notebook_path?: string; limit?: number };
    result: AmbiguousMetric[];
  };
  /**
   * A metric over its steps, decimated to the minimum and maximum of each
   * bucket above `max_points`.
   *
   * Raises:
   *     RunNotFoundError: There is no such run; a key that it lacks gives no
   *     points.
   */
  metric_history: {
    arguments: { run_id: string; key: string; max_points?: number };
    result: MetricHistory;
  };
  /**
   * The whole ids of runs, by their ids or the first four or more characters of
   * them.
   *
   * Raises:
   *     RunNotFoundError: For one of them no run or more than one matches.
   */
  find_runs: {
    arguments: { run_ids: string[] };
    result: string[];
  };
  /**
   * A metric over its steps for those of at most 200 runs that have it: about
   * so many points of each, to draw.
   */
  metric_courses: {
    arguments: { run_ids: string[]; key: string; max_points?: number };
    result: MetricHistory[];
  };
  /**
   * The runs that match in groups by their values of `query.group_by`, one
   * group without it.
   *
   * Newest first, or by the best value of the metric that the query orders by;
   * with the extremes of the metrics among the query's keys. At most
   * `query.limit` and 1,000 groups.
   *
   * Raises:
   *     FilterError: The filter, the order or the grouping cannot be
   *     understood.
   */
  group_runs: {
    arguments: { query: RunQuery };
    result: Buckets;
  };
  /** The views of the runs table that were kept, by name. */
  list_views: {
    arguments: Record<string, never>;
    result: SavedView[];
  };
  /**
   * The texts that the note of a run had, newest first, at most 100; the first
   * is the note while it has one.
   *
   * Raises:
   *     RunNotFoundError: No run or more than one matches.
   */
  list_notes: {
    arguments: { run_id: string };
    result: PastNote[];
  };
  /** The parameter, metric and tag keys that occur. */
  list_keys: {
    arguments: Record<string, never>;
    result: RunKeys;
  };
  /** The badges of a notebook's cells, from each cell's last execution. */
  list_badges: {
    arguments: { notebook_path: string };
    result: CellBadge[];
  };
  /**
   * What the runs on a notebook's badges rest on: executions in executed order,
   * and whose work each one read.
   */
  list_links: {
    arguments: { notebook_path: string };
    result: CellLink[];
  };
  /**
   * A cell's executions, newest first, at most 1,000 at once.
   *
   * Where `with_elsewhere` is set, also those of a cell with this id in
   * notebooks of other names.
   */
  cell_history: {
    arguments: {
      notebook_path: string;
      cell_id: string;
      limit?: number;
      offset?: number;
      with_elsewhere?: boolean;
    };
    result: CellHistory;
  };
  /**
   * What one execution executed, whole.
   *
   * Raises:
   *     ExecutionNotFoundError: No execution has that id.
   */
  executed_source: {
    arguments: { execution_id: string };
    result: ExecutedSource;
  };
  /**
   * Cell executions of a notebook, newest first; of one cell where `cell_id` is
   * given.
   *
   * Where `session_id` is given, all of that session's, whatever the other
   * arguments, in executed order and with whole sources.
   */
  list_executions: {
    arguments: {
      notebook_path?: string;
      cell_id?: string;
      limit?: number;
      session_id?: string;
    };
    result: CellExecution[];
  };
  /**
   * The datasets that cells and runs used, those of replays left out: the named
   * ones, then by their last use.
   */
  list_datasets: {
    arguments: { limit?: number };
    result: DatasetSummary[];
  };
  /** Versions of data, those used last first. */
  list_dataset_versions: {
    arguments: { query: DatasetQuery };
    result: DatasetEntry[];
  };
}
