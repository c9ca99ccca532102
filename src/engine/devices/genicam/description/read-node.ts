import { GenicamError } from "../genicam-error.ts";
import { childrenNamed, childText, type XmlElement } from "../xml/xml-element.ts";
import type { EnumEntry, FormulaParts, NodeBase, NodeDescription, Representation, Source, ValueSource } from "./node-description.ts";
import { readBits, readPlace } from "./read-register.ts";
import { optionalText, readChoice, readFormula, readInteger, readNumber, readSource } from "./read-values.ts";
import { parseFormula } from "../formula/formula.ts";

const REPRESENTATIONS: readonly Representation[] = ["Linear", "Logarithmic", "Boolean", "PureNumber", "HexNumber", "IPV4Address", "MACAddress"];

/**
 * One node of the file.
 * @throws GenicamError `malformed` or `formula`, without the node's name
 */
export function readNode(element: XmlElement, name: string, inlineName: (formula: XmlElement) => string): NodeDescription {
  const base = readBase(element, name);
  const presented = readPresented(element);
  switch (element.name) {
    case "Category":
      return { ...base, kind: "category", features: childrenNamed(element, "pFeature").map(({ text }) => text) };
    case "Integer":
      return { ...base, ...presented, kind: "integer", value: readValue(element, readInteger), copies: copies(element), ...readLimits(element, readInteger) };
    case "Float": {
      const digits = childText(element, "DisplayPrecision");
      return {
        ...base, ...presented, kind: "float", value: readValue(element, readNumber), copies: copies(element), ...readLimits(element, readNumber),
        ...(digits === undefined ? {} : { displayPrecision: readNumber(digits) }),
      };
    }
    case "Boolean":
      return {
        ...base, kind: "boolean", value: readValue(element, readTruth),
        on: readInteger(childText(element, "OnValue") ?? "1"), off: readInteger(childText(element, "OffValue") ?? "0"),
      };
    case "Enumeration":
      return { ...base, kind: "enumeration", value: readValue(element, readInteger), entries: childrenNamed(element, "EnumEntry").map(readEntry) };
    case "Command":
      return { ...base, kind: "command", value: readValue(element, readInteger), commandValue: readSource(element, "CommandValue", readInteger) ?? { constant: 1n } };
    case "String":
      return { ...base, kind: "string", value: readSource(element, "Value", (text) => text) ?? { constant: "" } };
    case "IntReg": case "MaskedIntReg": case "StructEntry": {
      const bits = readBits(element);
      if (bits === undefined && element.name !== "IntReg") throw new GenicamError("malformed", "", "it says not which bits it is");
      const isSigned = childText(element, "Sign") === "Signed";
      return { ...base, ...presented, kind: "intReg", place: readPlace(element, inlineName), isSigned, ...(bits === undefined ? {} : { bits }) };
    }
    case "FloatReg":
      return { ...base, ...presented, kind: "floatReg", place: readPlace(element, inlineName) };
    case "StringReg":
      return { ...base, kind: "stringReg", place: readPlace(element, inlineName) };
    case "Register":
      return { ...base, kind: "register", place: readPlace(element, inlineName) };
    case "SwissKnife": case "IntSwissKnife":
      return { ...base, ...presented, kind: "swissKnife", isInteger: element.name === "IntSwissKnife", formula: readFormula(element, "Formula"), parts: readParts(element) };
    case "Converter": case "IntConverter": {
      const value = childText(element, "pValue");
      if (value === undefined) throw new GenicamError("malformed", "", "it has no pValue");
      return {
        ...base, ...presented, kind: "converter", isInteger: element.name === "IntConverter", value,
        fromRaw: readFormula(element, "FormulaFrom"), toRaw: readFormula(element, "FormulaTo"), parts: readParts(element),
      };
    }
    case "Port": {
      const chunk = childText(element, "ChunkID");
      return { ...base, kind: "port", ...(chunk === undefined ? {} : { chunkId: readInteger(/^0x/iu.test(chunk) ? chunk : `0x${chunk}`) }), ...optionalText("eventId", childText(element, "EventID")) };
    }
    default:
      throw new GenicamError("malformed", "", `there is no node of kind ${element.name.slice(0, 40)}`);
  }
}

