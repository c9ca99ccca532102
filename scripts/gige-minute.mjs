/**
 * Streams from Aravis's fake GigE Vision camera on loopback, 1280 x 720 at 30 frames a second for a minute, then once
 * more with two packets of a thousand thrown away, and prints what the frame ledger says.
 *
 *   node scripts/gige-minute.mjs [--seconds 60] [--lose 2]
 *
 * `--lose` is of a thousand. Exit 0 when every frame is accounted for; skipped with a reason where Aravis is missing.
 */
import { parseArgs } from "node:util";
import { loadCampaign } from "./lib/campaign.mjs";
import { script } from "./lib/script.mjs";
import { wholeNumber } from "./lib/whole-number.mjs";

await script(async () => {
  const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" }, lose: { type: "string", default: "2" } } });
  const { minute } = /** @type {{ minute: (seconds: number, lostPerMille: number) => Promise<number> }} */ (await loadCampaign("gigevision/minute"));
  return minute(wholeNumber("--seconds", values.seconds), wholeNumber("--lose", values.lose, 0));
});
