import { afterEach, describe, expect, it } from "vitest";
import { createManualClock } from "../../../src/core/testing/manual-clock.ts";
import { haltSetup } from "../../../src/engine/devices/transports/usb/usb-device.ts";
import type { UsbModel } from "../usb/usb-model.ts";
import { createCameraModel } from "../usb3vision/camera-model.ts";
import { rampSource } from "../genicam/frame-source.ts";
import { UsbipClient } from "./client.ts";
import { IMPORT, STATUS } from "./protocol.ts";
import { startUsbipServer, type UsbipServer } from "./server.ts";

const IN = 0x81;
const OUT = 0x01;
const GET_DESCRIPTOR = { requestType: 0x80, request: 6, index: 0 } as const;

/** A device that says back what it is told, four bytes short of every full packet, and knows one request of its own. */
class Echo implements UsbModel {
  readonly description = {
    vendorId: 0x1209, productId: 0x000e, deviceClass: 0xff, deviceSubclass: 0, deviceProtocol: 0, manufacturer: "Ocular Lab", product: "Echo", serial: "E1", place: "in process",
    interfaces: [{ number: 0, classCode: 0xff, subclass: 1, protocol: 2, endpoints: [{ address: IN, kind: "bulk" as const, maxPacketBytes: 512 }, { address: OUT, kind: "bulk" as const, maxPacketBytes: 512 }] }],
  };
  readonly wiring = { speed: "high" } as const;
  readonly #listeners = new Set<() => void>();
  held: Uint8Array[] = [];
  powerOffs = 0;

  control(setup: { readonly request: number }): Uint8Array | "stall" {
    return setup.request === 3 ? new Uint8Array(0) : setup.request === 0x42 ? new Uint8Array([1, 2, 3]) : "stall";
  }

