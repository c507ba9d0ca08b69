// Files before they are sent: what the server would refuse, which hold several pictures, and what lies in a folder that
// was dropped. The kinds of files and the sentences of refusals are the server's: they stand in the page, as JSON.
import { shown } from "./numerals.js";

const rules = JSON.parse(document.querySelector("#file-rules").textContent);

async function bytesOf(file, from, count) {
  return new Uint8Array(await file.slice(from, from + count).arrayBuffer());
}

// Each returns undefined, or why the file is refused: the server's code and the server's sentence.
function refusalOfSize(file) {
  const { empty, tooLarge } = rules.refusals;
  if (file.size === 0) return empty;
  if (file.size <= rules.maxBytes) return undefined;
  return [tooLarge[0], tooLarge[1].replace("{megabytes}", shown((file.size / 1e6).toFixed(1)))];
}

function refusalOfKind(head) {
  const { avif, video, svg, office, unknown } = rules.refusals;
  if (isZip(head)) return head.includes(rules.office) ? office : undefined;
  if (isPicture(head) || isPdf(head)) return undefined;
  if (head.slice(4, 8) === "ftyp") return head.slice(8, 40).includes("avif") ? avif : video;
  const other = rules.others.find(([magic]) => head.startsWith(magic));
  if (other) return other.slice(1);
  return head.toLowerCase().includes("<svg") ? svg : unknown;
}

const isZip = (head) => rules.zips.some((mark) => head.startsWith(mark));
const isPdf = (head) => !isPicture(head) && head.slice(0, rules.pdf[1]).includes(rules.pdf[0]);

function isPicture(head) {
  if (rules.pictures.some((magic) => head.startsWith(magic))) return true;
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return true;
  return head.slice(4, 8) === "ftyp" && rules.heic.includes(head.slice(8, 12)) && !head.slice(8, 40).includes("avif");
}

// Whether the first page's directory names a next one (TIFF 6.0, section 2; BigTIFF has wider fields).
async function hasSecondPage(file) {
  const view = async (from, count) => new DataView((await bytesOf(file, from, count)).buffer);
  const head = await view(0, 16);
  const little = head.getUint8(0) === 0x49;
  const big = head.getUint16(2, little) === 43;
  const whole = (from, at) => (big ? Number(from.getBigUint64(at, little)) : from.getUint32(at, little));
  const place = whole(head, big ? 8 : 4);
  const count = await view(place, 8);
  const entries = big ? Number(count.getBigUint64(0, little)) : count.getUint16(0, little);
  return whole(await view(place + (big ? 8 : 2) + entries * (big ? 20 : 12), 8), 0) !== 0;
}

async function isSeveral(file, head) {
  if (isZip(head) || isPdf(head)) return true;
  if (!["II", "MM"].includes(head.slice(0, 2))) return false;
  return hasSecondPage(file).catch(() => false); // cut short: the server says so
}

// `refusal`: undefined, or [code, sentence]; `several`: whether the file may hold more than one picture.
export async function judged(file) {
  const head = String.fromCharCode(...await bytesOf(file, 0, rules.headBytes));
  const refusal = refusalOfSize(file) ?? refusalOfKind(head);
  return { file, refusal, several: !refusal && await isSeveral(file, head) };
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
