/**
 * Fuzzes what GigE Vision cameras can send: answers, stream packets in any order and damage, conversations.
 *
 *   node scripts/fuzz-gigevision.mjs [--cases 100000] [--seed 1] [--part NAME]
 *
 * `--cases` of each of these. Exit 0 when every case ended as it must.
 */
import { runFuzz } from "./lib/fuzz.mjs";

await runFuzz("gigevision");