  push(endpoint: number, bytes: Uint8Array): "ok" | "stall" {
    if (endpoint !== OUT) return "stall";
    this.held.push(bytes);
    for (const listener of this.#listeners) listener();
    return "ok";
  }

  pull(endpoint: number, into: Uint8Array): number | "nothing" | "stall" {
    if (endpoint !== IN) return "stall";
    const next = this.held.shift();
    if (next === undefined) return "nothing";
    into.set(next.subarray(0, into.length));
    return Math.min(next.length, into.length);
  }

  onDidHaveData(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  powerOff(): void {
    this.powerOffs += 1;
    this.held = [];
  }

  listenerCount(): number {
    return this.#listeners.size;
  }
}

const open: { readonly servers: UsbipServer[]; readonly refusals: string[] } = { servers: [], refusals: [] };

async function served(...models: readonly UsbModel[]): Promise<UsbipServer> {
  const server = await startUsbipServer({ onDidRefuse: (reason) => open.refusals.push(reason) });
  open.servers.push(server);
  for (const model of models) server.plug(model);
  return server;
}

afterEach(async () => {
  open.refusals.length = 0;
  await Promise.all(open.servers.splice(0).map((server) => server.close()));
});

async function imported(server: UsbipServer, busId = "1-1"): Promise<UsbipClient> {
  const client = await UsbipClient.to(server.port);
  expect(await client.import(busId)).toBe(IMPORT.ok);
  return client;
}

describe("the USB/IP server", () => {
  it("lists what is free, lends it to one host at a time, and takes it back", async () => {
    const echo = new Echo();
    const server = await served(echo, createCameraModel({ clock: createManualClock(), source: rampSource }));
    const lister = await UsbipClient.to(server.port);
    const summary = async (): Promise<string[]> => (await lister.list()).map(({ busId, vendorId, productId, speed, interfaces }) => `${busId} ${vendorId}:${productId} ${speed} ${interfaces.length}`);
    expect(await summary()).toEqual(["1-1 4617:14 3 1", "1-2 4617:1 5 2"]);
    const host = await imported(server);
    expect(await summary()).toEqual(["1-2 4617:1 5 2"]);
    const second = await UsbipClient.to(server.port);
    expect(await second.import("1-1")).toBe(IMPORT.busy);
    expect(await (await UsbipClient.to(server.port)).import("7-7")).toBe(IMPORT.notAvailable);
    await host.detach();
    await expect.poll(() => server.isAttached(echo)).toBe(false);
    expect(echo.powerOffs).toBe(1);
    expect(echo.listenerCount()).toBe(0);
    await imported(server);
  });

  it("answers enumeration: descriptors whole, cut to the length asked for, and stalls for those there are not", async () => {
    const host = await imported(await served(new Echo()));
    const device = await host.controlIn({ ...GET_DESCRIPTOR, value: 0x0100 }, 64);
    expect([...device.bytes.subarray(0, 14)]).toEqual([18, 1, 0x00, 0x02, 0xff, 0, 0, 64, 0x09, 0x12, 0x0e, 0, 0x00, 0x01]);
    const head = await host.controlIn({ ...GET_DESCRIPTOR, value: 0x0200 }, 9);
    expect(head.actualLength).toBe(9);
    const whole = await host.controlIn({ ...GET_DESCRIPTOR, value: 0x0200 }, 255);
    expect(whole.actualLength).toBe((head.bytes[2] ?? 0) + 256 * (head.bytes[3] ?? 0));
    const product = await host.controlIn({ ...GET_DESCRIPTOR, value: 0x0300 + (device.bytes[15] ?? 0) }, 255);
    expect(Buffer.from(product.bytes.subarray(2)).toString("utf16le")).toBe("Echo");
    // A high-speed device has no BOS, no ninth string, no second configuration.
    for (const value of [0x0f00, 0x0309, 0x0201, 0x6600]) expect((await host.controlIn({ ...GET_DESCRIPTOR, value }, 255)).status).toBe(STATUS.stalled);
    expect((await host.controlOut({ requestType: 0, request: 9, value: 1, index: 0 })).status).toBe(STATUS.ok);
    expect([...(await host.controlIn({ requestType: 0x80, request: 8, value: 0, index: 0 }, 1)).bytes]).toEqual([1]);
    expect((await host.controlOut({ requestType: 0, request: 9, value: 7, index: 0 })).status).toBe(STATUS.stalled);
  });

  it("gives a super-speed device companions and a BOS", async () => {
    const host = await imported(await served(createCameraModel({ clock: createManualClock(), source: rampSource })));
    const { bytes } = await host.controlIn({ ...GET_DESCRIPTOR, value: 0x0200 }, 1024);
    const kinds: number[] = [];
    for (let at = 0; at < bytes.length; at += Math.max(1, bytes[at] ?? 0)) kinds.push(bytes[at + 1] ?? 0);
    // Configuration, association, interface, device info, endpoint and companion twice, interface, endpoint and companion.
    expect(kinds).toEqual([2, 11, 4, 0x24, 5, 48, 5, 48, 4, 5, 48]);
    const bos = await host.controlIn({ ...GET_DESCRIPTOR, value: 0x0f00 }, 255);
    expect(bos.actualLength).toBe(bos.bytes[2]);
  });

  it("passes requests and bytes on, in order, short packets short, and stalls what the device stalls", async () => {
    const host = await imported(await served(new Echo()));
    expect([...(await host.controlIn({ requestType: 0xc0, request: 0x42, value: 0, index: 0 }, 64)).bytes]).toEqual([1, 2, 3]);
    expect((await host.controlIn({ requestType: 0xc0, request: 0x43, value: 0, index: 0 }, 64)).status).toBe(STATUS.stalled);
    const waiting = [host.bulkIn(IN, 1024), host.bulkIn(IN, 1024), host.bulkIn(IN, 1024)];
    for (const length of [1, 511, 1024]) expect(await host.bulkOut(OUT, new Uint8Array(length).fill(length))).toMatchObject({ status: STATUS.ok, actualLength: length });
    const ends = await Promise.all(waiting.map(({ end }) => end));
    expect(ends.map(({ actualLength, bytes }) => [actualLength, bytes[0]])).toEqual([[1, 1], [511, 255], [1024, 0]]);
    expect((await host.bulkOut(0x05, new Uint8Array(4))).status).toBe(STATUS.stalled);
    expect((await host.bulkIn(0x86, 4).end).status).toBe(STATUS.stalled);
  });

  it("lets a transfer wait until the device has something, and takes it back when the host wants", async () => {
    const host = await imported(await served(new Echo()));
    const first = host.bulkIn(IN, 64);
    const second = host.bulkIn(IN, 64);
    expect(await first.unlink()).toBe(STATUS.unlinked);
    await host.bulkOut(OUT, new Uint8Array([5]));
    expect([...(await second.end).bytes]).toEqual([5]);
    // Answered already: nothing is taken back, and the host is told so.
    expect(await second.unlink()).toBe(STATUS.ok);
  });

  it("stalls an endpoint that was halted until it is cleared", async () => {
    const host = await imported(await served(new Echo()));
    const waiting = host.bulkIn(IN, 64);
    expect((await host.controlOut(haltSetup(IN))).status).toBe(STATUS.ok);
    expect((await waiting.end).status).toBe(STATUS.stalled);
    await host.bulkOut(OUT, new Uint8Array([9]));
    expect((await host.bulkIn(IN, 64).end).status).toBe(STATUS.stalled);
    await host.controlOut({ ...haltSetup(IN), request: 1 });
    expect([...(await host.bulkIn(IN, 64).end).bytes]).toEqual([9]);
  });

  it("is unplugged with transfers waiting, and plugged in again under the same name", async () => {
    const echo = new Echo();
    const server = await served(echo);
    const host = await imported(server);
    host.bulkIn(IN, 64);
    host.bulkIn(IN, 64);
    await host.controlIn({ ...GET_DESCRIPTOR, value: 0x0100 }, 18);
    server.unplug(echo);
    await host.closed;
    expect(await (await UsbipClient.to(server.port)).import("1-1")).toBe(IMPORT.notAvailable);
    expect(echo.powerOffs).toBe(1);
    expect(server.plug(echo)).toBe("1-1");
    const again = await imported(server);
    expect((await again.controlIn({ ...GET_DESCRIPTOR, value: 0x0100 }, 18)).actualLength).toBe(18);
  });

  it("ends a connection that talks nonsense, says why, and serves the others on", async () => {
    const echo = new Echo();
    const server = await served(echo);
    const stranger = await UsbipClient.to(server.port);
    stranger.write(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
    await stranger.closed;
    const host = await imported(server);
    host.write(new Uint8Array(48).fill(0xee));
    await host.closed;
    expect(open.refusals).toEqual(["version 0x4745 is not spoken here", "there is no command 4008636142"]);
    expect(echo.powerOffs).toBe(1);
    const half = await imported(server);
    half.write(new Uint8Array(20));
    await half.detach();
    await expect.poll(() => echo.powerOffs).toBe(2);
    await imported(server);
  });
});
