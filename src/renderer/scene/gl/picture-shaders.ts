import { SPACE_GLSL } from "./layer-space.ts";

/**
 * The rectangle of the picture. Its fragments find their place in the preview from gl_FragCoord and not from a varying:
 * drawn by a processor, a varying costs a division per pixel.
 */
export const PICTURE_VERTEX = /* glsl */ `
precision highp float;
${SPACE_GLSL}
uniform vec2 uImageSize;
in vec3 position;

void main() {
  gl_Position = toClip(toScreen(position.xy * uImageSize));
}
`;

/**
 * Contrast and the saturation pattern, shared by every layout. Identity leaves each byte as it came. What is not wanted is
 * not compiled in (USE_GAMMA, MARK_SATURATED): drawn by a processor, a branch not taken costs as much as one taken.
 */
const SHOW_GLSL = /* glsl */ `
uniform vec2 uTexels;
// texel = gl_FragCoord.xy * xy + zw; pixel centres of the preview at .5
uniform vec4 uTexelFromFragment;
// The same as a share of the preview, 0 to 1.
uniform vec4 uShareFromFragment;
// shown = value * x + y
uniform vec2 uContrast;
uniform float uGamma;
out vec4 outColor;

vec2 texelHere() { return gl_FragCoord.xy * uTexelFromFragment.xy + uTexelFromFragment.zw; }
vec2 shareHere() { return gl_FragCoord.xy * uShareFromFragment.xy + uShareFromFragment.zw; }

const float SATURATED = 254.5 / 255.0;

void show(vec3 value) {
  vec3 shown = value * uContrast.x + uContrast.y;
  #ifdef USE_GAMMA
  shown = pow(clamp(shown, 0.0, 1.0), vec3(uGamma));
  #endif
  outColor = vec4(shown, 1.0);
}

// Stripes of black and magenta: seen without colour vision too, and nothing a specimen looks like.
void mark(bool saturated) {
  if (saturated) outColor.rgb = mod(gl_FragCoord.x + gl_FragCoord.y, 8.0) < 4.0 ? vec3(1.0, 0.0, 0.8) : vec3(0.0);
}
`;

/** Mono and RGB, and the demosaiced picture. Below 4:1 the card filters between pixels; with NEAREST each pixel is itself. */
export const PLAIN_FRAGMENT = /* glsl */ `
precision highp float;
precision highp sampler2D;
uniform sampler2D uPixels;
${SHOW_GLSL}
void main() {
  #ifdef NEAREST
  vec4 pixel = texelFetch(uPixels, clamp(ivec2(texelHere()), ivec2(0), ivec2(uTexels) - 1), 0);
  #else
  vec4 pixel = texture(uPixels, shareHere());
  #endif
  #ifdef MONO
  pixel.gb = pixel.rr;
  #endif
  show(pixel.rgb);
  #if defined(MARK_SATURATED) && defined(SATURATION_IN_ALPHA)
  mark(pixel.a < 0.5);
  #elif defined(MARK_SATURATED)
  mark(max(pixel.r, max(pixel.g, pixel.b)) >= SATURATED);
  #endif
}
`;

/**
 * Bayer at small scale, straight from the mosaic: each colour site is a plane of its own, filtered by the card about the
 * same place of the picture. ECONOMY takes both sites of a row in one look (red and blue then lie half a pixel off
 * sideways, which below 1:1 is under half a screen pixel) for machines that draw without a graphics card. RED_SITE is
 * the place of red in the cell: 0 to 3 for (0,0), (1,0), (0,1), (1,1); blue lies across from it.
 */
