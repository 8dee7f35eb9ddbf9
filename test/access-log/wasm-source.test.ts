/** The WebAssembly that is shipped is of the source beside it. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

describe('the generated modules', () => {
  it('are what the compiler makes of their sources', () => {
    const { status, stderr } = spawnSync(process.execPath, ['test/build-wasm.mjs', '--check'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  }, 60_000);
});
