import { describe, expect, it } from "vitest";
import { createManualClock } from "../../../core/testing/manual-clock.ts";
import { bytesOf, fromVisible, type Port, textOf, visible } from "./byte-stream.ts";
import { memoryPair } from "./memory-pair.ts";
import { readTranscript, recordedPort, Transcript, transcriptPort, writeTranscript } from "./transcript.ts";

describe("a transcript", () => {
  it("records both directions with times, and plays the device's part back", async () => {
    const clock = createManualClock(0);
    const transcript = new Transcript();
    const echo: Port = {
      path: "echo",
      async open() {
        const [host, device] = memoryPair();
        device.onData((bytes) => void clock.delay(20).then(() => device.write(bytesOf(`you said ${textOf(bytes)}`))));
        return host;
      },
    };
    const stream = await recordedPort(echo, clock, transcript).open({ baudRate: 9600 });
    await stream.write(bytesOf("hello\r"));
    await clock.advance(50);
    await stream.close();
    const text = writeTranscript(transcript.entries());
    expect(text).toBe("0.000 # opened echo at 9600\n0.000 > hello\\r\n20.000 < you said hello\\r\n50.000 # closed\n");

    const player = transcriptPort(readTranscript(text), clock);
    const again = await player.open({ baudRate: 9600 });
    const heard: string[] = [];
    again.onData((bytes) => heard.push(textOf(bytes)));
    await again.write(bytesOf("hel"));
    await clock.advance(100);
    expect(heard).toEqual([]);
    await again.write(bytesOf("lo\r"));
    await clock.advance(19);
    expect(heard).toEqual([]);
    await clock.advance(1);
    expect(heard).toEqual(["you said hello\r"]);
    expect(player.remaining()).toBe(0);
    await again.write(bytesOf("more"));
    await clock.advance(1);
    expect(player.deviations()).toEqual(["more"]);
  });

  it("keeps the newest entries and counts the others", () => {
    const transcript = new Transcript(3);
    for (let n = 0; n < 5; n += 1) transcript.add({ atMs: n, direction: ">", text: String(n) });
    expect(transcript.entries().map(({ text }) => text)).toEqual(["2", "3", "4"]);
    expect(transcript.dropped).toBe(2);
  });

  it("makes every byte visible and back", () => {
    const all = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join("");
    expect(visible(all)).toMatch(/^[\x20-\x7e]+$/u);
    expect(fromVisible(visible(all))).toBe(all);
  });

  it("names the line that is none", () => {
    expect(() => readTranscript("0.0 > a\nnonsense\n")).toThrow(/line 2/u);
  });
});
