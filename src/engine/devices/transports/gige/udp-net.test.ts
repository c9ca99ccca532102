import { describe, expect, it } from "vitest";
import { addressNumber, addressText, broadcastAddress, DatagramError, isSameNetwork } from "./datagrams.ts";
import { createUdpNet } from "./udp-net.ts";

describe("datagrams on this computer", () => {
  it("arrive as they were sent, and not at all once closed", async () => {
    const net = createUdpNet();
    let arrived: ((value: { bytes: Uint8Array; from: string; port: number }) => void) | undefined;
    const first = new Promise<{ bytes: Uint8Array; from: string; port: number }>((resolve) => (arrived = resolve));
    const receiver = await net.open({ address: "127.0.0.1", receiveBufferBytes: 2 ** 18, receive: (bytes, from, port) => arrived?.({ bytes, from, port }) });
    const sender = await net.open({ address: "127.0.0.1", receive: () => undefined });
    await sender.send(Uint8Array.of(1, 2, 3), receiver.port, receiver.address);
    const { bytes, from, port } = await first;
    expect([[...bytes], from, port]).toEqual([[1, 2, 3], "127.0.0.1", sender.port]);
    expect(receiver.receiveBufferBytes()).toBeGreaterThan(0);
    await Promise.all([sender.close(), receiver.close()]);
    await sender.close();
    await expect(sender.send(Uint8Array.of(1), 9, "127.0.0.1")).rejects.toMatchObject({ problem: "closed" });
  });

  it("refuse an address that is not this computer's, in words", async () => {
    await expect(createUdpNet().open({ address: "203.0.113.7", receive: () => undefined })).rejects.toSatisfy((error) => error instanceof DatagramError && error.message.includes("203.0.113.7"));
  });

  it("know the way to an address, and leave out networks that end here unless told", async () => {
    expect(await createUdpNet().localAddressFor("127.0.0.1")).toBe("127.0.0.1");
    expect(createUdpNet().interfaces().some(({ isLoopback }) => isLoopback)).toBe(false);
    expect(createUdpNet({ includesLoopback: true }).interfaces()).toContainEqual(expect.objectContaining({ address: "127.0.0.1", isLoopback: true }));
  });
});

describe("addresses", () => {
  it("are numbers and text, and belong to networks", () => {
    expect(addressNumber("192.168.1.7")).toBe(0xc0a80107);
    expect(addressText(0xc0a80107)).toBe("192.168.1.7");
    expect(broadcastAddress({ name: "a", address: "10.1.2.3", netmask: "255.255.0.0", isLoopback: false })).toBe("10.1.255.255");
    expect([isSameNetwork("10.1.2.3", "10.1.200.9", "255.255.0.0"), isSameNetwork("10.1.2.3", "169.254.1.1", "255.255.0.0")]).toEqual([true, false]);
  });
});
