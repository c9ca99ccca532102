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
import { readBootstrap, readDeviceFile, readManifest } from "../../../src/engine/devices/drivers/usb3vision/control/bootstrap.ts";
import { DEVICE_FILE_LIMITS, deviceFileText } from "../../../src/engine/devices/genicam/file/device-file.ts";
import type { RegisterPort } from "../../../src/engine/devices/genicam/register-port.ts";
import { makeZip } from "../../../src/engine/devices/genicam/testing/make-zip.ts";
import { MAP } from "../../lab/usb3vision/camera-map.ts";
import { createUsbCameraMemory } from "../../lab/usb3vision/camera-memory.ts";
import { createBlockAssembler } from "../../../src/engine/devices/drivers/usb3vision/stream/block-assembler.ts";
import { findTrailer, readLeader, writeLeader, writeTrailer } from "../../../src/engine/devices/drivers/usb3vision/stream/stream-packets.ts";
import { PAYLOAD_HAS_CHUNKS, PAYLOAD_IMAGE } from "../../../src/engine/devices/genicam/stream-leader.ts";
import { cameraXml } from "../../lab/genicam/camera-xml.ts";
import { USB3_VISION } from "../../lab/genicam/transports.ts";
import { createFuzzCampaign, type FuzzOrder, type FuzzReport } from "../fuzz-campaign.ts";
import { conversationsOver } from "../genicam/conversations.ts";

/** Runs the whole campaign. @throws Error with the counterexample when a case ends otherwise than it must */
export async function fuzz(order: FuzzOrder): Promise<readonly FuzzReport[]> {
  const campaign = createFuzzCampaign(order);
  await campaign.part("packets", fc.uint8Array({ maxLength: 128 }), (noise) => {
    decodeReply(noise, READ_COMMAND, 1);
    decodeReply(encodeReply(READ_COMMAND + 1, 1, 0, noise).map((byte, at) => (at === noise.length % 12 ? byte ^ 1 : byte)), READ_COMMAND, 1);
    decodeCommand(noise);
    readLeader(noise);
    findTrailer(noise, undefined);
    readChunks(noise, noise.length);
  });
  await campaign.part("streams", streams(), accountFor);
  const conversations = conversationsOver(USB3_VISION);
  await campaign.part("conversations", conversations.values, conversations.check);
  await conversations.end();
  await campaign.part("registers", spoiledBytes(BOOTSTRAP_BYTES, REGISTERS), openRegisters);
  await campaign.part("zips", spoiledBytes(ZIP.length), async (spoil) => {
    const spoiled = spoil(ZIP);
    const text = await genicamOnlyAsync(() => deviceFileText(spoiled));
    // What is still a zip says by its checksum whether it is whole.
    if (text !== undefined && text !== ZIPPED && Buffer.compare(spoiled.subarray(0, 4), ZIP.subarray(0, 4)) === 0) throw new Error("a damaged zip was taken for a whole one");
  });
  const words = fc.array(fc.constantFrom("1", "0", "3.5", "X", "Y", "0xFF", "(", ")", "+", "-", "*", "/", "%", "**", "<<", ">>", "?", ":", "=", "<>", "&&", "||", "~", "SIN", "ROUND", ","), { maxLength: 40 });
  await campaign.part("formulas", words, (text) => {
    genicamOnly(() => evaluateFormula(parseFormula(text.join(" ")), "integer", () => 3n));
    genicamOnly(() => evaluateFormula(parseFormula(text.join("")), "float", () => 0.5));
  });
  await campaign.part("node maps", hostileNodes(), useMap);
  const xml = cameraXml("usb3vision");
  const cut = fc.record({ at: fc.nat(xml.length), length: fc.nat(60), insert: fc.constantFrom("", "<", ">", "&x;", "\"", "</Integer>", "<Group>", "]]>", "\u0000", "0x", "pValue") });
  await campaign.part("damaged descriptions", cut, ({ at, length, insert }) => useMap(xml.slice(0, at) + insert + xml.slice(at + length)));
  return campaign.reports;
}

