import { SaxesParser } from "saxes";
import { GenicamError } from "../genicam-error.ts";

/** One element of a parsed file. Comments and processing instructions are left out. */
export interface XmlElement {
  /** Local name, without a namespace prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, pieces joined and trimmed. */
  readonly text: string;
}

/** How much of a file we are willing to hold. Real camera files stay below a tenth of these. */
export interface XmlLimits {
  readonly maxCharacters: number;
  readonly maxElements: number;
  readonly maxDepth: number;
}

const XML_LIMITS: XmlLimits = { maxCharacters: 32 * 2 ** 20, maxElements: 400_000, maxDepth: 64 };

interface Building {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  readonly text: string[];
}

/**
 * The document element of an XML text. Entities other than XML's own five are refused, never expanded, and a document
 * type with declarations of its own is refused outright: no camera needs either, and both are how bombs are built.
 *
 * @throws GenicamError `malformed`
 */
export function parseXml(text: string, limits: XmlLimits = XML_LIMITS): XmlElement {
  if (text.length > limits.maxCharacters) throw malformed(`its ${text.length} characters are more than ${limits.maxCharacters}`);
  const parser = new SaxesParser({ xmlns: false, position: true });
  const open: Building[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  parser.on("error", (error) => {
    throw malformed(error.message);
  });
  parser.on("doctype", (doctype) => {
    if (doctype.includes("[")) throw malformed("it declares entities or elements of its own");
  });
  parser.on("opentag", (tag) => {
    elements += 1;
    if (elements > limits.maxElements) throw malformed(`it has more than ${limits.maxElements} elements`);
    if (open.length >= limits.maxDepth) throw malformed(`it is nested deeper than ${limits.maxDepth} elements`);
    open.push({ name: localName(tag.name), attributes: new Map(Object.entries(tag.attributes)), children: [], text: [] });
  });
  const addText = (piece: string): void => void open.at(-1)?.text.push(piece);
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    const done = open.pop();
    if (done === undefined) return;
    const element: XmlElement = { name: done.name, attributes: done.attributes, children: done.children, text: done.text.join("").trim() };
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
  });
  parser.write(text).close();
  if (root === undefined) throw malformed("it holds no element");
  return root;
}

/** Children of that name, in their order. */
export function childrenNamed(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** Text of the first child of that name; undefined where there is none. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function malformed(reason: string): GenicamError {
  return new GenicamError("malformed", "", `the camera's description is not usable: ${reason}`);
}
