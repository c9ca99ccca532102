import { describe, expect, it } from "vitest";
import { createManualClock } from "../../../core/testing/manual-clock.ts";
import { isOcularError } from "../../../shared/errors.ts";
import { bytesOf, textOf } from "./byte-stream.ts";
import { Conversation } from "./conversation.ts";
import type { ConversationRules } from "./conversation-rules.ts";
import { type Exchange, ONE_LINE, ReplyRefused, ReplyUnreadable } from "./exchange.ts";
import { memoryPair } from "./memory-pair.ts";

const SENTINEL: Exchange<string> = { name: "WHO", send: "WHO\r", reply: ONE_LINE, parse: String, accepts: (line) => line === "it is me" };
const RULES: ConversationRules = {
  lineEnds: "\r\n", answerTimeoutMs: 500, isUnasked: (line) => line.startsWith("!"),
  resync: { clear: "\b", quietMs: 20, sentinel: SENTINEL },
};

const number = (name: string): Exchange<number> => ({
  name, send: `${name}\r`, reply: ONE_LINE,
  parse(reply) {
    if (reply.startsWith("E")) throw new ReplyRefused("it said no");
    if (!/^\d+$/u.test(reply)) throw new ReplyUnreadable("a number");
    return Number(reply);
  },
});

function bench(rules: ConversationRules = RULES) {
  const clock = createManualClock();
  const [host, device] = memoryPair();
  const heard: string[] = [];
  device.onData((bytes) => heard.push(textOf(bytes)));
  const conversation = new Conversation("it", host, clock, rules);
  const asides: string[] = [];
  conversation.onDidHearAside((line) => asides.push(line));
  const say = async (text: string): Promise<void> => {
    await device.write(bytesOf(text));
    await clock.advance(0);
  };
  return { clock, conversation, device, heard, asides, say };
}

const tagOf = (error: unknown): string => (isOcularError(error) ? error.data.tag : String(error));

