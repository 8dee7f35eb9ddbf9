/** A small language for "this JSON has that shape", whose complaints read as Slack's own do. */
import { isList, isObject, type JsonObject } from '../json.js';

export interface BlockProblem {
  /** JSON pointer into the message or view, for example `/blocks/0/text/text`. */
  readonly pointer: string;
  /** As Slack words it, for example `must be less than 3001 characters`. */
  readonly message: string;
}

/** Looks at a value and says everything that is wrong with it. */
export type Shape = (value: unknown, pointer: string) => readonly BlockProblem[];

const fine: readonly BlockProblem[] = [];

export function problem(pointer: string, message: string): readonly BlockProblem[] {
  return [{ pointer, message }];
}

/** Text of 1 to `max` characters, or 0 to `max` where `min` is 0. */
export function text(max: number, min = 1): Shape {
  return (value, pointer) => {
    if (typeof value !== 'string') return problem(pointer, 'must provide a string');
    if (value.length < min) return problem(pointer, `must be more than ${min - 1} characters`);
    if (value.length > max) return problem(pointer, `must be less than ${max + 1} characters`);
    return fine;
  };
}

export const flag: Shape = (value, pointer) =>
  typeof value === 'boolean' ? fine : problem(pointer, 'must provide a boolean');

export function number(min: number, max: number, whole = false): Shape {
  return (value, pointer) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return problem(pointer, 'must provide a number');
    if (whole && !Number.isInteger(value)) return problem(pointer, 'must provide an integer');
    if (value < min) return problem(pointer, `must be at least ${min}`);
    return value > max ? problem(pointer, `must be at most ${max}`) : fine;
  };
}

export function oneOf(...allowed: readonly unknown[]): Shape {
  return (value, pointer) =>
    allowed.includes(value)
      ? fine
      : problem(pointer, `must be a valid enum value; allowed: ${allowed.map(String).join(', ')}`);
}

/** An address that Slack's clients can open. */
export function url(max = 3000): Shape {
  return (value, pointer) => {
    const problems = text(max)(value, pointer);
    if (problems.length > 0) return problems;
    return typeof value === 'string' && /^(https?|mailto|slack):/i.test(value) && URL.canParse(value)
      ? fine
      : problem(pointer, 'must be a valid URL');
  };
}

export function list(item: Shape, max: number, min = 0): Shape {
  return (value, pointer) => {
    if (!isList(value)) return problem(pointer, 'must provide an array');
    if (value.length < min) return problem(pointer, `no less than ${min} items required`);
    if (value.length > max) return problem(pointer, `no more than ${max} items allowed`);
    return value.flatMap((each, index) => item(each, `${pointer}/${index}`));
  };
}

export interface Fields {
  readonly required?: Readonly<Record<string, Shape>>;
  readonly optional?: Readonly<Record<string, Shape>>;
  /** What no single field shows, for example that one of two must be there. */
  readonly also?: (value: JsonObject, pointer: string) => readonly BlockProblem[];
}

/** An object with these fields and no other; `type` is checked by who chose this shape. */
export function object(fields: Fields): Shape {
  const shapes: Readonly<Record<string, Shape>> = { ...fields.optional, ...fields.required };
  return (value, pointer) => {
    if (!isObject(value)) return problem(pointer, 'must provide an object');
    const missing = Object.keys(fields.required ?? {})
      .filter((name) => value[name] === undefined)
      .flatMap((name) => problem(pointer, `missing required field: ${name}`));
    const wrong = Object.entries(value).flatMap(([name, field]) => {
      if (name === 'type' || field === undefined) return fine;
      const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
      return shape === undefined
        ? problem(pointer, `invalid additional property: ${name}`)
        : shape(field, `${pointer}/${name}`);
    });
    return [...missing, ...wrong, ...(fields.also?.(value, pointer) ?? fine)];
  };
}

/** An object whose `type` picks its shape. */
export function byType(shapes: Readonly<Record<string, Shape>>): Shape {
  return (value, pointer) => {
    if (!isObject(value)) return problem(pointer, 'must provide an object');
    const type = value['type'];
    if (type === undefined) return problem(pointer, 'missing required field: type');
    if (typeof type !== 'string') return problem(`${pointer}/type`, 'must provide a string');
    const shape = Object.hasOwn(shapes, type) ? shapes[type] : undefined;
    return shape === undefined ? problem(`${pointer}/type`, `unsupported type: ${type}`) : shape(value, pointer);
  };
}

/** Complains about every value that came before. */
export function unique(values: readonly (readonly [string, unknown])[], what: string): readonly BlockProblem[] {
  const seen = new Set<unknown>();
  return values.flatMap(([pointer, value]) => {
    if (value === undefined) return fine;
    if (seen.has(value)) return problem(pointer, `${what} must be unique: ${JSON.stringify(value)}`);
    seen.add(value);
    return fine;
  });
}
