/** Reading the small things of a GenICam file: numbers, sources, formulas. */
import { parseFormula, type Formula } from "../formula/formula.ts";
import { GenicamError } from "../genicam-error.ts";
import { childText, type XmlElement } from "../xml/xml-element.ts";
import type { Source } from "./node-description.ts";

/** A whole number, decimal or 0x; what does not fit 64 bits signed is read as unsigned and wraps. */
export function readInteger(text: string): bigint {
  const clean = text.trim();
  const match = /^([+-]?)(0[xX][0-9a-fA-F]{1,16}|\d{1,20})(?:\.0*)?$/u.exec(clean);
  const digits = match?.[2];
  if (digits === undefined) throw new GenicamError("malformed", "", `"${clean.slice(0, 40)}" is no whole number`);
  const size = BigInt(digits);
  return BigInt.asIntN(64, match?.[1] === "-" ? -size : size);
}

/** A number; "INF" and "-INF" as XML Schema writes them. */
export function readNumber(text: string): number {
  const clean = text.trim();
  if (/^[+-]?inf(inity)?$/iu.test(clean)) return clean.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = clean === "" ? Number.NaN : Number(clean);
  if (Number.isNaN(value)) throw new GenicamError("malformed", "", `"${clean.slice(0, 40)}" is no number`);
  return value;
}

/** `<Min>` or `<pMin>`, whichever is there; undefined when neither is. */
export function readSource<T>(element: XmlElement, name: string, read: (text: string) => T): Source<T> | undefined {
  const node = childText(element, `p${name}`);
  if (node !== undefined) return { node };
  const text = childText(element, name);
  return text === undefined ? undefined : { constant: read(text) };
}

export function readFormula(element: XmlElement, name: string): Formula {
  const text = childText(element, name);
  if (text === undefined) throw new GenicamError("malformed", "", `it has no ${name}`);
  return parseFormula(text);
}

/** One of `allowed`, or `otherwise` where the element is absent or says something else. */
export function readChoice<T extends string>(element: XmlElement, name: string, allowed: readonly T[], otherwise: T): T {
  const text = childText(element, name);
  return allowed.find((each) => each === text) ?? otherwise;
}

/** The element of that name as an optional property. */
export function optionalText<K extends string>(key: K, text: string | undefined): { readonly [P in K]?: string } {
  // The one property is named by its key; a computed key widens the type to an index signature.
  return (text === undefined || text === "" ? {} : { [key]: text }) as { readonly [P in K]?: string };
}
