/** The Terraform module, as far as that goes without Terraform: its blocks close, its references exist, and it allows what iam/ allows. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const files = readdirSync('terraform').filter((name) => name.endsWith('.tf'));
const texts = files.map((name) => readFileSync(join('terraform', name), 'utf8'));
/** Without comments and without what stands in strings, whose interpolations stay. */
const code = texts.map(stripped).join('\n');

function stripped(text: string): string {
  return text.replace(/^\s*#.*$/gm, '').replace(/"(?:[^"\\$]|\\.|\$(?!\{)|\$\{[^}]*\})*"/g, (literal) => {
    const inside = [...literal.matchAll(/\$\{([^}]*)\}/g)].map(([, expression = '']) => expression);
    return inside.length === 0 ? literal : `(${inside.join(') (')})`;
  });
}

const declared = (pattern: RegExp): readonly string[] =>
  [...code.matchAll(pattern)].map(([, ...names]) => names.join('.'));
const used = (pattern: RegExp): readonly string[] => [
  ...new Set([...code.matchAll(pattern)].map(([, ...names]) => names.join('.'))),
];

describe('the module', () => {
  it.each(files.map((name, index) => [name, texts[index] ?? ''] as const))(
    '%s closes every block and every quotation mark',
    (_name, text) => {
      const open: string[] = [];
      for (const line of stripped(text)
        .replace(/"[^"\n]*"/g, '')
        .split('\n')) {
        expect(line).not.toContain('"');
        for (const letter of line) {
          if ('{[('.includes(letter)) open.push(letter);
          if ('}])'.includes(letter)) expect(`${open.pop()}${letter}`).toMatch(/^(\{\}|\[\]|\(\))$/);
        }
      }
      expect(open).toEqual([]);
      expect(text).not.toMatch(/\t| +$/m);
    },
  );

  it('declares every variable that it uses, and uses every one', () => {
    const variables = declared(/^variable "(\w+)"/gm);
    expect([...used(/\bvar\.(\w+)/g)].sort()).toEqual([...variables].sort());
    for (const name of variables) expect(code).toMatch(new RegExp(`variable "${name}" \\{\\s+description`));
  });

  it('refers to nothing that is not there', () => {
    const known = [
      ...declared(/^resource "(\w+)" "(\w+)"/gm),
      ...declared(/^data "(\w+)" "(\w+)"/gm).map((name) => `data.${name}`),
    ];
    const references = used(/(?<![\w."])((?:data\.)?aws_\w+\.\w+)/g);
    expect(references.length).toBeGreaterThan(10);
    expect(references.filter((name) => !known.includes(name))).toEqual([]);
    const locals = declared(/^ {2}(\w+) += /gm);
    expect(used(/\blocal\.(\w+)/g).filter((name) => !locals.includes(name))).toEqual([]);
  });

  it('puts out the ARN of both roles', () => {
    expect(declared(/^output "(\w+)"/gm)).toEqual([
      'read_role_arn',
      'change_role_arn',
      'audit_role_arn',
      'audit_bucket',
    ]);
  });

  it('is explained variable for variable where it must be given', () => {
    const readme = readFileSync('terraform/README.md', 'utf8');
    for (const name of [
      'principal_arn',
      'external_id',
      'log_bucket_arns',
      'change_distribution_arns',
      'audit_bucket_name',
    ])
      expect(readme).toContain(name);
  });
});

describe('what the module allows', () => {
  const written = (file: string): readonly string[] =>
    [...readFileSync(join('terraform', file), 'utf8').matchAll(/"([a-z0-9]+:[A-Z]\w*\*?)"/g)].map(
      ([, action = '']) => action,
    );
  const inFile = (file: string, where: (resource: unknown) => boolean): readonly string[] =>
    (
      JSON.parse(readFileSync(join('iam', file), 'utf8')) as {
        readonly Statement: readonly { readonly Action: string | readonly string[]; readonly Resource: unknown }[];
      }
    ).Statement.filter(({ Resource }) => where(Resource)).flatMap(({ Action }) => Action);
  const sorted = (actions: readonly string[]): readonly string[] => [...new Set(actions)].sort();

  it('of reading is what iam/read-only.json allows on named things; the rest is taken from the file itself', () => {
    const ofModule = written('read-role.tf').filter((action) => !/^(sts|aws):/.test(action));
    expect(sorted(ofModule)).toEqual(sorted(inFile('read-only.json', (resource) => resource !== '*')));
  });

  it.each([
    ['change-role.tf', 'change.json'],
    ['change-trials.tf', 'change-trial.json'],
    ['audit-bucket.tf', 'audit-shipping.json'],
  ])('%s is what iam/%s allows', (module, file) => {
    const ofModule = written(module).filter((action) => !/^(sts|aws):/.test(action));
    expect(sorted(ofModule)).toEqual(sorted(inFile(file, () => true)));
  });
});
