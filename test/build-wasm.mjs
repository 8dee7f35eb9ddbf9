/**
 * Compiles src/access-log/wasm/*.as (AssemblyScript, a dialect of TypeScript) into modules that carry the bytes as text, so that the product
 * needs neither the compiler nor a file beside its code. `--check` writes nothing and fails where a generated file is not of its source.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src/access-log/wasm');
const isCheck = process.argv.includes('--check');

async function compile(source) {
  const outputs = new Map();
  const { error } = await asc.main(
    [
      'module.ts',
      '--outFile=module.wasm',
      '--runtime=stub',
      '-O3',
      '--converge',
      '--noAssert',
      '--enable=simd',
      '--importMemory',
      '--initialMemory=1',
      '--use=abort=',
    ],
    {
      readFile: (name) => (name === 'module.ts' ? source : null),
      writeFile: (name, contents) => outputs.set(name, contents),
      listFiles: () => [],
    },
  );
  if (error) throw error;
  return Buffer.from(outputs.get('module.wasm'));
}

let isStale = false;
for (const file of readdirSync(folder).filter((name) => name.endsWith('.as'))) {
  const bytes = await compile(readFileSync(join(folder, file), 'utf8'));
  const name = file.replace(/\.as$/, '');
  const lines = bytes.toString('base64').match(/.{1,112}/g) ?? [];
  const text = [
    `/** Generated from ${file} by \`npm run build:wasm\`: do not edit. ${bytes.length} bytes of WebAssembly. */`,
    '// biome-ignore format: generated',
    `export const ${name.replace(/-([a-z])/g, (_match, letter) => letter.toUpperCase())}Wasm = [`,
    ...lines.map((line) => `  '${line}',`),
    "].join('');",
    '',
  ].join('\n');
  const target = join(folder, `${name}.wasm.ts`);
  if (!isCheck) writeFileSync(target, text);
  else if (readFileSync(target, 'utf8') !== text) {
    isStale = true;
    process.stderr.write(`${name}.wasm.ts is not of ${file}: run \`npm run build:wasm\`.\n`);
  }
}
process.exitCode = isStale ? 1 : 0;
