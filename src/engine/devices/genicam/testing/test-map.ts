import { readDeviceDescription } from "../description/read-description.ts";
import { createNodeMap, type NodeMap } from "../map/node-map.ts";
import { createMemoryPort, type MemoryPort } from "./memory-port.ts";

/** A node map over plain memory, from the nodes alone; time stands still unless given. */
export function mapOf(nodes: string, nowMs: () => number = () => 0): { readonly map: NodeMap; readonly port: MemoryPort } {
  const port = createMemoryPort();
  const description = readDeviceDescription(`<RegisterDescription VendorName="V" ModelName="M">${nodes}<Port Name="Device"/></RegisterDescription>`);
  return { map: createNodeMap({ description, port, nowMs }), port };
}

/** An IntReg: name, address, and what else it says. */
export function intReg(name: string, address: number, more = "", length = 4, access = "RW"): string {
  return `<IntReg Name="${name}"><Address>${address}</Address><Length>${length}</Length><AccessMode>${access}</AccessMode><pPort>Device</pPort>${more}</IntReg>`;
}