const ZIPPED = `<RegisterDescription>${"<Integer Name=\"Width\"><Value>64</Value></Integer>".repeat(20)}</RegisterDescription>`;
const ZIP = makeZip("camera.xml", new TextEncoder().encode(ZIPPED));
/** Up to the end of the manifest, in the virtual camera. */
const BOOTSTRAP_BYTES = MAP.manifest + 8 + 2 * 64;

type Spoil = (bytes: Uint8Array) => Uint8Array;

/** Those of them that lead somewhere: capabilities and addresses, packet sizes, the manifest's table. */
const REGISTERS: readonly number[] = ([[0x1c4, 0x1e0], [MAP.sbrm, MAP.sbrm + 0x44], [MAP.manifest, BOOTSTRAP_BYTES]] as const)
  .flatMap(([first, end]) => Array.from({ length: end - first }, (_, at) => first + at));

/** Up to four bytes changed, at these places or anywhere, and sometimes the end cut off. */
function spoiledBytes(length: number, places?: readonly number[]): fc.Arbitrary<Spoil> {
  const at = places === undefined ? fc.nat(length - 1) : fc.constantFrom(...places);
  const value = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff));
  const changes = fc.array(fc.record({ at, value }), { maxLength: 4 });
  const keep = fc.oneof({ weight: 4, arbitrary: fc.constant(length) }, { weight: 1, arbitrary: fc.nat(length) });
  return fc.record({ changes, keep }).map((spoiling) => {
    const spoil: Spoil = (bytes) => {
      const spoiled = new Uint8Array(bytes);
      for (const change of spoiling.changes) spoiled[change.at] = change.value;
      return spoiling.keep < length ? spoiled.subarray(0, spoiling.keep) : spoiled;
    };
    // Seen in the counterexample instead of a function.
    return Object.assign(spoil, { toString: () => JSON.stringify(spoiling) });
  });
}

/** Bootstrap and manifest of a camera that says this of itself. */
async function openRegisters(spoil: Spoil): Promise<void> {
  const memory = createUsbCameraMemory({ serial: "LAB0001", file: { xml: ZIPPED } });
  const { low } = memory;
  const spoiled = spoil(low.subarray(0, BOOTSTRAP_BYTES));
  low.fill(0, 0, BOOTSTRAP_BYTES).set(spoiled);
  let readBytes = 0;
  const port: RegisterPort = {
    async read(address, length) {
      readBytes += length;
      const bytes = memory.read(address, length);
      if (bytes === undefined) throw new GenicamError("transport", "", "there is no such address");
      return bytes;
    },
    write: () => Promise.reject(new Error("opening writes nothing")),
  };
  await genicamOnlyAsync(async () => {
    const { manifestAddress } = await readBootstrap(port);
    return readDeviceFile(port, await readManifest(port, manifestAddress));
  });
  if (readBytes > 2 * DEVICE_FILE_LIMITS.maxStoredBytes) throw new Error(`${readBytes} bytes were read`);
}

async function genicamOnlyAsync<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GenicamError) return undefined;
    throw error;
  }
}

/** One transfer of a stream, and whether a short packet ended it. */
interface Transfer {
  readonly bytes: Uint8Array;
  readonly isShort: boolean;
}

const PICTURE = { width: 20, height: 15 } as const;
const PICTURE_BYTES = PICTURE.width * PICTURE.height;
const MAX_PAYLOAD_BYTES = 512;

