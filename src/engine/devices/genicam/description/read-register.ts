/** Reading registers: where they lie, how their bytes and bits are meant. */
import { GenicamError } from "../genicam-error.ts";
import { childrenNamed, childText, type XmlElement } from "../xml/xml-element.ts";
import type { AddressTerm, DeclaredAccess, RegisterPlace, Source } from "./node-description.ts";
import { readChoice, readInteger, readSource } from "./read-values.ts";

const ACCESS: readonly DeclaredAccess[] = ["RO", "WO", "RW"];

/**
 * @param inlineName gives a name to a formula written inside an address, which becomes a node of its own
 * @throws GenicamError `malformed` without a port or an address
 */
export function readPlace(element: XmlElement, inlineName: (formula: XmlElement) => string): RegisterPlace {
  const port = childText(element, "pPort");
  if (port === undefined) throw new GenicamError("malformed", "", "it has no pPort");
  const address: AddressTerm[] = [];
  for (const child of element.children) {
    if (child.name === "Address") address.push({ constant: readInteger(child.text) });
    else if (child.name === "pAddress") address.push({ node: child.text });
    else if (child.name === "IntSwissKnife") address.push({ node: inlineName(child) });
    else if (child.name === "pIndex") address.push(indexTerm(child));
  }
  if (address.length === 0) throw new GenicamError("malformed", "", "it has no address");
  return {
    address, port,
    length: readSource(element, "Length", readInteger) ?? { constant: 4n },
    access: readChoice(element, "AccessMode", ACCESS, "RO"),
    caching: readChoice(element, "Cachable", ["NoCache", "WriteThrough", "WriteAround"], "WriteThrough"),
    isBigEndian: childText(element, "Endianess") === "BigEndian",
  };
}

/** Bits of a MaskedIntReg or StructEntry as the file counts them; undefined for a whole register. */
export function readBits(element: XmlElement): { readonly first: number; readonly second: number } | undefined {
  const bit = childText(element, "Bit");
  const lsb = bit ?? childText(element, "LSB");
  const msb = bit ?? childText(element, "MSB");
  if (lsb === undefined || msb === undefined) return undefined;
  return { first: bitNumber(lsb), second: bitNumber(msb) };
}

/**
 * The bits counted from the lowest one of the number. Big-endian files count from the other end of the register, hence
 * only now that its length is known.
 *
 * @throws GenicamError `malformed` for bits outside the register
 */
export function bitRange(bits: { readonly first: number; readonly second: number }, length: number, isBigEndian: boolean): { readonly lsb: number; readonly msb: number } {
  const place = (bit: number): number => (isBigEndian ? 8 * length - bit - 1 : bit);
  const lsb = Math.min(place(bits.first), place(bits.second));
  const msb = Math.max(place(bits.first), place(bits.second));
  if (lsb < 0 || msb >= 8 * length) throw new GenicamError("malformed", "", `bits ${bits.first} to ${bits.second} lie outside its ${length} bytes`);
  return { lsb, msb };
}

function indexTerm(element: XmlElement): AddressTerm {
  const fixed = element.attributes.get("Offset");
  const node = element.attributes.get("pOffset");
  const offset: Source<bigint> | undefined = node !== undefined ? { node } : fixed !== undefined ? { constant: readInteger(fixed) } : undefined;
  return offset === undefined ? { index: element.text } : { index: element.text, offset };
}

function bitNumber(text: string): number {
  const bit = readInteger(text);
  if (bit < 0n || bit > 4096n) throw new GenicamError("malformed", "", `there is no bit ${bit}`);
  return Number(bit);
}

/** The parts of a StructReg: each is a register that has its own bits and everything else from the whole. */
export function structEntries(struct: XmlElement): readonly XmlElement[] {
  return childrenNamed(struct, "StructEntry").map((entry) => {
    const own = new Set(entry.children.map(({ name }) => name));
    const inherited = struct.children.filter(({ name }) => name !== "StructEntry" && !own.has(name));
    return { ...entry, children: [...entry.children, ...inherited] };
  });
}
