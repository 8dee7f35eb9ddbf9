/** Instances of a WebAssembly module, with what they export checked by name instead of trusted. */

export interface WasmInstance {
  readonly memory: WebAssembly.Memory;
  /** @throws TypeError where the module exports no such function. */
  call(name: string): (...values: readonly (number | boolean)[]) => number;
  /** @throws TypeError where the module exports no such variable. */
  variable(name: string): WebAssembly.Global;
  /** The value of an exported constant. */
  constant(name: string): number;
}

/** @returns a module to make instances of; null where this engine cannot run it (no SIMD, or no WebAssembly at all). */
export function compileWasm(base64: string): WebAssembly.Module | null {
  try {
    const bytes = Buffer.from(base64, 'base64');
    return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
  } catch {
    return null;
  }
}

/** @param bytes size of its memory, which never grows. */
export function startWasm(
  module: WebAssembly.Module,
  bytes: number,
  host: Readonly<Record<string, unknown>> = {},
): WasmInstance {
  const pages = Math.ceil(bytes / 65_536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(module, { env: { memory }, host });
  const variable = (name: string): WebAssembly.Global => {
    const found = exports[name];
    if (found instanceof WebAssembly.Global) return found;
    throw new TypeError(`The module exports no variable ${name}.`);
  };
  return {
    memory,
    variable,
    constant: (name) => variable(name).value,
    call(name) {
      const found = exports[name];
      if (typeof found === 'function') return found as (...values: readonly (number | boolean)[]) => number;
      throw new TypeError(`The module exports no function ${name}.`);
    },
  };
}
