/**
 * Which pixel stands at each place of a row of `size` pixels that goes on by `margin` on both sides, mirrored without
 * repeating the border pixel (d c b | a b c d | c b a), as often as the margin needs. Entry 0 is place -margin.
 */
export function mirroredIndex(size: number, margin: number): Int32Array {
  const index = new Int32Array(size + 2 * margin);
  const period = 2 * (size - 1);
  for (let place = 0; place < index.length; place++) {
    if (period <= 0) continue;
    const phase = (((place - margin) % period) + period) % period;
    index[place] = phase < size ? phase : period - phase;
  }
  return index;
}
