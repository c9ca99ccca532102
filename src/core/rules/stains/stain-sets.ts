import type { StainSetName, StainVector } from "../../../shared/domain/recipe.ts";

/*
 * Optical densities in red, green, blue. Hematoxylin, eosin and DAB: Ruifrok and Johnston, "Quantification of
 * histochemical staining by color deconvolution", Anal Quant Cytol Histol 23 (2001) 291. Methylene blue and eosin of
 * Giemsa: measured by G. Landini, Colour Deconvolution for ImageJ.
 */
const HEMATOXYLIN: StainVector = { name: "hematoxylin", rgb: [0.65, 0.7, 0.29] };
const EOSIN: StainVector = { name: "eosin", rgb: [0.07, 0.99, 0.11] };
const DAB: StainVector = { name: "dab", rgb: [0.27, 0.57, 0.78] };

/** Stains by the name of their set. */
export const STAIN_SETS: Readonly<Record<StainSetName, readonly StainVector[]>> = {
  "hematoxylin-eosin": [HEMATOXYLIN, EOSIN],
  "hematoxylin-dab": [HEMATOXYLIN, DAB],
  "hematoxylin-eosin-dab": [HEMATOXYLIN, EOSIN, DAB],
  giemsa: [{ name: "methylene-blue", rgb: [0.834750233, 0.513556283, 0.196330403] }, { name: "eosin", rgb: [0.092789, 0.954111, 0.283111] }],
};
