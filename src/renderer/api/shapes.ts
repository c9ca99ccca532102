import * as z from "zod";
import { events, methods } from "../../shared/ipc/contract.ts";

// The page's content policy forbids code made from text: the schema library must not try it.
z.config({ jitless: true });

/**
 * The shapes of all answers and events, with the schema library: a piece of the page's code of its own, since making
 * them takes about as long as making the whole first screen, and the first picture needs none of them.
 */
export const shapes = { methods, events } as const;
export type Shapes = typeof shapes;
