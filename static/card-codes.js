// The signed part of a card, read and checked as registry/rules/card_codes.py writes it: in a page of the registry and
// in the file that is kept for checks without network. Needs tweetnacl, and nothing else of the page.
"use strict";

(() => {
  const VERSION = 1;
  const PURPOSE = new TextEncoder().encode("registry card\0");
  const KEY_ID_BYTES = 4;
  const SIGNATURE_BYTES = 64;
  const DAY_BYTES = 3;
  const HEAD_BYTES = 1 + KEY_ID_BYTES;
  const ADDRESS = /^[^#]*\/c\/([0-9A-Za-z]+)#([1-9][0-9]*)$/;
  const MOST_DIGITS = 2000;
  const KINDS = { 1: "enforcement", 2: "supervision" };
  const EPOCH = 719163; // 1970-01-01, counted from the year 1
  const LAST_DAY = 3652059; // 9999-12-31
  const DAY = 86400000;
  const ORDER = "7237005577332262213973186563042994240857116359379907606001950938285454250989"; // of the curve's group

  class Unreadable extends Error {}

  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const fromHex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));

  function signedPart(text) {
    const [, checkCode, digits] = ADDRESS.exec(text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "")) || [];
    if (!digits || digits.length > MOST_DIGITS) throw new Unreadable();
    const written = BigInt(digits).toString(16);
    const content = fromHex(written.length % 2 ? "0" + written : written);
    const payload = content.subarray(0, Math.max(0, content.length - SIGNATURE_BYTES));
    if (payload.length <= HEAD_BYTES || payload[0] !== VERSION) throw new Unreadable();
    const signature = content.subarray(content.length - SIGNATURE_BYTES);
    return { checkCode, keyId: hex(payload.subarray(1, HEAD_BYTES)), payload, signature };
  }

  // A second half beyond the group's order would hold as well in tweetnacl, though nobody signs so
  function holds(part, publicKey) {
    const half = BigInt("0x" + hex(part.signature.slice(32).reverse()));
    const code = new TextEncoder().encode(`${part.checkCode}\0`);
    const message = new Uint8Array([...PURPOSE, ...code, ...part.payload]);
    return half < BigInt(ORDER) && nacl.sign.detached.verify(message, part.signature, publicKey);
  }

  function factsIn(payload) {
    let place = HEAD_BYTES;
    const take = (width) => {
      if (place + width > payload.length) throw new Unreadable();
      place += width;
      return payload.subarray(place - width, place);
    };
    const number = (width) => take(width).reduce((value, byte) => value * 256 + byte, 0);
    const words = (encoding) => {
      try {
        return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(take(number(1)));
      } catch {
        throw new Unreadable();
      }
    };
    const day = () => {
      const count = number(DAY_BYTES);
      if (count < 1 || count > LAST_DAY) throw new Unreadable();
      return new Date((count - EPOCH) * DAY).toISOString().slice(0, 10);
    };
    const facts = { kind: KINDS[number(1)], issued_on: day(), valid_from: day(), valid_until: day() };
    Object.assign(facts, { number: words("utf-8"), name: words("utf-16be"), unit: words("utf-16be") });
    if (place !== payload.length || !Object.values(facts).every(Boolean)) throw new Unreadable();
    return facts;
  }

  function judged(facts, day) {
    if (day < facts.valid_from) return "not_yet_valid";
    return day > facts.valid_until ? "expired" : "genuine_and_valid";
  }

  // The answer to a card's address with its signed part, by these public keys (id: hex) on a day such as 2026-03-10
  function check(keys, text, day) {
    try {
      const part = signedPart(text);
      if (!Object.keys(keys).includes(part.keyId)) return { reason: "not_ours", facts: null };
      if (!holds(part, fromHex(keys[part.keyId]))) return { reason: "altered", facts: null };
      const facts = factsIn(part.payload);
      return { reason: judged(facts, day), facts };
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      return { reason: "unreadable", facts: null };
    }
  }

  // Today in China, eight hours ahead all year round
  function today() {
    return new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10);
  }

  globalThis.cardCodes = { check, today };
})();
