import { isNodeSource, type BooleanNode, type ConverterNode, type FormulaParts, type NodeDescription, type Source, type SwissKnifeNode, type ValueSource } from "../description/node-description.ts";
import { evaluateFormula, type FormulaValue } from "../formula/evaluate-formula.ts";
import { type Formula, formulaNames } from "../formula/formula.ts";
import { toInteger } from "../formula/int64.ts";
import { GenicamError } from "../genicam-error.ts";
import { bytesFromFloat, bytesFromInteger, floatFromBytes, integerFromBytes, textFromBytes } from "./register-bytes.ts";
import type { RegisterAccess } from "./register-access.ts";
import type { Walk } from "./walk.ts";

/** Reading and writing what nodes stand for, one node asking the next. No checks of access or limits: see node-map.ts. */
export interface NodeValues {
  /** bigint from whole-number nodes, number from the others. */
  read(name: string, walk: Walk): Promise<FormulaValue>;
  readInteger(name: string, walk: Walk): Promise<bigint>;
  readText(name: string, walk: Walk): Promise<string>;
  write(name: string, value: FormulaValue, walk: Walk): Promise<void>;
  writeText(name: string, text: string, walk: Walk): Promise<void>;
  /** The value a source has now. */
  resolve(source: Source<bigint | number>, walk: Walk): Promise<FormulaValue>;
  /** Which of an indexed value's sources counts now. */
  chosen<T>(source: ValueSource<T>, owner: string, walk: Walk): Promise<Source<T>>;
  /** What a raw value of a converter means to people. */
  fromRaw(node: ConverterNode, raw: FormulaValue, walk: Walk): Promise<FormulaValue>;
}

export interface ValueParts {
  readonly node: (name: string) => NodeDescription;
  readonly registers: RegisterAccess;
  /** A variable's other sides: "Min", "Max", "Inc", "Entry.NAME". */
  readonly facet: (name: string, facet: string, walk: Walk) => Promise<FormulaValue>;
}

