// What can go wrong: a fault has a sentence, a stable code, and a pointer into the document.
export class Fault extends Error {
  constructor(code, message, pointer = null) {
    super(message);
    this.code = code;
    this.pointer = pointer;
  }
}

// Something could not be had or would take too long: the answer is "unknown".
export class Unavailable extends Fault {}

export class Unreadable extends Fault {
  constructor(message, pointer) {
    super('document.unreadable', message, pointer);
  }
}

export class BadKey extends Fault {
  constructor(message, pointer, code = 'key.malformed') {
    super(code, message, pointer);
  }
}

// A sound key of another kind than this way of signing uses.
export class WrongKind extends BadKey {
  constructor(message) {
    super(message, null, 'key.wrong_kind');
  }
}

export class BadProof extends Fault {
  constructor(message, pointer, code = 'PROOF_VERIFICATION_ERROR') {
    super(code, message, pointer);
  }
}

// A term, type or identifier would silently be left out of what is signed.
export class DataLoss extends Fault {
  constructor(message, pointer) {
    super('document.data_loss', message, pointer);
  }
}

// Not a fault: the work stops here until something has arrived, and then begins again.
export class Wait {
  constructor(key, begin) {
    this.key = key;
    this.begin = begin;
  }
}

// Calls, and hands a fault on; everything else passes through.
export function caught(call, hand) {
  try {
    return call();
  } catch(error) {
    if(error instanceof Fault) {
      return hand(error);
    }
    throw error;
  }
}
