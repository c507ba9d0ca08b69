// Sends what waits, each picture under its own key, so that it arrives once however often it is sent. Like the waiting
// room it works in pages and in the service worker; found as `dispatch`.
(() => {
  const TOKEN = "/offline/token/";
  const TRY_LATER = [408, 425, 429, 500, 502, 503, 504, 507];
  const SIGNED_OUT = [401, 403];
  const GONE = [404, 409, 410]; // the batch that a picture was for was deleted, or has ended

  class Stop extends Error {}

  async function asked(address, options) {
    let response;
    try {
      response = await fetch(address, { cache: "no-store", redirect: "manual", ...options });
    } catch {
      throw new Stop("offline");
    }
    if (response.type === "opaqueredirect" || SIGNED_OUT.includes(response.status)) throw new Stop("signedOut");
    return response;
  }

  async function post({ address, fields, file, name, key }, token) {
    const body = new FormData();
    for (const [field, value] of Object.entries(fields)) body.append(field, value);
    body.append("image", file, name);
    const headers = { Accept: "application/json", "X-CSRFToken": token, "Idempotency-Key": key };
    return asked(address, { method: "POST", body, headers });
  }

  async function refusal(response) {
    const body = await response.json().catch(() => ({}));
    const { code, message } = body.error ?? body;
    return { code: code ?? String(response.status), message: message ?? "" };
  }

  // Whether it was taken. Refused pictures stay, with the server's words.
  async function deliver(picture, token) {
    const response = await post(picture, token);
    if (response.ok) {
      await self.waitingRoom.remove(picture.key, "sent");
      return true;
    }
    if (TRY_LATER.includes(response.status)) throw new Stop("busy");
    if (picture.otherwise && GONE.includes(response.status)) return deliver({ ...picture, ...picture.otherwise, otherwise: undefined }, token);
    await self.waitingRoom.keep({ ...picture, refusal: await refusal(response) });
    return false;
  }

  async function all(told) {
    if (!(await self.waitingRoom.count())) return undefined;
    const response = await asked(TOKEN, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Stop("busy");
    const { account, token } = await response.json();
    for (const picture of await self.waitingRoom.of(account)) {
      if (picture.refusal) continue;
      if (await deliver(picture, token)) told.sent += 1;
    }
    return undefined;
  }

  async function once(told) {
    try {
      await all(told);
    } catch (problem) {
      told.stopped = problem instanceof Stop ? problem.message : "failed";
    }
    return told;
  }

  // Resolves to { sent: how many, stopped: undefined, or why: "offline", "signedOut", "busy", "elsewhere", "failed" }.
  self.dispatch = () => {
    const told = { sent: 0, stopped: undefined };
    if (!navigator.locks) return once(told);
    return navigator.locks.request("waiting-room", { ifAvailable: true }, (lock) => {
      return lock ? once(told) : { ...told, stopped: "elsewhere" };
    });
  };
})();
