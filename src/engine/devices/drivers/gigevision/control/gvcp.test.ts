import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDescriptionUrl } from "./bootstrap.ts";
import {
  decodeCommand, decodePacketResend, decodeReply, encodeDiscovery, encodePacketResend, encodePending, encodeReadMemory, encodeReadRegister, encodeReply, encodeWriteMemory,
  encodeWriteRegister, GVCP,
} from "./gvcp.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("GVCP packets", () => {
  it("have the bytes of the standard's tables", () => {
    expect(hex(encodeDiscovery(1))).toBe("4201" + "0002" + "0000" + "0001");
    expect(hex(encodeReadRegister(2, 0xa00))).toBe("4201" + "0080" + "0004" + "0002" + "00000a00");
    expect(hex(encodeWriteRegister(3, 0xa00, 2))).toBe("4201" + "0082" + "0008" + "0003" + "00000a00" + "00000002");
    expect(hex(encodeWriteRegister(3, 0xa00, 0, false))).toBe("4200" + "0082" + "0008" + "0003" + "00000a00" + "00000000");
    expect(hex(encodeReadMemory(4, 0x200, 512))).toBe("4201" + "0084" + "0008" + "0004" + "00000200" + "00000200");
    expect(hex(encodeWriteMemory(5, 0x8020, Uint8Array.of(1, 2, 3, 4)))).toBe("4201" + "0086" + "0008" + "0005" + "00008020" + "01020304");
    expect(hex(encodePacketResend(6, { blockId: 7, first: 1, last: 3, isExtended: false }))).toBe("4200" + "0040" + "000c" + "0006" + "0000" + "0007" + "00000001" + "00000003");
    expect(hex(encodePacketResend(6, { blockId: 2 ** 32 + 7, first: 1, last: 3, isExtended: true }))).toBe(
      "4210" + "0040" + "0014" + "0006" + "00000000" + "00000001" + "00000003" + "00000001" + "00000007",
    );
  });

  it("come back as they were sent, for any number and data", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffff }), fc.uint8Array({ maxLength: 536 }), fc.boolean(), (id, data, isExtended) => {
        expect(decodeReply(encodeReply(GVCP.readMemory + 1, id, 0, data), GVCP.readMemory, id)).toEqual({ kind: "ack", status: 0, payload: data });
        expect(decodeCommand(encodeReadRegister(id, 4))).toMatchObject({ command: GVCP.readRegister, requestId: id, wantsAck: true });
        const request = { blockId: id, first: 3, last: 9, isExtended };
        const command = decodeCommand(encodePacketResend(id, request));
        expect(command === undefined ? undefined : decodePacketResend(command)).toEqual(request);
      }),
    );
  });

  it("are the answer only to their own command", () => {
    const reply = encodeReply(GVCP.readMemory + 1, 7, 0, Uint8Array.of(1));
    expect(decodeReply(reply, GVCP.readMemory, 8).kind).toBe("other");
    expect(decodeReply(reply, GVCP.writeMemory, 7).kind).toBe("other");
    expect(decodeReply(reply.subarray(0, 8), GVCP.readMemory, 7).kind).toBe("other");
    expect(decodeReply(encodePending(7, 300), GVCP.readMemory, 7)).toEqual({ kind: "pending", waitMs: 300 });
    expect(decodeReply(encodePending(6, 300), GVCP.readMemory, 7).kind).toBe("other");
  });
});

describe("where a description is", () => {
  it.each([
    ["Local:camera.zip;10000;3e67", { kind: "local", fileName: "camera.zip", address: 0x10000n, byteLength: 0x3e67 }],
    ["local:///camera.xml;0x10000;0x3E67?SchemaVersion=1.0.0", { kind: "local", fileName: "camera.xml", address: 0x10000n, byteLength: 0x3e67 }],
    ["LOCAL: a b.xml ;ffff0000;10", { kind: "local", fileName: "a b.xml", address: 0xffff0000n, byteLength: 16 }],
    ["File:///C|/camera.xml", { kind: "elsewhere", url: "File:///C|/camera.xml" }],
    ["http://example.org/a.xml", { kind: "elsewhere", url: "http://example.org/a.xml" }],
    ["Local:camera.xml", undefined],
    ["Local:camera.xml;;", undefined],
    ["", undefined],
  ])("is understood: %s", (text, place) => {
    expect(readDescriptionUrl(text)).toEqual(place);
  });
});
