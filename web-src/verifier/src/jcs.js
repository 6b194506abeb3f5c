// JSON Canonicalization Scheme (RFC 8785): JavaScript writes texts and numbers as it asks.
export function canonicalize(value) {
  if(Array.isArray(value)) {
    return '[' + value.map(canonicalize).join(',') + ']';
  }
  if(value !== null && typeof value === 'object') {
    return '{' + Object.keys(value).sort()
      .map(name => JSON.stringify(name) + ':' + canonicalize(value[name])).join(',') + '}';
  }
  return JSON.stringify(value);
}
