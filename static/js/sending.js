// Sending files one after the other: the progress of each, and patience with a lost connection or a busy server. Every
// file has a key of its own, so what is sent twice arrives once.
const FIRST_DELAY = 1000; // milliseconds
const LONGEST_DELAY = 15000;
const TRY_LATER = [429, 502, 503, 504];

export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function once(address, { token, key, fields, onProgress }) {
  return new Promise((answered, failed) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value, ...(value.name ? [value.name] : []));
    request.open("POST", address);
    request.setRequestHeader("X-CSRFToken", token);
    request.setRequestHeader("Idempotency-Key", key);
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && onProgress?.(event.loaded / event.total);
    request.onload = () => answered({
      status: request.status,
      body: request.response,
      wait: Number(request.getResponseHeader("Retry-After")) * 1000,
    });
    request.onerror = () => failed(new TypeError("network"));
    request.send(form);
  });
}

function pause(milliseconds) {
  return new Promise((over) => {
    const end = () => {
      clearTimeout(timer);
      window.removeEventListener("online", end);
      over();
    };
    const timer = setTimeout(end, milliseconds);
    window.addEventListener("online", end);
  });
}

// The server's answer, once there is one; `say` hears "interrupted" or "busy" meanwhile, and "" when it goes on.
export async function post(address, request, say) {
  for (let delay = FIRST_DELAY; ; delay = Math.min(2 * delay, LONGEST_DELAY)) {
    try {
      const answer = await once(address, request);
      if (!TRY_LATER.includes(answer.status)) {
        say("");
        return answer;
      }
      say("busy");
      await pause(answer.wait || delay);
    } catch {
      say("interrupted");
      await pause(delay);
    }
    request.onProgress?.(0);
  }
}
