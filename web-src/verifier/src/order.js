// Code point order, which is the order of UTF-8 bytes; JavaScript's own is that of UTF-16.
const lifted = unit => unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;

export function byCodePoint(a, b) {
  const length = Math.min(a.length, b.length);
  for(let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if(x !== y) {
      return lifted(x) - lifted(y);
    }
  }
  return a.length - b.length;
}
