import { GenicamError } from "../genicam-error.ts";
import { type FormulaToken, formulaTokens } from "./formula-tokens.ts";

/** Operators of two operands, from the loosest to the tightest level of GenApi's formula language. `**` stands apart: it leans right. */
const LEVELS = [["||"], ["&&"], ["|"], ["^"], ["&"], ["=", "<>"], ["<", ">", "<=", ">="], ["<<", ">>"], ["+", "-"], ["*", "/", "%"]] as const;
export type BinaryOperator = (typeof LEVELS)[number][number] | "**";
export type UnaryOperator = "-" | "+" | "~";

const FORMULA_FUNCTIONS = ["SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN", "ABS", "EXP", "LN", "LG", "SQRT", "TRUNC", "ROUND", "FLOOR", "CEIL", "SGN", "NEG"] as const;
export type FormulaFunction = (typeof FORMULA_FUNCTIONS)[number];

/** A formula as a tree. Names are resolved when it is evaluated. */
export type Formula =
  | { readonly kind: "number"; readonly value: bigint | number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly operand: Formula }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: Formula; readonly right: Formula }
  | { readonly kind: "choice"; readonly condition: Formula; readonly yes: Formula; readonly no: Formula }
  | { readonly kind: "call"; readonly name: FormulaFunction; readonly operands: readonly Formula[] };

/** Brackets and operators inside one another; a formula by a person stays below ten. */
const MOST_NESTED = 100;

/**
 * Reads a formula of GenApi (SwissKnife, Converter). Function names are read in any case; a variable may hide the
 * constants PI and E.
 *
 * @throws GenicamError `formula` naming what was not understood
 */
export function parseFormula(text: string): Formula {
  const tokens = formulaTokens(text);
  let at = 0;
  let nested = 0;

  const isSign = (sign: string): boolean => {
    const token = tokens[at];
    return token?.kind === "sign" && token.sign === sign;
  };
  const take = (sign: string): boolean => {
    if (!isSign(sign)) return false;
    at += 1;
    return true;
  };
  const expect = (sign: string): void => {
    if (!take(sign)) throw refused(`"${sign}" is missing before ${wordAt(tokens, at)}`);
  };
  const deeper = (read: () => Formula): Formula => {
    nested += 1;
    if (nested > MOST_NESTED) throw refused(`it is nested deeper than ${MOST_NESTED}`);
    const formula = read();
    nested -= 1;
    return formula;
  };

  const choice = (): Formula => {
    const condition = binary(0);
    if (!take("?")) return condition;
    const yes = deeper(choice);
    expect(":");
    return { kind: "choice", condition, yes, no: deeper(choice) };
  };
  const binary = (level: number): Formula => {
    const operators = LEVELS[level];
    if (operators === undefined) return power();
    let left = binary(level + 1);
    for (;;) {
      const operator = operators.find((each) => isSign(each));
      if (operator === undefined) return left;
      at += 1;
      left = { kind: "binary", operator, left, right: binary(level + 1) };
      // A long chain leans to the left as deep as it is long, and is walked down to its end when it is evaluated.
      if (tokens.length > 4000) throw refused("it has too many operators");
    }
  };
  const power = (): Formula => {
    const base = unary();
    return take("**") ? { kind: "binary", operator: "**", left: base, right: deeper(power) } : base;
  };
  const unary = (): Formula => {
    for (const operator of ["-", "+", "~"] as const) {
      if (take(operator)) return { kind: "unary", operator, operand: deeper(unary) };
    }
    return primary();
  };
  const primary = (): Formula => {
    const token = tokens[at];
    if (token === undefined) throw refused("it ends too early");
    at += 1;
    if (token.kind === "number") return token;
    if (token.kind === "name") return isSign("(") ? call(token.name) : token;
    if (token.sign !== "(") throw refused(`"${token.sign}" stands where a value belongs`);
    const inner = deeper(choice);
    expect(")");
    return inner;
  };
  const call = (written: string): Formula => {
    const name = FORMULA_FUNCTIONS.find((each) => each === written.toUpperCase());
    if (name === undefined) throw refused(`there is no function "${written}"`);
    expect("(");
    const operands = [deeper(choice)];
    while (take(",")) operands.push(deeper(choice));
    expect(")");
    if (operands.length > (name === "ROUND" ? 2 : 1)) throw refused(`${name} takes no ${operands.length} values`);
    return { kind: "call", name, operands };
  };

  const formula = choice();
  if (at < tokens.length) throw refused(`${wordAt(tokens, at)} was not expected`);
  return formula;
}

/** Names of variables that a formula may ask for, PI and E included where they stand. */
export function formulaNames(formula: Formula): ReadonlySet<string> {
  const names = new Set<string>();
  const walk = (part: Formula): void => {
    switch (part.kind) {
      case "number": return;
      case "name": return void names.add(part.name);
      case "unary": return walk(part.operand);
      case "binary": walk(part.left); return walk(part.right);
      case "choice": walk(part.condition); walk(part.yes); return walk(part.no);
      case "call": return part.operands.forEach(walk);
    }
  };
  walk(formula);
  return names;
}

function wordAt(tokens: readonly FormulaToken[], at: number): string {
  const token = tokens[at];
  if (token === undefined) return "its end";
  return `"${token.kind === "number" ? String(token.value) : token.kind === "name" ? token.name : token.sign}"`;
}

function refused(reason: string): GenicamError {
  return new GenicamError("formula", "", `a formula is not understood: ${reason}`);
}
