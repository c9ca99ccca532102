import { GenicamError } from "../genicam-error.ts";

/** A number written without a point or an exponent is whole, and stays exact. */
export type FormulaToken =
  | { readonly kind: "number"; readonly value: bigint | number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "sign"; readonly sign: string };

const MOST_CHARACTERS = 16_384;
const PATTERN = /\s*(?:(?<hex>0[xX][0-9a-fA-F]+)|(?<real>(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)|(?<whole>\d+)|(?<name>[A-Za-z_][A-Za-z0-9_.]*)|(?<sign>\*\*|<<|>>|<=|>=|<>|&&|\|\||[-+*/%&|^~<>=?:(),]))/uy;

/** The words of a formula. @throws GenicamError `formula` at a character that belongs to no word */
export function formulaTokens(text: string): readonly FormulaToken[] {
  if (text.length > MOST_CHARACTERS) throw new GenicamError("formula", "", `a formula of ${text.length} characters is too long`);
  const tokens: FormulaToken[] = [];
  const source = text.trimEnd();
  let at = 0;
  while (at < source.length) {
    PATTERN.lastIndex = at;
    const groups = PATTERN.exec(source)?.groups;
    if (groups === undefined) throw new GenicamError("formula", "", `"${source.slice(at, at + 12)}" at ${at} is no part of a formula`);
    at = PATTERN.lastIndex;
    tokens.push(tokenOf(groups));
  }
  return tokens;
}

function tokenOf({ hex, whole, real, name, sign }: Record<string, string | undefined>): FormulaToken {
  if (hex !== undefined) return { kind: "number", value: BigInt.asIntN(64, BigInt(hex)) };
  if (whole !== undefined) return { kind: "number", value: BigInt.asIntN(64, BigInt(whole)) };
  if (real !== undefined) return { kind: "number", value: Number(real) };
  if (name !== undefined) return { kind: "name", name };
  return { kind: "sign", sign: sign ?? "" };
}
