/**
 * Fuzzes what USB3 Vision cameras can send: registers, packets, streams, conversations, zips, formulas,
 * node maps, descriptions.
 *
 *   node scripts/fuzz-usb3vision.mjs [--cases 100000] [--seed 1] [--part NAME]
 *
 * `--cases` of each of these. Exit 0 when every case ended as it must.
 */
import { runFuzz } from "./lib/fuzz.mjs";

await runFuzz("usb3vision");
