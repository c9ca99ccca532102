import { LAB_FAMILIES } from "../../lab/serial/families.ts";
import { serialContracts } from "./serial-contracts.ts";

serialContracts(LAB_FAMILIES["grbl"]);