describe("a conversation", () => {
  it("has one command outstanding; the next goes out when the answer is there", async () => {
    const { conversation, heard, say, clock } = bench();
    const answers = Promise.all([conversation.ask(number("A")), conversation.ask(number("B"))]);
    await clock.advance(10);
    expect(heard).toEqual(["A\r"]);
    await say("1\r\n");
    expect(heard).toEqual(["A\r", "B\r"]);
    await say("2");
    await say("2\r");
    expect(await answers).toEqual([1, 22]);
  });

  it("says that the device is gone when a stop cannot be written any more, before the line has said its end", async () => {
    const clock = createManualClock();
    const [host] = memoryPair();
    const torn = new Error("Cannot call write after a stream was destroyed");
    const conversation = new Conversation("it", { ...host, onData: host.onData, onClose: host.onClose, close: () => host.close(), write: () => Promise.reject(torn) }, clock, RULES);
    const error: unknown = await conversation.interrupt("!\r").catch((reason: unknown) => reason);
    expect(error).toMatchObject({ data: { tag: "DeviceDisconnected", command: "!\\r" }, cause: torn });
    await conversation.close();
    expect(clock.pendingCount()).toBe(0);
  });

  it("never takes a late answer for the next one", async () => {
    const { conversation, heard, asides, say, clock } = bench();
    const late = conversation.ask(number("A")).catch(tagOf);
    await clock.advance(500);
    expect(await late).toBe("DeviceTimeout");
    const next = conversation.ask(number("B"));
    await clock.advance(10);
    // Before anything else it finds out what is still on its way.
    expect(heard.slice(1).join("")).toBe("\bWHO\r");
    await say("111\r");
    await say("it is me\r");
    expect(heard.at(-1)).toBe("B\r");
    await say("2\r");
    expect(await next).toBe(2);
    expect(asides).toContain("111");
  });

  it("does not take a second copy of an answer for the next one", async () => {
    const { conversation, heard, say, clock } = bench();
    const both = Promise.all([conversation.ask(number("A")), conversation.ask(number("B"))]);
    await say("7\r7\r");
    await clock.advance(0);
    expect(heard.join("")).toBe("A\r\bWHO\r");
    await say("it is me\r");
    await say("8\r");
    expect(await both).toEqual([7, 8]);
  });

  it("puts aside what nobody asked for, also between question and answer", async () => {
    const { conversation, asides, say } = bench();
    const answer = conversation.ask(number("A"));
    await say("!alert\r5\r");
    expect(await answer).toBe(5);
    expect(asides).toEqual(["!alert"]);
    expect(conversation.isInStep).toBe(true);
  });

  it("tells a refusal with its words and stays in step; gets back into step after garbage", async () => {
    const { conversation, say, clock, heard } = bench();
    const refused = conversation.ask(number("A")).catch((error: unknown) => error);
    await say("E5\r");
    expect(await refused).toMatchObject({ data: { tag: "DeviceFaulted", command: "A", reply: "E5", meaning: "it said no" } });
    expect(conversation.isInStep).toBe(true);
    const garbled = conversation.ask(number("B")).catch((error: unknown) => error);
    await say("\xff\x01\r");
    expect(await garbled).toMatchObject({ data: { tag: "DeviceFaulted", reply: "\\xff\\x01" } });
    expect(conversation.isInStep).toBe(false);
    const next = conversation.ask(number("C"));
    await clock.advance(0);
    await say("it is me\r");
    expect(heard.at(-1)).toBe("C\r");
    await say("3\r");
    expect(await next).toBe(3);
  });

  it("lets a stop through while an answer is owed, and while it finds back into step", async () => {
    const { conversation, heard, say, clock } = bench();
    const owed = conversation.ask(number("A")).catch(tagOf);
    await clock.advance(0);
    await conversation.interrupt("STOP\r");
    await clock.advance(0);
    expect(heard).toEqual(["A\r", "STOP\r"]);
    await clock.advance(100);
    expect(await owed).toBe("Canceled");
    const next = conversation.ask(number("B"));
    await clock.advance(10);
    await conversation.interrupt("STOP\r");
    await clock.advance(0);
    expect(heard.at(-1)).toBe("STOP\r");
    // The first sentinel went out before the second stop: what that stop answers is still to come.
    await say("it is me\r");
    await say("0\r");
    expect(heard.at(-1)).toBe("WHO\r");
    await say("it is me\r");
    expect(heard.at(-1)).toBe("B\r");
    await say("4\r");
    expect(await next).toBe(4);
  });

  it("ends every command when the line is lost, and leaves no timer", async () => {
    const { conversation, device, clock } = bench();
    const all = Promise.all([conversation.ask(number("A")).catch(tagOf), conversation.ask(number("B")).catch(tagOf)]);
    await clock.advance(0);
    device.tear("the cable came out");
    expect(await all).toEqual(["DeviceDisconnected", "DeviceDisconnected"]);
    expect(await conversation.ask(number("C")).catch(tagOf)).toBe("DeviceDisconnected");
    await clock.advance(0);
    expect(clock.pendingCount()).toBe(0);
  });

  it("takes a canceled command out of the queue; the answer of one already sent is nobody's", async () => {
    const { conversation, heard, say, clock } = bench();
    const sent = new AbortController();
    const waiting = new AbortController();
    const first = conversation.ask(number("A"), { signal: sent.signal }).catch(String);
    const second = conversation.ask(number("B"), { signal: waiting.signal }).catch(String);
    const third = conversation.ask(number("C"));
    await clock.advance(0);
    sent.abort(new Error("enough"));
    waiting.abort(new Error("enough"));
    expect(await Promise.all([first, second])).toEqual(["Error: enough", "Error: enough"]);
    await say("1\r");
    expect(heard).toEqual(["A\r", "C\r"]);
    await say("3\r");
    expect(await third).toBe(3);
  });

  it("gives up a line without end, and a device that does not find back", async () => {
    const { conversation, say, clock } = bench();
    await say("x".repeat(3000));
    expect(conversation.isInStep).toBe(false);
    const answer = conversation.ask(number("A")).catch(tagOf);
    await clock.advance(1000);
    expect(await answer).toBe("DeviceTimeout");
  });

  it("waits for quiet where a family has no sentinel", async () => {
    const { conversation, heard, say, clock } = bench({ ...RULES, resync: { quietMs: 50 } });
    await say("unexpected\r");
    const answer = conversation.ask(number("A"));
    await clock.advance(30);
    await say("more\r");
    await clock.advance(40);
    expect(heard).toEqual([]);
    await clock.advance(20);
    expect(heard).toEqual(["A\r"]);
    await say("9\r");
    expect(await answer).toBe(9);
  });

  it("refuses more commands than can sensibly wait", async () => {
    const { conversation, clock } = bench();
    const asked = Array.from({ length: 40 }, (_, index) => conversation.ask(number(`Q${index}`)).catch(tagOf));
    await clock.advance(0);
    expect(await asked.at(-1)).toBe("DeviceFaulted");
    await conversation.close();
    expect(await asked[0]).toBe("DeviceDisconnected");
  });
});
