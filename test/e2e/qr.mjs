// Reads a QR code back from the path that the page draws (ISO/IEC 18004, versions 1 to 6, level M, byte mode).
// No error correction: what is printed must be right as it stands.
const QUIET = 4;
const BLOCKS = { 1: [1, 16], 2: [1, 28], 3: [1, 44], 4: [2, 32], 5: [2, 43], 6: [4, 27] };
const MASKS = [(r, c) => (r + c) % 2, (r) => r % 2, (r, c) => c % 3, (r, c) => (r + c) % 3, (r, c) => (Math.floor(r / 2) + Math.floor(c / 3)) % 2,
  (r, c) => ((r * c) % 2) + ((r * c) % 3), (r, c) => (((r * c) % 2) + ((r * c) % 3)) % 2, (r, c) => (((r + c) % 2) + ((r * c) % 3)) % 2];

function modules(path, size) {
  const m = Array.from({ length: size }, () => new Array(size).fill(0));
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    for (let i = 0; i < Number(run); i++) m[y - QUIET][x - QUIET + i] = 1;
  return m;
}

function fixed(r, c, size, version) {
  const align = size - 7;
  return (r < 9 && c < 9) || (r < 9 && c >= size - 8) || (r >= size - 8 && c < 9) || r === 6 || c === 6 ||
    (version > 1 && Math.abs(r - align) <= 2 && Math.abs(c - align) <= 2);
}

function codewords(m, size, version) {
  const format = [m[8][0], m[8][1], m[8][2], m[8][3], m[8][4]].map((bit, i) => bit ^ [1, 0, 1, 0, 1][i]);
  if (format[0] !== 0 || format[1] !== 0) throw new Error('not level M');
  const mask = MASKS[format[2] * 4 + format[3] * 2 + format[4]], bits = [];
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right--;
    for (let i = 0; i < size; i++)
      for (const c of [right, right - 1]) {
        const r = up ? size - 1 - i : i;
        if (!fixed(r, c, size, version)) bits.push(m[r][c] ^ (mask(r, c) === 0 ? 1 : 0));
      }
  }
  return Array.from({ length: Math.floor(bits.length / 8) }, (_, i) => parseInt(bits.slice(i * 8, i * 8 + 8).join(''), 2));
}

export function read(path, side) {
  const size = side - 2 * QUIET, version = (size - 17) / 4, [blocks, each] = BLOCKS[version];
  const words = codewords(modules(path, size), size, version), data = [];
  for (let b = 0; b < blocks; b++)
    for (let i = 0; i < each; i++) data.push(words[i * blocks + b]);
  const bits = data.map((w) => w.toString(2).padStart(8, '0')).join('');
  if (bits.slice(0, 4) !== '0100') throw new Error('not in byte mode');
  const n = parseInt(bits.slice(4, 12), 2);
  return String.fromCharCode(...Array.from({ length: n }, (_, i) => parseInt(bits.slice(12 + 8 * i, 20 + 8 * i), 2)));
}
