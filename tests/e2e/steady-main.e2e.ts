import { expect, test } from "./support/launch.ts";

const ASKED = 120;

test("main's answers to tests are all there, however much garbage it collects meanwhile", async ({ launch }) => {
  const { app } = await launch();
  // Microtasks with collections among them, all the time: what a busy main does now and then.
  await app.evaluate(() => {
    process.getBuiltinModule("node:v8").setFlagsFromString("--expose-gc");
    const collect = process.getBuiltinModule("node:vm").runInNewContext("gc") as (how: { type: "minor" }) => void;
    const storm = (left: number): void => {
      if (left % 2 === 0) collect({ type: "minor" });
      if (left > 0) void Promise.resolve().then(() => { storm(left - 1); });
    };
    setInterval(() => { storm(60); }, 2);
  });
  const lost = async (ask: (nth: number) => Promise<number>): Promise<number> => {
    let n = 0;
    for (let nth = 0; nth < ASKED; nth += 1) {
      await ask(nth).then((answer) => { expect(answer).toBe(nth); }, (error: unknown) => {
        expect(String(error)).toContain("promise was garbage collected");
        n += 1;
      });
    }
    return n;
  };
  const plain = (Object.getPrototypeOf(app) as typeof app).evaluate.bind(app);
  expect(await lost((nth) => plain(async (_, given) => { await Promise.resolve(); return given; }, nth)), "the storm takes answers that nobody holds").toBeGreaterThan(0);
  expect(await lost((nth) => app.evaluate(async (_, given) => { await Promise.resolve(); return given; }, nth))).toBe(0);
  expect(await lost((nth) => app.evaluate((_, given) => given, nth))).toBe(0);
});
