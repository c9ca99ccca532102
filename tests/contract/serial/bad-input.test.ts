import { LAB_FAMILIES } from "../../lab/serial/families.ts";
import { badInput } from "./bad-input.ts";

for (const family of Object.values(LAB_FAMILIES)) badInput(family);
