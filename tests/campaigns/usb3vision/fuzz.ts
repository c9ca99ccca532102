/**
 * A long fuzz of what a camera can send us: `node scripts/fuzz-usb3vision.mjs [--cases 100000] [--seed 1]`.
 * Every case must end as a value or as the error that belongs to it, soon.
 */
import fc from "fast-check";
import { readDeviceDescription } from "../../../src/engine/devices/genicam/description/read-description.ts";
import { evaluateFormula } from "../../../src/engine/devices/genicam/formula/evaluate-formula.ts";
import { parseFormula } from "../../../src/engine/devices/genicam/formula/formula.ts";
import { decodeCommand, decodeReply, encodeReply, READ_COMMAND } from "../../../src/engine/devices/genicam/gencp.ts";
import { GenicamError } from "../../../src/engine/devices/genicam/genicam-error.ts";
import { createNodeMap } from "../../../src/engine/devices/genicam/map/node-map.ts";
import { createMemoryPort } from "../../../src/engine/devices/genicam/testing/memory-port.ts";
import { readChunks } from "../../../src/engine/devices/genicam/chunks.ts";
import { findTrailer, readLeader } from "../../../src/engine/devices/drivers/usb3vision/stream/stream-packets.ts";
import { cameraXml } from "../../lab/genicam/camera-xml.ts";
import { createFuzzCampaign, type FuzzReport } from "../fuzz-campaign.ts";

/** Runs the whole campaign. @throws Error with the counterexample when a case ends otherwise than it must */
export async function fuzz(cases: number, seed: number): Promise<readonly FuzzReport[]> {
  const campaign = createFuzzCampaign(cases, seed);
  await campaign.part("packets", 0.5, fc.uint8Array({ maxLength: 128 }), (noise) => {
    decodeReply(noise, READ_COMMAND, 1);
    decodeReply(encodeReply(READ_COMMAND + 1, 1, 0, noise).map((byte, at) => (at === noise.length % 12 ? byte ^ 1 : byte)), READ_COMMAND, 1);
    decodeCommand(noise);
    readLeader(noise);
    findTrailer(noise, undefined);
    readChunks(noise, noise.length);
  });
  const words = fc.array(fc.constantFrom("1", "0", "3.5", "X", "Y", "0xFF", "(", ")", "+", "-", "*", "/", "%", "**", "<<", ">>", "?", ":", "=", "<>", "&&", "||", "~", "SIN", "ROUND", ","), { maxLength: 40 });
  await campaign.part("formulas", 0.3, words, (text) => {
    genicamOnly(() => evaluateFormula(parseFormula(text.join(" ")), "integer", () => 3n));
    genicamOnly(() => evaluateFormula(parseFormula(text.join("")), "float", () => 0.5));
  });
  await campaign.part("node maps", 0.19, hostileNodes(), useMap);
  const xml = cameraXml("usb3vision");
  const cut = fc.record({ at: fc.nat(xml.length), length: fc.nat(60), insert: fc.constantFrom("", "<", ">", "&x;", "\"", "</Integer>", "<Group>", "]]>", "\u0000", "0x", "pValue") });
  await campaign.part("damaged descriptions", 0.01, cut, ({ at, length, insert }) => useMap(xml.slice(0, at) + insert + xml.slice(at + length)));
  return campaign.reports;
}

/** Small maps of nodes that refer to each other at random: circles, missing nodes, wrong kinds. */
function hostileNodes(): fc.Arbitrary<string> {
  const name = fc.constantFrom("A", "B", "C", "D", "E", "F", "Missing");
  const number = fc.constantFrom("0", "1", "-1", "0xFFFFFFFFFFFFFFFF", "9999999999999999999", "64", "abc", "");
  const formula = fc.constantFrom("X + Y", "X / Y", "X << Y", "X ? Y : 1", "X.Max - Y", "1 / 0", "X **Y", "(", "Y.Entry.On");
  const source = fc.oneof(name.map((ref) => `<pValue>${ref}</pValue>`), number.map((value) => `<Value>${value}</Value>`));
  const state = fc.oneof(fc.constant(""), name.map((ref) => `<pIsLocked>${ref}</pIsLocked>`), name.map((ref) => `<pIsAvailable>${ref}</pIsAvailable>`), name.map((ref) => `<pInvalidator>${ref}</pInvalidator>`), name.map((ref) => `<pSelected>${ref}</pSelected>`));
  const place = fc.tuple(number, name, number).map(([address, ref, length]) => `<Address>${address}</Address><pAddress>${ref}</pAddress><Length>${length}</Length><AccessMode>RW</AccessMode><pPort>Device</pPort>`);
  const body = fc.oneof(
    fc.tuple(source, state, name, number).map(([value, more, max, min]) => ["Integer", `${value}${more}<Min>${min}</Min><pMax>${max}</pMax>`] as const),
    fc.tuple(source, state).map(([value, more]) => ["Float", value + more] as const),
    fc.tuple(source, state).map(([value, more]) => ["Boolean", value + more] as const),
    fc.tuple(source, number).map(([value, entry]) => ["Enumeration", `${value}<EnumEntry Name="On"><Value>${entry}</Value></EnumEntry>`] as const),
    source.map((value) => ["Command", value] as const),
    place.map((own) => ["IntReg", own] as const),
    fc.tuple(place, number, number).map(([own, lsb, msb]) => ["MaskedIntReg", `${own}<LSB>${lsb}</LSB><MSB>${msb}</MSB>`] as const),
    place.map((own) => ["FloatReg", own] as const),
    place.map((own) => ["StringReg", own] as const),
    fc.tuple(name, name, formula).map(([x, y, text]) => ["IntSwissKnife", `<pVariable Name="X">${x}</pVariable><pVariable Name="Y">${y}</pVariable><Formula>${text.replace("<<", "&lt;&lt;")}</Formula>`] as const),
    fc.tuple(name, formula).map(([ref, text]) => ["Converter", `<pVariable Name="X">${ref}</pVariable><pVariable Name="Y">${ref}</pVariable><FormulaTo>FROM</FormulaTo><FormulaFrom>${text.replace("<<", "&lt;&lt;")}</FormulaFrom><pValue>${ref}</pValue>`] as const),
  );
  return fc.array(body, { minLength: 6, maxLength: 6 }).map((bodies) =>
    `<RegisterDescription>${bodies.map(([kind, inner], index) => `<${kind} Name="${"ABCDEF"[index] ?? "A"}">${inner}</${kind}>`).join("")}<Port Name="Device"/></RegisterDescription>`);
}

/** Asks everything of every node. */
async function useMap(xml: string): Promise<void> {
  const description = genicamOnly(() => readDeviceDescription(xml));
  if (description === undefined) return;
  const port = createMemoryPort(64);
  const map = createNodeMap({ description, port, nowMs: () => 0 });
  for (const name of [...description.nodes.keys()].slice(0, 12)) {
    for (const call of [
      () => map.access(name), () => map.limits(name), () => map.readText(name), () => map.readFloat(name), () => map.entries(name),
      () => map.writeInteger(name, 1n), () => map.writeText(name, "x"), () => map.execute(name), () => map.isDone(name), () => map.readBytes(name),
    ]) {
      try {
        await call();
      } catch (error) {
        // The memory behind the map has 64 bytes; asking it for more is its own plain error.
        if (!(error instanceof GenicamError) && !(error instanceof Error && error.message.startsWith("no such address"))) throw error;
      }
    }
  }
}

function genicamOnly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof GenicamError) return undefined;
    throw error;
  }
}
