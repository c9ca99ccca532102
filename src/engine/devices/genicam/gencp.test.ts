import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCommand, decodeReply, encodePending, encodeRead, encodeReply, encodeWrite, nextRequestId, READ_COMMAND, WRITE_COMMAND } from "./gencp.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("GenCP packets", () => {
  it("have the bytes of the standard's tables", () => {
    expect(hex(encodeRead(5, 0x1d0n, 8))).toBe("553356430040000" + "80c000500" + "d001000000000000" + "0000" + "0800");
    expect(hex(encodeWrite(6, 0x10n, Uint8Array.of(1, 2, 3, 4)))).toBe("5533564300400208" + "0c000600" + "1000000000000000" + "01020304");
  });

  it("come back as they were sent, for any number and data", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffff }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.uint8Array({ minLength: 1, maxLength: 600 }), (id, address, data) => {
        const decoded = decodeCommand(encodeWrite(id, address, data));
        expect(decoded).toMatchObject({ commandId: WRITE_COMMAND, requestId: id, wantsAck: true });
        expect(new DataView(decoded?.payload.buffer ?? new ArrayBuffer(8)).getBigUint64(0, true)).toBe(address);
        expect(decodeReply(encodeReply(READ_COMMAND + 1, id, 0, data), READ_COMMAND, id)).toEqual({ kind: "ack", status: 0, payload: data });
      }),
    );
  });

  it("count to 65535 and never use 0", () => {
    expect([nextRequestId(0), nextRequestId(0xfffe), nextRequestId(0xffff)]).toEqual([1, 0xffff, 1]);
  });

  it("are the answer only to their own command", () => {
    const reply = encodeReply(READ_COMMAND + 1, 7, 0, Uint8Array.of(1));
    expect(decodeReply(reply, READ_COMMAND, 8).kind).toBe("other");
    expect(decodeReply(reply, WRITE_COMMAND, 7).kind).toBe("other");
    expect(decodeReply(reply.subarray(0, 12), READ_COMMAND, 7).kind).toBe("other");
    expect(decodeReply(encodePending(7, 300), READ_COMMAND, 7)).toEqual({ kind: "pending", waitMs: 300 });
    expect(decodeReply(encodePending(6, 300), READ_COMMAND, 7).kind).toBe("other");
  });

  it("are never more than stray when they are noise", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
        expect(decodeReply(noise, READ_COMMAND, 1).kind).toBe("other");
        expect(decodeCommand(noise)).toBeUndefined();
      }),
    );
  });
});
