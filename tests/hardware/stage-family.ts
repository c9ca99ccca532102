/** The family of the stage that the hardware test drives; any of the lab's would do. */
export const STAGE_FAMILY = "prior-proscan";
