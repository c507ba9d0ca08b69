// Sends the drawing to be kept, like any picture: the server reads it, and its answer is what is kept.
export class Refused extends Error {
  constructor(code, sentence) {
    super(sentence);
    this.code = code;
  }
}

// Posts the file with the form's token. Returns the answer's JSON; throws Refused with what the server or we have to say.
export async function sent(address, form, file, key, words) {
  const body = new FormData(form);
  body.set("image", file);
  body.set("key", key);
  let response;
  try {
    response = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
  } catch {
    throw new Refused("offline", words.offline);
  }
  if (response.type === "opaqueredirect") throw new Refused("signed_out", words.signedOut);
  const answer = await response.json().catch(() => ({ code: String(response.status), message: words.failed }));
  if (!response.ok) throw new Refused(answer.code, answer.message);
  return answer;
}

// A name for one sending, so that trying again after a lost connection keeps the drawing once.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
