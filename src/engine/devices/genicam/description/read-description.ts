import { GenicamError } from "../genicam-error.ts";
import { type XmlElement, type XmlLimits, parseXml } from "../xml/xml-element.ts";
import type { DeviceDescription, NodeDescription } from "./node-description.ts";
import { readNode } from "./read-node.ts";
import { structEntries } from "./read-register.ts";

/** Kinds that carry nothing we use: FireWire's legacy and editors' notes. */
const SKIPPED = new Set(["ConfRom", "TextDesc", "IntKey", "AdvFeatureLock", "SmartFeature", "EnumEntry", "ToolTip", "Description", "Extension"]);
const MOST_NODES = 60_000;
const MOST_PROBLEMS = 100;

/**
 * Reads a camera's GenICam file. A node that cannot be understood is left out and named in `problems`, for one bad node
 * of a thousand should not cost the camera; a file that breaks XML, or our limits, is refused.
 *
 * @throws GenicamError `malformed`
 */
export function readDeviceDescription(xml: string, limits?: XmlLimits): DeviceDescription {
  const root = parseXml(xml, limits);
  if (root.name !== "RegisterDescription") throw new GenicamError("malformed", "", `the camera's description is not usable: it is a ${root.name.slice(0, 40)}, not a RegisterDescription`);
  const nodes = new Map<string, NodeDescription>();
  const problems: string[] = [];
  const complain = (problem: string): void => {
    if (problems.length < MOST_PROBLEMS) problems.push(problem);
  };

  const add = (element: XmlElement, name: string): void => {
    if (nodes.has(name)) return complain(`${name}: there are two nodes of this name; the first one counts`);
    if (nodes.size >= MOST_NODES) throw new GenicamError("malformed", "", `the camera's description is not usable: it has more than ${MOST_NODES} nodes`);
    const inlineName = (formula: XmlElement): string => {
      const inline = `${name}#${formula.attributes.get("Name") ?? "address"}`;
      add(formula, inline);
      return inline;
    };
    try {
      nodes.set(name, readNode(element, name, inlineName));
    } catch (error) {
      if (!(error instanceof GenicamError)) throw error;
      complain(`${name}: ${error.message}`);
    }
  };

  const walk = (parent: XmlElement): void => {
    for (const element of parent.children) {
      if (element.name === "Group") walk(element);
      else if (element.name === "StructReg") for (const entry of structEntries(element)) addNamed(entry);
      else if (!SKIPPED.has(element.name)) addNamed(element);
    }
  };
  const addNamed = (element: XmlElement): void => {
    const name = element.attributes.get("Name");
    if (name === undefined || name === "") complain(`${element.name} without a name`);
    else add(element, name);
  };

  walk(root);
  return { vendor: root.attributes.get("VendorName") ?? "", model: root.attributes.get("ModelName") ?? "", nodes, problems };
}
