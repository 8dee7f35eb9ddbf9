/** Progress on stderr. */
import { describe, expect, it } from '@jest/globals';
import type { TaskProgress } from '../../src/diagnosis/progress.js';
import { createProgressDisplay } from '../../src/terminal/progress-display.js';

const task = (state: TaskProgress['state'], phrase = '', id = 'access-logs'): TaskProgress => ({
  id,
  kind: 'access-logs',
  title: `Scan ${id}`,
  state,
  phrase,
});

function display(columns: number | null) {
  const written: string[] = [];
  return { written, display: createProgressDisplay({ write: (text) => written.push(text), columns }) };
}

describe('without a terminal', () => {
  it('writes a line for each task when it is over, once', () => {
    const { written, display: shown } = display(null);
    for (const state of ['waiting', 'running', 'running', 'done', 'done'] as const) shown.show(task(state));
    shown.show(task('unavailable', 'AWS did\u001b[2J not\nallow it.', 'metrics'));
    shown.clear();
    expect(written).toEqual(['done: Scan access-logs\n', 'not available: Scan metrics: AWS did [2J not allow it.\n']);
  });
});

describe('on a terminal', () => {
  it('writes over one line that fits, and takes it away', () => {
    const { written, display: shown } = display(24);
    shown.show(task('running', '12 of 40 log objects'));
    shown.show(task('running', '12 of 40 log objects'));
    shown.show(task('done', '', 'metrics'));
    shown.clear();
    shown.clear();
    expect(written).toEqual(
      ['\r\u001b[2K0 of 1  Scan access-logs', '\r\u001b[2K1 of 2  Scan metrics', '\r\u001b[2K'].map((line, index) =>
        index === 0 ? line.slice(0, 5 + 23) : line,
      ),
    );
  });
});
