import { afterEach, describe, expect, it } from "vitest";
import { createManualClock, type ManualClock } from "../../../src/core/testing/manual-clock.ts";
import { findTrailer, readLeader } from "../../../src/engine/devices/drivers/usb3vision/stream/stream-packets.ts";
import { decodeReply, encodeRead, encodeWrite, READ_COMMAND, WRITE_COMMAND } from "../../../src/engine/devices/genicam/gencp.ts";
import { bytesOf, textOf } from "../../../src/engine/devices/transports/byte-stream.ts";
import { REG } from "../genicam/sensor-map.ts";
import { LAB_FAMILIES } from "../serial/families.ts";
import { CDC_PIPES } from "../usb/cdc-acm.ts";
import { MAP, PIPES, SIRM } from "../usb3vision/camera-map.ts";
import { UsbipClient } from "./client.ts";
import { createLabMicroscope, type LabMicroscope } from "./lab-microscope.ts";
import { STATUS } from "./protocol.ts";
import { startUsbipServer, type UsbipServer } from "./server.ts";
import { type LabStatus, plugIn, type UsbipLab } from "./usbip-lab.ts";

const SIZE = { width: 256, height: 192 } as const;
const PROSCAN_BAUD = 9600;

interface Bench {
  readonly clock: ManualClock;
  readonly microscope: LabMicroscope;
  readonly lab: UsbipLab;
  readonly camera: UsbipClient;
  readonly stage: UsbipClient;
}

const servers: UsbipServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function bench(): Promise<Bench> {
  const clock = createManualClock();
  const family = LAB_FAMILIES["prior-proscan"];
  if (family === undefined) throw new Error("the lab has no ProScan");
  const microscope = createLabMicroscope({ clock, family });
  const { memory } = microscope.camera;
  memory.setU32(REG.width, SIZE.width);
  memory.setU32(REG.height, SIZE.height);
  const server = await startUsbipServer();
  servers.push(server);
  const lab = plugIn(microscope, server);
  const attach = async (busId: string): Promise<UsbipClient> => {
    const client = await UsbipClient.to(server.port);
    expect(await client.import(busId)).toBe(0);
    return client;
  };
  return { clock, microscope, lab, camera: await attach(lab.busIds.camera), stage: await attach(lab.busIds.stage) };
}

/** Turns the clock until the promise has settled. */
async function turning<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  const state = { isDone: false };
  const done = work.finally(() => {
    state.isDone = true;
  });
  await expect.poll(async () => {
    await clock.advance(20);
    return state.isDone;
  }, { interval: 1 }).toBe(true);
  return done;
}

async function gencp(camera: UsbipClient, command: number, packet: Uint8Array): Promise<Uint8Array> {
  const answer = camera.bulkIn(PIPES.controlIn, 2048);
  await camera.bulkOut(PIPES.controlOut, packet);
  const reply = decodeReply((await answer.end).bytes, command, 1);
  if (reply.kind !== "ack" || reply.status !== 0) throw new Error(`the camera refused: ${JSON.stringify(reply)}`);
  return reply.payload;
}

const setRegister = async (camera: UsbipClient, address: number, value: number): Promise<void> => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  await gencp(camera, WRITE_COMMAND, encodeWrite(1, BigInt(address), bytes));
};

/** Starts the stream and takes one picture out of it, as a host does it: leader, payload, trailer. */
async function picture({ camera, microscope }: Bench): Promise<Uint8Array> {
  await setRegister(camera, MAP.sirm + SIRM.control, 1);
  await setRegister(camera, REG.start, 1);
  const bytes = SIZE.width * SIZE.height;
  const transfers = [camera.bulkIn(PIPES.stream, 1024), camera.bulkIn(PIPES.stream, bytes), camera.bulkIn(PIPES.stream, 1024)];
  microscope.camera.stream.expose();
  const [leader, payload, trailer] = await Promise.all(transfers.map(({ end }) => end));
  await setRegister(camera, REG.stop, 1);
  await setRegister(camera, MAP.sirm + SIRM.control, 0);
  expect(readLeader(leader?.bytes ?? new Uint8Array(0))?.image).toMatchObject(SIZE);
  expect(findTrailer(trailer?.bytes ?? new Uint8Array(0), 0n)?.trailer).toMatchObject({ status: 0, validBytes: BigInt(bytes) });
  return payload?.bytes ?? new Uint8Array(0);
}

