import { LAB_FAMILIES } from "../../lab/serial/families.ts";
import { serialContracts } from "./serial-contracts.ts";

serialContracts(LAB_FAMILIES["asi-ms-2000"]);
serialContracts(LAB_FAMILIES["asi-tiger"]);
