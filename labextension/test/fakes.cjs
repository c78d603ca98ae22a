/** What stands for JupyterLab and for the server in the tests of the model. */
const { Signal } = require('@lumino/signaling');

const fill = (text, args) =>
  args.reduce((done, each, index) => done.replace(`%${index + 1}`, each), text);

/** English. */
exports.trans = {
  __: (text, ...args) => fill(text, args),
  _n: (one, many, count, ...args) => fill(count === 1 ? one : many, [count, ...args])
};

/** A run with an id, and whatever else matters to the test. */
exports.run = (id, more = {}) => ({
  run_id: id,
  name: id,
  status: 'finished',
  kind: 'fit',
  session_id: 's',
  execution_id: 'e',
  notebook_path: 'a.ipynb',
  cell_id: 'c',
  execution_count: 1,
  started_at: 0,
  ended_at: 1,
  duration_s: 1,
  estimator: '',
  variable: '',
  parent_run_id: '',
  group_id: '',
  child_count: 0,
  key_metric: null,
  params: {},
  metrics: {},
  tags: {},
  title: id,
  differs: '',
  cell_status: null,
  cell_error: '',
  child_metric: null,
  replay_of: '',
  ...more
});

/** A server with a list of runs; it keeps what it was asked and can be held back or broken. */
exports.FakeSource = class FakeSource {
  constructor(runs) {
    this.runs = runs;
    this.asked = [];
    this.failure = null;
    this.gate = null;
    this.isPaused = false;
    this.badges = [];
    this.storeChanged = new Signal(this);
  }

  async ask(notebook, method, args) {
    this.asked.push({ notebook, method, args });
    if (this.gate !== null) {
      await this.gate;
    }
    if (this.failure !== null) {
      throw this.failure;
    }
    if (method === 'search_runs') {
      return this.search(args.query);
    }
    if (method === 'get_run') {
      return { run: this.runs.find(run => run.run_id === args.run_id) };
    }
    if (method === 'list_badges') {
      return this.badges;
    }
    if (method === 'list_keys') {
      return {
        metrics: ['rmse', 'r2'],
        params: ['alpha'],
        tags: ['celltrail.kept', 'team'],
        metric_count: 2,
        param_count: 1,
        tag_count: 2,
        stepped_metrics: ['rmse']
      };
    }
    if (method === 'list_views' || method === 'metric_courses') {
      return [];
    }
    if (method === 'group_runs') {
      return this.group(args.query);
    }
    if (method === 'list_ambiguous') {
      return [];
    }
    return { quarantined: [], refused: [], capture_failures: [] };
  }

  search(query) {
    const parent = query.parent_run_id ?? '';
    const text = query.text ?? '';
    const found = this.runs.filter(
      run =>
        run.parent_run_id === parent &&
        run.name.includes(text) &&
        (query.is_any_group !== false ||
          (run.params[query.group_by.replace(/^params\./, '')] ?? null) === query.group_value)
    );
    const start = Number(query.cursor || 0) + (query.offset ?? 0);
    const end = start + query.limit;
    return {
      runs: found.slice(start, end),
      next_cursor: end < found.length ? String(end) : '',
      total: found.length
    };
  }

  group(query) {
    const key = (query.group_by ?? '').replace(/^params\./, '');
    const counts = new Map();
    for (const each of this.runs) {
      const value = each.params[key] ?? null;
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const buckets = [...counts].map(([value, count]) => ({ value, count, latest_at: 0, metrics: [] }));
    return { buckets, total: buckets.length };
  }

  async edit(_, edit) {
    this.edits = [...(this.edits ?? []), edit];
    return { run_ids: edit.run_ids };
  }

  async saveView(_, wish) {
    return { ...wish, saved_at: 1 };
  }

  async projects() {
    if (this.failure !== null) {
      throw this.failure;
    }
    return { projects: [{ key: 'p', state: 'owned' }], current: 'p' };
  }

  async tracking() {
    return { project: 'p', is_paused: this.isPaused, is_enabled: true };
  }

  async replay() {
    return { revision: 1, run_id: '', phase: 'none', report: null };
  }

  async setPaused(_, isPaused) {
    this.isPaused = isPaused;
    return this.tracking();
  }

  of(method) {
    return this.asked.filter(each => each.method === method);
  }
};

/** Let everything that waits for nothing but a turn of the loop happen. */
exports.settle = (ms = 0) => new Promise(resolve => setTimeout(resolve, ms));
