import { GenicamError } from "../genicam-error.ts";
import type { BinaryOperator, Formula, FormulaFunction } from "./formula.ts";
import { divided, multiplied, powered, remainder, shiftedLeft, shiftedRight, toInteger, wrapped } from "./int64.ts";

/** A value in a formula: bigint is a 64-bit whole number, number is a double. */
export type FormulaValue = bigint | number;

/**
 * How numbers are meant. "integer": whole numbers stay 64-bit whole numbers, division cuts off, a value with a fraction
 * appears only where the formula itself brings one in. "float": everything is a double but the operands of & | ^ ~ << >>.
 */
export type Arithmetic = "integer" | "float";

/**
 * The value of a formula. Both sides of && and || are looked at only as far as needed, as are those of `? :`.
 *
 * @param lookup value of a variable; undefined where there is none of that name
 * @throws GenicamError `formula`: unknown name, division by zero, a result that is no number
 */
export function evaluateFormula(formula: Formula, arithmetic: Arithmetic, lookup: (name: string) => FormulaValue | undefined): FormulaValue {
  const convert = (value: FormulaValue): FormulaValue => (arithmetic === "float" ? Number(value) : typeof value === "bigint" ? wrapped(value) : value);
  const truth = (value: boolean): FormulaValue => convert(value ? 1n : 0n);
  const walk = (part: Formula): FormulaValue => {
    switch (part.kind) {
      case "number": return convert(part.value);
      case "name": return convert(lookup(part.name) ?? constant(part.name));
      case "choice": return isTrue(walk(part.condition)) ? walk(part.yes) : walk(part.no);
      case "unary": {
        const operand = walk(part.operand);
        if (part.operator === "~") return convert(~toInteger(operand));
        return part.operator === "+" ? operand : negated(operand);
      }
      case "binary":
        if (part.operator === "&&") return truth(isTrue(walk(part.left)) && isTrue(walk(part.right)));
        if (part.operator === "||") return truth(isTrue(walk(part.left)) || isTrue(walk(part.right)));
        return convert(combine(part.operator, walk(part.left), walk(part.right)));
      case "call": return convert(applied(part.name, part.operands.map(walk)));
    }
  };
  const value = walk(formula);
  if (typeof value === "number" && Number.isNaN(value)) throw new GenicamError("formula", "", "a formula's result is no number");
  return value;
}

function combine(operator: Exclude<BinaryOperator, "&&" | "||">, left: FormulaValue, right: FormulaValue): FormulaValue {
  switch (operator) {
    case "&": return toInteger(left) & toInteger(right);
    case "|": return toInteger(left) | toInteger(right);
    case "^": return toInteger(left) ^ toInteger(right);
    case "<<": return shiftedLeft(toInteger(left), toInteger(right));
    case ">>": return shiftedRight(toInteger(left), toInteger(right));
    // Loose on purpose: a whole number and a double are equal when they stand for the same number, exactly.
    case "=": return compare(left, right) === 0 ? 1n : 0n;
    case "<>": return compare(left, right) === 0 ? 0n : 1n;
    case "<": return left < right ? 1n : 0n;
    case ">": return left > right ? 1n : 0n;
    case "<=": return left <= right ? 1n : 0n;
    case ">=": return left >= right ? 1n : 0n;
    default: break;
  }
  if (typeof left === "bigint" && typeof right === "bigint") {
    switch (operator) {
      case "+": return wrapped(left + right);
      case "-": return wrapped(left - right);
      case "*": return multiplied(left, right);
      case "/": return divided(left, right);
      case "%": return remainder(left, right);
      case "**": return powered(left, right);
    }
  }
  const a = Number(left);
  const b = Number(right);
  switch (operator) {
    case "+": return a + b;
    case "-": return a - b;
    case "*": return a * b;
    case "/": return a / nonZero(b);
    case "%": return a % nonZero(b);
    case "**": return a ** b;
  }
}

function applied(name: FormulaFunction, [first = 0n, second]: readonly FormulaValue[]): FormulaValue {
  const x = Number(first);
  if (typeof first === "bigint") {
    switch (name) {
      case "TRUNC": case "FLOOR": case "CEIL": case "ROUND": return first;
      case "ABS": return wrapped(first < 0n ? -first : first);
      case "NEG": return wrapped(-first);
      case "SGN": return first === 0n ? 0n : first < 0n ? -1n : 1n;
      default: break;
    }
  }
  switch (name) {
    case "SIN": return Math.sin(x);
    case "COS": return Math.cos(x);
    case "TAN": return Math.tan(x);
    case "ASIN": return Math.asin(x);
    case "ACOS": return Math.acos(x);
    case "ATAN": return Math.atan(x);
    case "EXP": return Math.exp(x);
    case "LN": return Math.log(x);
    case "LG": return Math.log10(x);
    case "SQRT": return Math.sqrt(x);
    case "ABS": return Math.abs(x);
    case "TRUNC": return Math.trunc(x);
    case "FLOOR": return Math.floor(x);
    case "CEIL": return Math.ceil(x);
    case "SGN": return Math.sign(x);
    case "NEG": return -x;
    case "ROUND": return rounded(x, second === undefined ? 0 : Number(second));
  }
}

/** Half away from zero, as C rounds, to that many decimals. */
function rounded(value: number, decimals: number): number {
  const scale = 10 ** Math.trunc(decimals);
  const result = (Math.sign(value) * Math.round(Math.abs(value) * scale)) / scale;
  return Number.isFinite(result) ? result : value;
}

function compare(left: FormulaValue, right: FormulaValue): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function isTrue(value: FormulaValue): boolean {
  return typeof value === "bigint" ? value !== 0n : value !== 0;
}

function negated(value: FormulaValue): FormulaValue {
  return typeof value === "bigint" ? wrapped(-value) : -value;
}

function nonZero(value: number): number {
  if (value === 0) throw new GenicamError("formula", "", "a formula divides by zero");
  return value;
}

function constant(name: string): number {
  if (name.toUpperCase() === "PI") return Math.PI;
  if (name.toUpperCase() === "E") return Math.E;
  throw new GenicamError("formula", "", `a formula asks for "${name}", which it was not given`);
}
