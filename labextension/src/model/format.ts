/** Numbers, times and digests as people read them in a narrow column. */
import type { Float } from '../api';

/** The part of JupyterLab's translation bundle that formatting needs; in plural forms %1 is the count itself. */
export interface Translate {
  __(text: string, ...args: unknown[]): string;
  _n(one: string, many: string, count: number, ...args: unknown[]): string;
}

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;
const MICROSECONDS = 1_000_000;
// Chromium makes a formatter anew for each toLocaleString('en-US'): 80 µs, which every row of a table would pay.
const COUNT = new Intl.NumberFormat('en-US');

/** A float of the server's JSON as a JavaScript number. */
export function toNumber(value: Float): number {
  if (typeof value === 'number') {
    return value;
  }
  return value === 'NaN' ? NaN : value === 'Infinity' ? Infinity : -Infinity;
}

/** A metric in about six characters: four significant digits, or an integer in full. */
export function formatNumber(value: Float): string {
  const number = toNumber(value);
  if (Number.isNaN(number)) {
    return 'NaN';
  }
  if (!Number.isFinite(number)) {
    return number > 0 ? '∞' : '−∞';
  }
  const size = Math.abs(number);
  if (Number.isInteger(number) && size < 1e9) {
    return minus(COUNT.format(number));
  }
  if (size >= 1e9 || size < 1e-4) {
    return minus(number.toExponential(2));
  }
  return minus(
    size >= 10_000 ? COUNT.format(Math.round(number)) : number.toPrecision(4)
  );
}

/** A duration in seconds with the two units that matter. */
export function formatDuration(seconds: Float): string {
  const value = Math.max(0, toNumber(seconds));
  if (!Number.isFinite(value)) {
    return '–';
  }
  if (value < 0.9995) {
    const ms = value * 1000;
    return `${ms < 9.95 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
  }
  if (value < MINUTE_S - 0.05) {
    return `${value.toFixed(1)} s`;
  }
  const whole = Math.round(value);
  if (whole < HOUR_S) {
    return `${Math.floor(whole / MINUTE_S)} min ${whole % MINUTE_S} s`;
  }
  if (whole < DAY_S) {
    return `${Math.floor(whole / HOUR_S)} h ${Math.floor((whole % HOUR_S) / MINUTE_S)} min`;
  }
  return `${Math.floor(whole / DAY_S)} d ${Math.floor((whole % DAY_S) / HOUR_S)} h`;
}

/**
 * How long ago something was.
 *
 * @param at - Microseconds since the epoch.
 * @param now - Milliseconds since the epoch, as Date.now() gives.
 */
export function formatAgo(at: number, now: number, trans: Translate): string {
  const seconds = Math.max(0, now / 1000 - at / MICROSECONDS);
  if (seconds < 10) {
    return trans.__('just now');
  }
  if (seconds < MINUTE_S) {
    return trans.__('%1 s ago', Math.floor(seconds));
  }
  if (seconds < HOUR_S) {
    return trans.__('%1 min ago', Math.floor(seconds / MINUTE_S));
  }
  if (seconds < DAY_S) {
    return trans.__('%1 h ago', Math.floor(seconds / HOUR_S));
  }
  const days = Math.floor(seconds / DAY_S);
  if (days < 30) {
    return trans.__('%1 d ago', days);
  }
  return new Date(at / 1000).toISOString().slice(0, 10);
}

/** A moment in the reader's own time zone. */
export function formatMoment(at: number): string {
  return new Date(at / 1000).toLocaleString();
}

/** A size in the unit that keeps it below 1,024. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const text = unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1);
  return `${text} ${units[unit] ?? ''}`;
}

/** A count with thousands separated. */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** The first ten digits of a digest, without the name of its algorithm. */
export function shortDigest(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1).slice(0, 10);
}

/** A value as a list of values shows it: of a digest or a commit its beginning. */
export function shortValue(value: string): string {
  return /^([a-z0-9-]+:)?[0-9a-f]{32,}$/.test(value)
    ? `${shortDigest(value)}…`
    : value;
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function minus(text: string): string {
  return text.replace('-', '−').replace('e−', 'e-').replace('e+', 'e');
}