export const PLANES_FRAGMENT = /* glsl */ `
precision highp float;
precision highp sampler2D;
uniform sampler2D uMosaic;
${SHOW_GLSL}
#ifdef ECONOMY
vec4 sitesHere() {
  // Rows 0 and 1 of a cell lie side by side in the texture and half a texel above and below its middle.
  vec2 share = shareHere();
  float halfTexel = 0.5 / uTexels.x;
  float x = clamp(share.x * 0.5, halfTexel, 0.5 - halfTexel);
  float quarterTexel = 0.5 / uTexels.y;
  return vec4(texture(uMosaic, vec2(x, share.y + quarterTexel)).rg, texture(uMosaic, vec2(x + 0.5, share.y - quarterTexel)).rg);
}
#else
vec2 siteRow(vec2 texel, float row, float column) {
  vec2 lattice = vec2(texel.x - column + 0.5, texel.y - row + 0.5) * 0.5;
  float halfWidth = uTexels.x * 0.5;
  lattice.x = clamp(lattice.x, 0.5, halfWidth - 0.5) + row * halfWidth;
  return texture(uMosaic, vec2(lattice.x / uTexels.x, lattice.y * 2.0 / uTexels.y)).rg;
}
vec4 sitesHere() {
  vec2 texel = texelHere();
  return vec4(siteRow(texel, 0.0, 0.0).r, siteRow(texel, 0.0, 1.0).g, siteRow(texel, 1.0, 0.0).r, siteRow(texel, 1.0, 1.0).g);
}
#endif

void main() {
  vec4 sites = sitesHere();
  #if RED_SITE == 0
  show(vec3(sites.x, (sites.y + sites.z) * 0.5, sites.w));
  #elif RED_SITE == 1
  show(vec3(sites.y, (sites.x + sites.w) * 0.5, sites.z));
  #elif RED_SITE == 2
  show(vec3(sites.z, (sites.x + sites.w) * 0.5, sites.y));
  #else
  show(vec3(sites.w, (sites.y + sites.z) * 0.5, sites.x));
  #endif
  #ifdef MARK_SATURATED
  vec2 largest = max(sites.xy, sites.zw);
  mark(max(largest.x, largest.y) >= SATURATED);
  #endif
}
`;

/** Covers the whole target; the scissor keeps it to what is in sight. */
export const DEMOSAIC_VERTEX = /* glsl */ `
in vec3 position;
void main() { gl_Position = vec4(position.xy * 2.0 - 1.0, 0.0, 1.0); }
`;

/**
 * Demosaicing with the 5x5 linear filters of H. S. Malvar, L. He, R. Cutler, "High-quality linear interpolation for
 * demosaicing of Bayer-patterned color images", ICASSP 2004, figure 2. Edges are mirrored about the outermost pixel,
 * which keeps the pattern. Alpha is 0 where the site itself is saturated.
 */
export const DEMOSAIC_FRAGMENT = /* glsl */ `
precision highp float;
precision highp sampler2D;
uniform sampler2D uMosaic;
uniform vec2 uTexels;
// Column and row (0 or 1) of red in the 2x2 cell.
uniform ivec2 uRedSite;
out vec4 outColor;

ivec2 size;

ivec2 mirrored(ivec2 p) {
  ivec2 last = size - 1;
  return last - abs(last - abs(p));
}

float raw(ivec2 p) {
  vec2 pair = texelFetch(uMosaic, ivec2((p.x >> 1) + (p.y & 1) * (size.x >> 1), p.y >> 1), 0).rg;
  return (p.x & 1) == 0 ? pair.r : pair.g;
}

void main() {
  size = ivec2(uTexels);
  ivec2 p = ivec2(gl_FragCoord.xy);
  ivec2 low1 = mirrored(p - 1);
  ivec2 high1 = mirrored(p + 1);
  ivec2 low2 = mirrored(p - 2);
  ivec2 high2 = mirrored(p + 2);

  float centre = raw(p);
  float across1 = raw(ivec2(low1.x, p.y)) + raw(ivec2(high1.x, p.y));
  float down1 = raw(ivec2(p.x, low1.y)) + raw(ivec2(p.x, high1.y));
  float across2 = raw(ivec2(low2.x, p.y)) + raw(ivec2(high2.x, p.y));
  float down2 = raw(ivec2(p.x, low2.y)) + raw(ivec2(p.x, high2.y));
  float diagonal = raw(low1) + raw(high1) + raw(ivec2(low1.x, high1.y)) + raw(ivec2(high1.x, low1.y));

  // Green at red or blue; the other colour along a row, along a column, and at the opposite site.
  float green = (4.0 * centre + 2.0 * (across1 + down1) - (across2 + down2)) / 8.0;
  float alongRow = (5.0 * centre + 4.0 * across1 - diagonal - across2 + 0.5 * down2) / 8.0;
  float alongColumn = (5.0 * centre + 4.0 * down1 - diagonal - down2 + 0.5 * across2) / 8.0;
  float opposite = (6.0 * centre + 2.0 * diagonal - 1.5 * (across2 + down2)) / 8.0;

  ivec2 site = (p + uRedSite) & 1;
  vec3 rgb = site.y == 0
    ? (site.x == 0 ? vec3(centre, green, opposite) : vec3(alongRow, centre, alongColumn))
    : (site.x == 0 ? vec3(alongColumn, centre, alongRow) : vec3(opposite, green, centre));
  outColor = vec4(rgb, centre >= 254.5 / 255.0 ? 0.0 : 1.0);
}
`;
