// The reader in a thread of its own, so that the pen never waits. First message: where the network lies; then drawings.
import { Reader } from "./reader.js";

let ready;

async function loaded({ network, card }) {
  const [content, about] = await Promise.all([fetched(network), fetched(card)]);
  const described = JSON.parse(new TextDecoder().decode(about));
  if (crypto.subtle && (await digest(content)) !== described.sha256) throw new Error("The network arrived damaged.");
  return new Reader(content, described);
}

async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answered ${response.status}.`);
  return response.arrayBuffer();
}

async function digest(content) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

self.addEventListener("message", async ({ data }) => {
  try {
    if (data.network) ready = loaded(data);
    const reader = await ready;
    self.postMessage(data.network ? { ready: true } : { turn: data.turn, numbers: reader.read(data.grey) });
  } catch (problem) {
    self.postMessage({ failed: String(problem) });
  }
});