export function createNodeValues({ node: nodeOf, registers, facet }: ValueParts): NodeValues {
  /** Values of nodes that have no register behind them, once they were set. */
  const local = new Map<string, FormulaValue | string>();

  const resolve = async (source: Source<bigint | number>, walk: Walk): Promise<FormulaValue> => (isNodeSource(source) ? read(source.node, walk) : source.constant);

  const chosen = async <T>(source: ValueSource<T>, owner: string, walk: Walk): Promise<Source<T>> => {
    if (!("index" in source)) return source;
    const index = await readInteger(source.index, walk);
    const choice = source.choices.get(index) ?? source.otherwise;
    if (choice === undefined) throw new GenicamError("range", owner, `it has no value for ${source.index} ${index}`);
    return choice;
  };

  const readSource = async (owner: string, source: ValueSource<bigint | number>, walk: Walk): Promise<FormulaValue> => {
    const own = local.get(owner);
    if (own !== undefined && typeof own !== "string") return own;
    return resolve(await chosen(source, owner, walk), walk);
  };

  const writeSource = async (owner: string, source: ValueSource<bigint | number>, value: FormulaValue, walk: Walk): Promise<void> => {
    const target = await chosen(source, owner, walk);
    if (isNodeSource(target)) return write(target.node, value, walk);
    if ("index" in source) throw new GenicamError("access", owner, "its value stands in the file");
    local.set(owner, value);
  };

  const calculate = async (owner: string, formula: Formula, isInteger: boolean, parts: FormulaParts, given: ReadonlyMap<string, FormulaValue>, walk: Walk): Promise<FormulaValue> => {
    const values = new Map(given);
    const wanted = new Set<string>();
    const want = (part: Formula): void => {
      for (const name of formulaNames(part)) {
        if (wanted.has(name)) continue;
        wanted.add(name);
        const expression = parts.expressions.get(name);
        if (expression !== undefined) want(expression);
      }
    };
    want(formula);
    for (const name of wanted) {
      if (values.has(name) || parts.expressions.has(name)) continue;
      const value = parts.constants.get(name) ?? (await variable(parts, name, walk));
      if (value !== undefined) values.set(name, value);
    }
    const arithmetic = isInteger ? "integer" : "float";
    const open: string[] = [];
    const lookup = (name: string): FormulaValue | undefined => {
      const known = values.get(name);
      const expression = parts.expressions.get(name);
      if (known !== undefined || expression === undefined) return known;
      if (open.includes(name)) throw new GenicamError("cycle", owner, `its expression ${name} refers to itself`);
      open.push(name);
      const value = evaluateFormula(expression, arithmetic, lookup);
      open.pop();
      values.set(name, value);
      return value;
    };
    try {
      const value = evaluateFormula(formula, arithmetic, lookup);
      return isInteger ? toInteger(value) : Number(value);
    } catch (error) {
      if (error instanceof GenicamError && error.node === "") throw new GenicamError(error.problem, owner, error.message);
      throw error;
    }
  };

  const variable = async (parts: FormulaParts, name: string, walk: Walk): Promise<FormulaValue | undefined> => {
    // "A.Max" may be declared as such, or be a side of the variable "A".
    const [plain = "", ...rest] = name.split(".");
    const node = parts.variables.get(name) ?? parts.variables.get(plain);
    if (node === undefined) return undefined;
    const side = rest.join(".");
    return side === "" || side === "Value" ? read(node, walk) : facet(node, side, walk);
  };

  const fromRaw = (node: ConverterNode, raw: FormulaValue, walk: Walk): Promise<FormulaValue> =>
    calculate(node.name, node.fromRaw, node.isInteger, node.parts, new Map([["TO", raw]]), walk);

  const readKnife = (node: SwissKnifeNode, walk: Walk): Promise<FormulaValue> => calculate(node.name, node.formula, node.isInteger, node.parts, new Map(), walk);

  const readTruth = async (node: BooleanNode, walk: Walk): Promise<bigint> => {
    // A value of its own is a plain truth; one behind a node is compared with OnValue.
    const raw = await readSource(node.name, node.value, walk);
    const isPlain = !("index" in node.value) && !isNodeSource(node.value) && !local.has(node.name);
    return (isPlain ? toInteger(raw) !== 0n : toInteger(raw) === node.on) ? 1n : 0n;
  };

  async function read(name: string, from: Walk): Promise<FormulaValue> {
    const walk = from.enter(name);
    const node = nodeOf(name);
    switch (node.kind) {
      case "integer": return rounded(name, await readSource(name, node.value, walk));
      case "enumeration": case "command": return rounded(name, await readSource(name, node.value, walk));
      case "float": return Number(await readSource(name, node.value, walk));
      case "boolean": return readTruth(node, walk);
      case "intReg": return registers.readInteger(node, walk);
      case "floatReg": return floatFromBytes(await registers.readBytes(node, walk), node.place.isBigEndian);
      case "register": return registerInteger(name, await registers.readBytes(node, walk), node.place.isBigEndian);
      case "swissKnife": return readKnife(node, walk);
      case "converter": return fromRaw(node, await read(node.value, walk), walk);
      case "category": case "port": case "string": case "stringReg": throw new GenicamError("unknown", name, `a ${node.kind} is no number`);
    }
  }

  async function readInteger(name: string, walk: Walk): Promise<bigint> {
    return rounded(name, await read(name, walk));
  }

  async function write(name: string, value: FormulaValue, from: Walk): Promise<void> {
    const walk = from.enter(name);
    const node = nodeOf(name);
    walk.written.add(name);
    switch (node.kind) {
      case "integer": case "float": {
        const own = node.kind === "integer" ? rounded(name, value) : Number(value);
        await writeSource(name, node.value, own, walk);
        for (const copy of node.copies) await write(copy, own, walk);
        return;
      }
      case "enumeration": case "command": return writeSource(name, node.value, rounded(name, value), walk);
      case "boolean": return writeSource(name, node.value, rounded(name, value) === 0n ? node.off : node.on, walk);
      case "intReg": return registers.writeInteger(node, rounded(name, value), walk);
      case "floatReg": return registers.writeBytes(node, bytesFromFloat(Number(value), await registers.lengthOf(node, walk), node.place.isBigEndian), walk);
      case "register": return registers.writeBytes(node, bytesFromInteger(rounded(name, value), await registers.lengthOf(node, walk), node.place.isBigEndian), walk);
      case "converter": return write(node.value, await calculate(name, node.toRaw, node.isInteger, node.parts, new Map([["FROM", value]]), walk), walk);
      case "swissKnife": throw new GenicamError("access", name, "what is worked out cannot be set");
      case "category": case "port": case "string": case "stringReg": throw new GenicamError("unknown", name, `a ${node.kind} is no number`);
    }
  }

  async function readText(name: string, from: Walk): Promise<string> {
    const node = nodeOf(name);
    if (node.kind !== "string" && node.kind !== "stringReg") return String(await read(name, from));
    const walk = from.enter(name);
    if (node.kind === "stringReg") return textFromBytes(await registers.readBytes(node, walk));
    if (isNodeSource(node.value)) return readText(node.value.node, walk);
    const own = local.get(name);
    return typeof own === "string" ? own : node.value.constant;
  }

  async function writeText(name: string, text: string, from: Walk): Promise<void> {
    const walk = from.enter(name);
    const node = nodeOf(name);
    walk.written.add(name);
    if (node.kind === "stringReg") return registers.writeBytes(node, paddedText(name, text, await registers.lengthOf(node, walk)), walk);
    if (node.kind !== "string") throw new GenicamError("unknown", name, "it is no text");
    if (isNodeSource(node.value)) return writeText(node.value.node, text, walk);
    local.set(name, text);
  }

  return { read, readInteger, readText, write, writeText, resolve, chosen, fromRaw };
}

/** The nearest whole number: a float behind an integer feature is not cut off. */
function rounded(name: string, value: FormulaValue): bigint {
  if (typeof value === "bigint") return value;
  try {
    return toInteger(Math.round(value));
  } catch (error) {
    throw new GenicamError("range", name, `${value} is no whole number of 64 bits`, { cause: error });
  }
}

function paddedText(name: string, text: string, length: number): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > length) throw new GenicamError("range", name, `${bytes.length} bytes of text do not fit its ${length}`);
  const padded = new Uint8Array(length);
  padded.set(bytes);
  return padded;
}

function registerInteger(name: string, bytes: Uint8Array, isBigEndian: boolean): bigint {
  if (bytes.length > 8) throw new GenicamError("unknown", name, `its ${bytes.length} bytes are no number`);
  return BigInt.asIntN(64, integerFromBytes(bytes, isBigEndian));
}
