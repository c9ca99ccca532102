import type { NodeDescription } from "../description/node-description.ts";
import { featureLeaf } from "../features/feature-tree.ts";
import { writeFeature } from "../features/feature-value.ts";
import type { NodeMap } from "../map/node-map.ts";
import type { PortOptions } from "../register-port.ts";

/** A feature that a person wrote by the tree. */
export interface WrittenFeature {
  readonly name: string;
  /** As it was typed; ignored for commands. */
  readonly text: string;
}

interface Remembered extends WrittenFeature {
  /** The values of the selectors that it stood under. */
  readonly selectors: readonly WrittenFeature[];
}

/** The one command whose effect lasts: it sets everything as a stored set says (SFNC, User Set Control). */
export const LOADS_EVERYTHING = "UserSetLoad";
/** Far more than a person writes; a table of thousands of places under its selector must not grow for ever. */
const MOST_REMEMBERED = 500;

/** The features written by the tree, each under its selectors, in the order they were written last; for a camera that comes back. */
export class FeatureMemory {
  readonly #written = new Map<string, Remembered>();

  /** Remembers what was just written; of commands only the one that lasts. @throws what the map throws */
  async remember(map: NodeMap, { name, text }: WrittenFeature, options: PortOptions): Promise<void> {
    const isCommand = map.node(name).kind === "command";
    if (isCommand && name !== LOADS_EVERYTHING) return;
    const selectors: WrittenFeature[] = [];
    for (const selector of selectorsOf(map, name)) selectors.push({ name: selector, text: await map.readText(selector, options) });
    if (isCommand) this.#written.clear();
    const key = JSON.stringify([name, selectors]);
    // Written again it is the newest.
    this.#written.delete(key);
    this.#written.set(key, { name, text, selectors });
    const [oldest] = this.#written.keys();
    if (this.#written.size > MOST_REMEMBERED && oldest !== undefined) this.#written.delete(oldest);
  }

  /** Writes all of it again, selectors as they stood last. Each goes through `attempt`, which decides over its errors. */
  async giveAgain(map: NodeMap, options: PortOptions, attempt: (what: string, work: () => Promise<void>) => Promise<void>): Promise<void> {
    const write = ({ name, text }: WrittenFeature): Promise<void> => attempt(name, async () => {
      const leaf = featureLeaf(map, name);
      if (leaf !== undefined) await writeFeature(map, leaf, text, options);
    });
    const all = [...this.#written.values()];
    for (const { selectors, ...feature } of all) for (const each of [...selectors, feature]) await write(each);
    for (const feature of all) if (isSelector(map, feature.name)) await write(feature);
  }
}

function selectorsOf(map: NodeMap, name: string): readonly string[] {
  return [...map.description.nodes.values()].filter((node: NodeDescription) => node.selected.includes(name)).map((node) => node.name);
}

function isSelector(map: NodeMap, name: string): boolean {
  return map.has(name) && map.node(name).selected.length > 0;
}