/** A host opens the port: line coding, then DTR and RTS. */
async function openLine(stage: UsbipClient, baudRate: number): Promise<void> {
  const coding = new Uint8Array(7);
  new DataView(coding.buffer).setUint32(0, baudRate, true);
  coding[6] = 8;
  expect((await stage.controlOut({ requestType: 0x21, request: 0x20, value: 0, index: 0 }, coding)).status).toBe(STATUS.ok);
  expect((await stage.controlOut({ requestType: 0x21, request: 0x22, value: 3, index: 0 })).status).toBe(STATUS.ok);
}

async function ask({ clock, stage }: Bench, line: string): Promise<string> {
  const answer = stage.bulkIn(CDC_PIPES.input, 512);
  await stage.bulkOut(CDC_PIPES.output, bytesOf(line));
  return textOf((await turning(clock, answer.end)).bytes);
}

const difference = (a: Uint8Array, b: Uint8Array): number => a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;

describe("the lab's microscope over USB/IP", () => {
  it("answers GenCP, and gives a picture as leader, payload and trailer", async () => {
    const own = await bench();
    expect(textOf(await gencp(own.camera, READ_COMMAND, encodeRead(1, 0x44n, 9)))).toBe("LabCamera");
    expect((await picture(own)).length).toBe(SIZE.width * SIZE.height);
  });

  it("sees with the camera where the stage stands", async () => {
    const own = await bench();
    const before = await picture(own);
    const same = await picture(own);
    await openLine(own.stage, PROSCAN_BAUD);
    expect(await ask(own, "G 400 0\r")).toBe("R\r");
    const status = JSON.parse(own.lab.obey("status")) as LabStatus;
    expect(status.stage.motorsUm["x"]).toBeCloseTo(40);
    const moved = await picture(own);
    // The same cells with other noise, and other cells.
    expect(difference(before, moved)).toBeGreaterThan(4 * difference(before, same));
  });

  it("hears line coding, DTR, RTS and breaks, and answers noise at a wrong speed", async () => {
    const own = await bench();
    const { stage, microscope } = own;
    await openLine(stage, 19_200);
    expect(microscope.stage.lineCoding()).toEqual({ baudRate: 19_200, stopBits: 1, parity: "none", dataBits: 8 });
    expect(microscope.stage.modemLines()).toEqual({ dtr: true, rts: true });
    expect(await ask(own, "VERSION\r")).not.toContain("112");
    await openLine(stage, PROSCAN_BAUD);
    expect(await ask(own, "VERSION\r")).toBe("112\r");
    expect([...(await stage.controlIn({ requestType: 0xa1, request: 0x21, value: 0, index: 0 }, 7)).bytes]).toEqual([0x80, 0x25, 0, 0, 0, 0, 8]);
    for (const value of [0xffff, 0]) await stage.controlOut({ requestType: 0x21, request: 0x23, value, index: 0 });
    await stage.controlOut({ requestType: 0x21, request: 0x22, value: 0, index: 0 });
    expect([microscope.stage.breakCount(), microscope.stage.openCount(), microscope.stage.modemLines().dtr]).toEqual([1, 1, false]);
  });

  it("stalls requests that make no sense, and goes on", async () => {
    const own = await bench();
    const { stage } = own;
    expect((await stage.controlOut({ requestType: 0x21, request: 0x20, value: 0, index: 0 }, new Uint8Array(3))).status).toBe(STATUS.stalled);
    expect((await stage.controlOut({ requestType: 0x21, request: 0x20, value: 0, index: 0 }, new Uint8Array([0, 0, 0, 0, 9, 9, 8]))).status).toBe(STATUS.stalled);
    expect((await stage.controlIn({ requestType: 0xa1, request: 0x77, value: 0, index: 0 }, 7)).status).toBe(STATUS.stalled);
    await openLine(stage, PROSCAN_BAUD);
    expect(await ask(own, "VERSION\r")).toBe("112\r");
  });

  it("obeys orders, and says what there is to order for what is none", async () => {
    const own = await bench();
    expect(own.lab.obey("camera skip")).toBe("The camera's next block: skip.");
    expect(own.microscope.camera.faults.blocks).toEqual(["skip"]);
    expect(own.lab.obey("stage deaf")).toBe("The stage's next: deaf.");
    for (const nonsense of ["", "unplug", "camera nonsense", "stage", "dance"]) expect(own.lab.obey(nonsense)).toMatch(/^That is no order/u);
    expect(own.lab.obey("unplug stage")).toBe("The stage is out.");
    await own.stage.closed;
    await expect.poll(() => (JSON.parse(own.lab.obey("status")) as LabStatus).stage.isAttached).toBe(false);
  });
});
