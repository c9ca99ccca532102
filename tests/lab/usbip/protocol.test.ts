import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeImported, encodeList, encodeRequest, encodeUnlinked, type ExportedDevice, HEADER_BYTES, Incoming, MOST_TRANSFER_BYTES, type Request, takeCommand, takeOperation, takeOperationReply, takeReply, UsbipError, writeSubmitted } from "./protocol.ts";

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u8 = fc.integer({ min: 0, max: 0xff });
const setup = fc.record({ requestType: u8, request: u8, value: u16, index: u16 });

const outgoing = fc.record({ sequence: u32, deviceId: u32, endpoint: fc.integer({ min: 0, max: 15 }), setup, bytes: fc.uint8Array({ maxLength: 300 }) })
  .map((each): Request => ({ ...each, kind: "submit", isIn: false, length: each.bytes.length }));
const ingoing = fc.record({ sequence: u32, deviceId: u32, endpoint: fc.integer({ min: 0x80, max: 0x8f }), setup, length: fc.integer({ min: 0, max: MOST_TRANSFER_BYTES }) })
  .map((each): Request => ({ ...each, kind: "submit", isIn: true, bytes: new Uint8Array(0) }));
const unlink = fc.record({ sequence: u32, victim: u32 }).map((each): Request => ({ ...each, kind: "unlink" }));
const triple = fc.tuple(u8, u8, u8);
const device: fc.Arbitrary<ExportedDevice> = fc.record({
  busId: fc.stringMatching(/^[0-9]-[0-9.]{1,20}$/u), busNumber: u32, deviceNumber: u32, speed: u32, vendorId: u16, productId: u16, release: u16,
  classCodes: triple, interfaces: fc.array(triple, { maxLength: 5 }),
});

/** What a reader makes of bytes that come in pieces. */
function readInPieces<T>(bytes: Uint8Array, pieceBytes: number, take: (incoming: Incoming) => T | undefined): T[] {
  const incoming = new Incoming();
  const all: T[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    incoming.add(bytes.subarray(at, at + pieceBytes));
    for (let next = take(incoming); next !== undefined; next = take(incoming)) all.push(next);
  }
  expect(incoming.length).toBe(0);
  return all;
}

describe("USB/IP on the wire", () => {
  it("brings commands over, however they are cut", () => {
    fc.assert(fc.property(fc.array(fc.oneof(outgoing, ingoing, unlink), { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 200 }), (requests, pieceBytes) => {
      const bytes = Buffer.concat(requests.map(encodeRequest));
      expect(readInPieces(bytes, pieceBytes, takeCommand)).toEqual(requests);
    }));
  });

  it("brings lists and imports over, however they are cut", () => {
    fc.assert(fc.property(fc.array(device, { maxLength: 4 }), fc.integer({ min: 1, max: 500 }), (devices, pieceBytes) => {
      const [list] = readInPieces(encodeList(devices), pieceBytes, takeOperationReply);
      expect(list?.devices).toEqual(devices);
      for (const each of devices) {
        const [request] = readInPieces(encodeRequest({ kind: "import", busId: each.busId }), pieceBytes, takeOperation);
        expect(request).toEqual({ kind: "import", busId: each.busId });
        // An import's answer names no interfaces.
        expect(readInPieces(encodeImported(0, each), pieceBytes, takeOperationReply)).toEqual([{ status: 0, devices: [{ ...each, interfaces: [] }] }]);
      }
    }));
    expect(readInPieces(encodeImported(2), 3, takeOperationReply)).toEqual([{ status: 2, devices: [] }]);
  });

  it("brings answers over", () => {
    const head = Buffer.alloc(HEADER_BYTES);
    writeSubmitted(head, { sequence: 7, status: -32, actualLength: 0 });
    expect(readInPieces(Buffer.concat([head, encodeUnlinked(8, -104)]), 11, takeReply)).toEqual([
      { kind: "submitted", sequence: 7, status: -32, actualLength: 0 },
      { kind: "unlinked", sequence: 8, status: -104 },
    ]);
  });

  it.each([
    ["another version", takeOperation, (bytes: Buffer) => bytes.writeUInt16BE(0x0100, 0), encodeRequest({ kind: "list" })],
    ["an operation there is not", takeOperation, (bytes: Buffer) => bytes.writeUInt16BE(0x8009, 2), encodeRequest({ kind: "list" })],
    ["a command there is not", takeCommand, (bytes: Buffer) => bytes.writeUInt32BE(9, 0), submitted()],
    ["an endpoint there is not", takeCommand, (bytes: Buffer) => bytes.writeUInt32BE(16, 16), submitted()],
    ["a transfer of less than nothing", takeCommand, (bytes: Buffer) => bytes.writeInt32BE(-1, 24), submitted()],
    ["a transfer of two gigabytes", takeCommand, (bytes: Buffer) => bytes.writeInt32BE(0x7fffffff, 24), submitted()],
    ["isochronous packets", takeCommand, (bytes: Buffer) => bytes.writeInt32BE(3, 32), submitted()],
  ] as const)("refuses %s", (_, take, spoil, bytes) => {
    const incoming = new Incoming();
    spoil(bytes);
    incoming.add(bytes);
    expect(() => take(incoming)).toThrow(UsbipError);
  });

  it("reads noise as nothing, as something, or as an error of its own", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const take of [takeOperation, takeCommand, takeReply, takeOperationReply]) {
        const incoming = new Incoming();
        incoming.add(bytes);
        try {
          take(incoming);
        } catch (error) {
          expect(error).toBeInstanceOf(UsbipError);
        }
      }
    }), { numRuns: 2000 });
  });
});

function submitted(): Buffer {
  return encodeRequest({ kind: "submit", sequence: 1, deviceId: 1, endpoint: 1, isIn: false, length: 2, setup: { requestType: 0, request: 0, value: 0, index: 0 }, bytes: new Uint8Array(2) });
}