/** Leaders, payload and trailers of a few blocks in any order, some cut, some changed, and noise between them. */
function streams(): fc.Arbitrary<readonly Transfer[]> {
  const blockId = fc.oneof(fc.bigInt({ min: 0n, max: 8n }), fc.bigInt({ min: 0n, max: 8n }), fc.constantFrom(1_000_000n, 2n ** 63n, 2n ** 64n - 1n));
  const payloadType = fc.oneof({ weight: 8, arbitrary: fc.constant(PAYLOAD_IMAGE) }, { weight: 1, arbitrary: fc.constantFrom(PAYLOAD_IMAGE | PAYLOAD_HAS_CHUNKS, PAYLOAD_HAS_CHUNKS, 0xffff) });
  const leader = fc.tuple(blockId, payloadType).map(([id, type]) => writeLeader({
    blockId: id, payloadType: type, timestampNs: 1n, image: { pixelFormat: 0x01080001, ...PICTURE, offsetX: 0, offsetY: 0, linePadding: 0 },
  }));
  const validBytes = fc.oneof({ weight: 8, arbitrary: fc.constant(BigInt(PICTURE_BYTES)) }, { weight: 1, arbitrary: fc.constantFrom(0n, 1n, 2n ** 64n - 1n) });
  const status = fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(0xa100, 0xa101, 0xffff) });
  const trailer = fc.tuple(blockId, validBytes, status).map(([id, valid, code]) => writeTrailer({ blockId: id, validBytes: valid, status: code, height: PICTURE.height }));
  const payload = fc.constantFrom(PICTURE_BYTES, PICTURE_BYTES, PICTURE_BYTES, 100, 0, MAX_PAYLOAD_BYTES, MAX_PAYLOAD_BYTES + 1).map((length) => new Uint8Array(length));
  const whole = fc.oneof({ weight: 6, arbitrary: leader }, { weight: 6, arbitrary: payload }, { weight: 6, arbitrary: trailer }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 80 }) });
  const glued = fc.tuple(payload, trailer).map((pieces) => new Uint8Array(Buffer.concat(pieces)));
  const flipped = fc.tuple(whole, fc.nat(60), fc.integer({ min: 1, max: 255 })).map(([bytes, at, mask]) => bytes.map((byte, index) => (index === at ? byte ^ mask : byte)));
  const cut = fc.tuple(whole, fc.nat(60)).map(([bytes, length]) => bytes.subarray(0, length));
  const bytes = fc.oneof({ weight: 12, arbitrary: whole }, { weight: 2, arbitrary: glued }, { weight: 1, arbitrary: flipped }, { weight: 1, arbitrary: cut });
  /** Three transfers that belong together, so that frames come of it too. */
  const block = fc.bigInt({ min: 0n, max: 12n }).map((id): readonly Transfer[] => [
    writeLeader({ blockId: id, payloadType: PAYLOAD_IMAGE, timestampNs: 1n, image: { pixelFormat: 0x01080001, ...PICTURE, offsetX: 0, offsetY: 0, linePadding: 0 } }),
    new Uint8Array(PICTURE_BYTES), writeTrailer({ blockId: id, validBytes: BigInt(PICTURE_BYTES), status: 0, height: PICTURE.height }),
  ].map((each) => ({ bytes: each, isShort: true })));
  const single = fc.record({ bytes, isShort: fc.integer({ min: 0, max: 9 }).map((n) => n > 0) }).map((transfer): readonly Transfer[] => [transfer]);
  return fc.array(fc.oneof({ weight: 6, arbitrary: single }, { weight: 1, arbitrary: block }), { maxLength: 50 }).map((groups) => groups.flat());
}

/** Plays a stream; every number must end as one frame or one loss, in order, and every place given out must come back. */
function accountFor(transfers: readonly Transfer[]): void {
  let open = 0;
  let accounted = 0;
  let asked = 0;
  const assembler = createBlockAssembler({
    maxPayloadBytes: MAX_PAYLOAD_BYTES, firstSequence: 0,
    open(leader) {
      asked += 1;
      if (leader.image === undefined) return "incomplete";
      if (asked % 7 === 0) return "no-buffer";
      open += 1;
      let taken = 0;
      return {
        push(piece) {
          const used = Math.min(piece.length, PICTURE_BYTES - taken);
          taken += used;
          return used;
        },
        isComplete: () => taken === PICTURE_BYTES,
        abandon: () => void (open -= 1),
        deliver(sequence) {
          open -= 1;
          if (sequence !== accounted) throw new Error(`frame ${sequence} came with ${accounted} accounted for`);
          accounted += 1;
        },
      };
    },
    lose: (count) => void (accounted += count),
  });
  for (const { bytes, isShort } of transfers) {
    assembler.take(bytes, isShort);
    if (open > 1) throw new Error("a second picture was begun before the first had ended");
  }
  assembler.break();
  if (open !== 0) throw new Error(`${open} places did not come back`);
  if (accounted !== assembler.nextSequence()) throw new Error(`${assembler.nextSequence()} blocks, ${accounted} accounted for`);
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