function readBase(element: XmlElement, name: string): NodeBase {
  const polling = childText(element, "PollingTime");
  return {
    name,
    ...optionalText("displayName", childText(element, "DisplayName")),
    ...optionalText("toolTip", childText(element, "ToolTip")),
    ...optionalText("help", childText(element, "Description")),
    visibility: readChoice(element, "Visibility", ["Beginner", "Expert", "Guru", "Invisible"], "Beginner"),
    isDeprecated: childText(element, "IsDeprecated") === "Yes",
    isStreamable: childText(element, "Streamable") === "Yes",
    imposedAccess: readChoice(element, "ImposedAccessMode", ["RO", "WO", "RW"], "RW"),
    ...optionalText("isImplemented", childText(element, "pIsImplemented")),
    ...optionalText("isAvailable", childText(element, "pIsAvailable")),
    ...optionalText("isLocked", childText(element, "pIsLocked")),
    invalidators: childrenNamed(element, "pInvalidator").map(({ text }) => text),
    selected: childrenNamed(element, "pSelected").map(({ text }) => text),
    ...(polling === undefined ? {} : { pollingMs: readNumber(polling) }),
  };
}

function readPresented(element: XmlElement): { readonly unit?: string; readonly representation?: Representation } {
  const said = childText(element, "Representation");
  const representation = REPRESENTATIONS.find((each) => each === said);
  return { ...optionalText("unit", childText(element, "Unit")), ...(representation === undefined ? {} : { representation }) };
}

function readLimits<T>(element: XmlElement, read: (text: string) => T): { readonly min?: Source<T>; readonly max?: Source<T>; readonly inc?: Source<T> } {
  const min = readSource(element, "Min", read);
  const max = readSource(element, "Max", read);
  const inc = readSource(element, "Inc", read);
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }), ...(inc === undefined ? {} : { inc }) };
}

function readValue<T>(element: XmlElement, read: (text: string) => T): ValueSource<T> {
  const index = childText(element, "pIndex");
  if (index === undefined) {
    const plain = readSource(element, "Value", read);
    if (plain === undefined) throw new GenicamError("malformed", "", "it has no value");
    return plain;
  }
  const choices = new Map<bigint, Source<T>>();
  for (const child of element.children) {
    const at = child.attributes.get("Index");
    if (at === undefined) continue;
    if (child.name === "ValueIndexed") choices.set(readInteger(at), { constant: read(child.text) });
    if (child.name === "pValueIndexed") choices.set(readInteger(at), { node: child.text });
  }
  const otherwise = readSource(element, "ValueDefault", read);
  return { index, choices, ...(otherwise === undefined ? {} : { otherwise }) };
}

function readEntry(element: XmlElement): EnumEntry {
  const name = childText(element, "Symbolic") ?? element.attributes.get("Name");
  if (name === undefined) throw new GenicamError("malformed", "", "one of its entries has no name");
  return {
    name,
    ...optionalText("displayName", childText(element, "DisplayName")),
    ...optionalText("toolTip", childText(element, "ToolTip")),
    value: readInteger(childText(element, "Value") ?? ""),
    ...optionalText("isImplemented", childText(element, "pIsImplemented")),
    ...optionalText("isAvailable", childText(element, "pIsAvailable")),
  };
}

function readParts(element: XmlElement): FormulaParts {
  const named = (kind: string): (readonly [string, string])[] =>
    childrenNamed(element, kind).map(({ attributes, text }) => [attributes.get("Name") ?? "", text] as const);
  return {
    variables: new Map(named("pVariable")),
    constants: new Map(named("Constant").map(([name, text]) => [name, readConstant(text)])),
    expressions: new Map(named("Expression").map(([name, text]) => [name, parseFormula(text)])),
  };
}

function readConstant(text: string): bigint | number {
  return /^\s*[+-]?(0[xX][0-9a-fA-F]+|\d+)\s*$/u.test(text) ? readInteger(text) : readNumber(text);
}

/** Boolean's own value is written as a word or as a number. */
function readTruth(text: string): bigint {
  if (/^(true|yes)$/iu.test(text)) return 1n;
  if (/^(false|no)$/iu.test(text)) return 0n;
  return readInteger(text);
}

function copies(element: XmlElement): readonly string[] {
  return childrenNamed(element, "pValueCopy").map(({ text }) => text);
}
