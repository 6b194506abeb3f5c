// How a credential is secured, as far as its outside tells.
export const SPACE = /^[ \t\r\n]+|[ \t\r\n]+$/g;

// Tells by its outside what a text is: json, jws, url or null.
export function formOf(text) {
  const bare = text.replace(SPACE, '');
  if(bare.startsWith('{') && bare.endsWith('}') && !/[\x00-\x08\x0b\x0c\x0e-\x1f]/.test(bare)) {
    return 'json';
  }
  return /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(bare) ? 'jws'
    : /^https?:\/\/[^\s\x00-\x20\x7f]+$/i.test(bare) ? 'url' : null;
}
