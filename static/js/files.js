// Files before they are sent: what the server would refuse, and what lies in a folder that was dropped.
const HEAD = 2048; // bytes that tell what kind of file it is
const TIFF = ["II*\0", "MM\0*", "II+\0", "MM\0+"];
const TAKEN = ["\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a", "BM", ...TIFF];
const HEIC = ["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"];
const OTHERS = [
  ["%PDF", "a PDF document"],
  ["PK\x03\x04", "a ZIP archive or office document"],
  ["8BPS", "a Photoshop file"],
  ["\0\0\x01\0", "an icon"],
];

// Each returns undefined, or why the file is refused: the server's code and the server's sentence.
function refusalOfSize(file, { maxBytes, maxMegabytes }) {
  if (file.size === 0) return ["empty_file", "This file is empty; send a picture."];
  if (file.size <= Number(maxBytes)) return undefined;
  const size = (file.size / 1e6).toFixed(1);
  return ["too_many_bytes", `This file has ${size} MB; send at most ${maxMegabytes} MB.`];
}

function refusalOfKind(head, { accepted }) {
  const unsupported = (name) => ["unsupported_format", `This is ${name}, which is not read here; send ${accepted}.`];
  if (TAKEN.some((magic) => head.startsWith(magic))) return undefined;
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return undefined;
  if (head.slice(4, 8) === "ftyp") {
    const avif = head.slice(8, 40).includes("avif");
    if (avif) return unsupported("an AVIF picture");
    return HEIC.includes(head.slice(8, 12)) ? undefined : unsupported("a video");
  }
  const other = OTHERS.find(([magic]) => head.startsWith(magic));
  if (other) return unsupported(other[1]);
  if (head.toLowerCase().includes("<svg")) return unsupported("an SVG drawing");
  return undefined; // the server knows more kinds
}

export async function refusal(file, limits) {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  return refusalOfSize(file, limits) ?? refusalOfKind(String.fromCharCode(...head), limits);
}

// All files that were dropped, those in folders included, in the order of their names.
export async function dropped(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const found = items.map((item) => [item.webkitGetAsEntry?.(), item.getAsFile()]); // before the event is over
  const lists = await Promise.all(found.map(([entry, file]) => (entry?.isDirectory ? within(entry) : [file])));
  return lists.flat();
}

async function within(folder) {
  const reader = folder.createReader();
  const entries = [];
  let some;
  do {
    some = await new Promise((...ends) => reader.readEntries(...ends));
    entries.push(...some);
  } while (some.length);
  entries.sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
  const lists = await Promise.all(entries.filter(isMeant).map((entry) => (entry.isDirectory ? within(entry) : fileOf(entry))));
  return lists.flat();
}

const fileOf = (entry) => new Promise((...ends) => entry.file(...ends));

// What systems put into folders is nobody's picture.
export const isMeant = ({ name }) => !name.startsWith(".") && !["Thumbs.db", "desktop.ini"].includes(name);
