/**
 * The two commands of the README, on a machine that has only Node and git: installs what is missing (packages, Redis), builds, then runs the
 * demo or every check that a commit must pass. Plain JavaScript without dependencies, because it runs before there are any.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [command, ...rest] = process.argv.slice(2);
// The SDK's remark on Node 20 says nothing about cf502; people who run the product see it in their own log.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

function run(program, args, options = {}) {
  return spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options }).status === 0;
}

/** Others go first. Where it cannot be said, or the process is over, nothing is lost. */
function yieldTo(pid) {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It goes on as it was.
  }
}

/** The same without waiting for it. @returns a promise of whether it went well. */
function runBeside(program, args, { stdio = 'inherit', isPatient = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio });
    // The tests beside it have what the machine has.
    if (isPatient) yieldTo(child.pid);
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}

function answers(program, args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function ensureNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`cf502 needs Node 20.19 or newer; this is ${process.versions.node}.`);
}

function ensurePackages() {
  const installed = join(root, 'node_modules/.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  process.stderr.write('Installing packages (npm ci) ...\n');
  if (!run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: ['ignore', 'ignore', 'inherit'] }))
    fail('npm ci failed; see above.');
}

function ensureRedis() {
  if (process.env.REDIS_URL) return;
  const present = () => answers('redis-server', ['--version']) || answers('valkey-server', ['--version']);
  if (present()) return;
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'] };
  if (process.getuid?.() === 0 && answers('apt-get', ['--version'])) {
    process.stderr.write('Installing redis-server (apt-get) ...\n');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    if (!run('apt-get', ['install', '-y', '-qq', 'redis-server'], { ...quiet, stdio: 'ignore', env })) {
      run('apt-get', ['update', '-qq'], { ...quiet, env });
      run('apt-get', ['install', '-y', '-qq', 'redis-server'], { ...quiet, env });
    }
  } else if (answers('brew', ['--version'])) {
    process.stderr.write('Installing redis (brew) ...\n');
    run('brew', ['install', '--quiet', 'redis'], quiet);
  }
  if (!present()) {
    fail(
      'There is no Redis on this machine. Install one with `sudo apt-get install redis-server`, `sudo dnf install valkey` or `brew install redis`, or set REDIS_URL, then run this again.',
    );
  }
}

const bin = (name) => join(root, 'node_modules/.bin', name);

function build() {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  return runBeside(bin('tsc'), []);
}

/** After `npm ci`: builds where the compiler is installed; `npm ci --omit=dev` has none and takes a `dist` built elsewhere. */
async function prepare() {
  if (!existsSync(bin('tsc'))) return;
  if (!(await build())) fail('The build failed; see above.');
}

async function runDemo() {
  if (!(await build())) fail('The build failed; see above.');
  process.exit(run(process.execPath, [join(root, 'dist/test/playground/demo.js'), ...rest]) ? 0 : 1);
}

async function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'cf502-test-'));
  const results = join(folder, 'jest.json');
  const jest = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules/jest/bin/jest.js'),
  ];
  let passed = 0;
  let failed = 0;
  const count = (name, ok, started) =>
    process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
  const step = async (name, start) => {
    const started = Date.now();
    const ok = await start();
    count(name, ok, started);
    if (ok) passed++;
    else failed++;
  };
  const isPatient = true;
  const checks = [
    step('format and lint', () => runBeside(bin('biome'), ['ci', '--error-on-warnings', '.'], { isPatient })),
    step('promises (type-aware lint)', () => runBeside(bin('oxlint'), ['--type-aware', '--quiet'], { isPatient })),
    step('dead code', () => runBeside(bin('knip'), [], { isPatient })),
  ];
  // Tests start the product as it was built.
  await step('types', build);
  const started = Date.now();
  const ok = await runBeside(process.execPath, [...jest, '--json', `--outputFile=${results}`, ...rest], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  count('tests', ok, started);
  await Promise.all(checks);
  if (existsSync(results)) {
    const report = JSON.parse(readFileSync(results, 'utf8'));
    passed += report.numPassedTests;
    failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
    if (!ok && failed === 0) failed++;
  } else {
    failed++;
  }
  rmSync(folder, { recursive: true, force: true });
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exit(failed === 0 ? 0 : 1);
}

ensureNode();
if (command === 'prepare') {
  await prepare();
  process.exit(0);
}
ensurePackages();
ensureRedis();
if (command === 'demo') await runDemo();
else if (command === 'test') await runTests();
else fail('usage: node test/run.mjs demo|test|prepare');
